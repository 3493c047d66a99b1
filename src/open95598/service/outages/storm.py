"""The storm board of a unit with everything below it: how many are dark, who reports, where crews are, what is largest.

Reads only, through the reader's rights; queries are bounded by outages that are open, or were so in the last hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DateTimeField, Func, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.customers import listing as customers
from open95598.registry.customers.models import Customer
from open95598.registry.grid.models import GridDevice, GridPoint
from open95598.service.outages import flows, queries
from open95598.service.outages import wording as own
from open95598.service.outages.darkness import Spell, apart, curve, hours
from open95598.service.outages.kinds import Act, Apart
from open95598.service.outages.models import Outage, OutageAct, OutageReport
from open95598.service.workorders import directory, wording
from open95598.service.workorders import queries as orders

#: hours that can be looked back; minutes between two points of the curves, for each
SPANS: Mapping[int, int] = {3: 2, 12: 5, 24: 10, 72: 30}
SPAN = 12
#: the largest outages that are listed, the important users that are named
LARGEST, NAMED = 12, 20
#: states of the lead's order → where the crew is
ON_WAY, ON_SITE = ("crew_dispatched",), ("arrived", "diagnosed")
_WHY = "parts of outages that the reader sees"


@dataclass(frozen=True)
class Figure:
    """A number, and the list behind it where there is one. ``tone``: what a number above zero means."""

    name: Any
    number: int
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Large:
    """A line of the largest outages: who is dark, how far the crew is, the estimate beside the promise."""

    row: Outage
    url: str
    state: Any
    tone: str
    important: int
    protected: int
    crew: Any
    crew_tone: str
    promise: Any
    promise_name: Any
    late: str


@dataclass(frozen=True)
class User:
    """An important user or one on life support in the dark; the name as the reader may see it."""

    name: str
    url: str
    marks: Any
    outage: Outage
    outage_url: str


@dataclass
class Board:
    """The page's content for one reader at one moment."""

    rights: Rights
    unit: UnitFacts
    now: datetime
    span: int

    @property
    def start(self) -> datetime:
        """Since when is shown."""
        return self.now - timedelta(hours=self.span)

    @cached_property
    def path(self) -> list[UnitFacts]:
        """The units above that the reader may look at, from the top."""
        near = [u for u in directory.units() if u.id in self.unit.lineage]
        return [u for u in near if self.rights.at(Permission.OVERVIEW_VIEW, u.lineage)]

    @cached_property
    def below(self) -> list[UnitFacts]:
        """The units directly below."""
        return [u for u in directory.units() if u.lineage[:-1] == self.unit.lineage]

    @cached_property
    def spans(self) -> list[tuple[int, bool]]:
        """The spans to choose from: hours, whether it is the one."""
        return [(one, one == self.span) for one in SPANS]

    # what there is ---------------------------------------------------------------------------------------------------

    def _seen(self) -> QuerySet[Outage]:
        return queries.outages(self.rights).filter(case__scope__contains=[self.unit.id])

    @cached_property
    def open(self) -> list[Outage]:
        """The outages that are not closed, the largest first."""
        rows = self._seen().filter(is_open=True, case__state__in=(*flows.DARK, "partly_restored"))
        return list(rows.order_by("-original_customers_served", "pk"))

    @cached_property
    def dark(self) -> list[Outage]:
        """Those of them below whose device nobody has power."""
        return [row for row in self.open if row.case.state in flows.DARK]

    @cached_property
    def spells(self) -> list[Spell]:
        """The times in the dark of every outage of the span, each supply point once. Two queries."""
        over = self._seen().exclude(case__state__in=("merged", "withdrawn"))
        over = over.filter(Q(actual_end__gte=self.start) | Q(is_open=True, actual_end=None))
        columns = ("pk", "case__parent_id", "original_customers_served", "actual_start", "actual_end")
        rows = list(over.select_related(None).order_by("pk").values_list(*columns))
        parts: Any = OutageAct.objects.filter(what=Act.RESTORE, outage__in=[row[0] for row in rows])
        restored = dict(parts.order_by().values_list("outage_id").annotate(at=Min("at")))
        return apart(Spell(pk, up, n, start, restored.get(pk, end)) for pk, up, n, start, end in rows)

    @cached_property
    def moments(self) -> list[datetime]:
        """The points of the curves: full steps in the utility's time, the last one now."""
        step = timedelta(minutes=SPANS[self.span])
        first = self.start - (self.start - datetime(2020, 1, 1, tzinfo=UTC)) % step
        count = int((self.now - first) / step)
        return [first + step * n for n in range(1, count + 1)] + [self.now]

    @cached_property
    def reports(self) -> dict[tuple[datetime, bool], int]:
        """How many reports came in in the step that ends at a moment, and whether they are evidence. One query."""
        minutes = SPANS[self.span]
        rows: Any = OutageReport.objects.restrict(self.rights, Permission.OVERVIEW_VIEW)
        rows = rows.filter(received_at__gt=self.start, received_at__lte=self.now)
        rows = rows.filter(unit__lineage__contains=[self.unit.id])
        counted = rows.annotate(
            bin=_Bin("received_at", template=f"date_bin('{minutes} minutes', %(expressions)s, '2020-01-01+00')"),
        ).values_list("bin", "apart")
        found: dict[tuple[datetime, bool], int] = {}
        for begun, why, number in counted.order_by().annotate(n=Count("pk")):
            key = (min(begun + timedelta(minutes=minutes), self.now), why == Apart.NONE)
            found[key] = found.get(key, 0) + number
        return found

    # numbers ---------------------------------------------------------------------------------------------------------

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures at the top."""
        here = {"unit": self.unit.id}
        fresh = [row for row in self.dark if row.case.state != "crew_sent"]
        passed = [row for row in self.dark if row.estimated_to and row.estimated_to < self.now]
        found = [
            Figure(_("Outages in the dark"), len(self.dark), list_url(state=flows.DARK, **here), "danger"),
            Figure(_("Supply points in the dark"), curve(self.spells, [self.now])[0], "", "danger"),
            Figure(_("No crew sent yet"), len(fresh), list_url(state=flows.FRESH, **here), "warning"),
            Figure(_("Crew sent"), len(self.dark) - len(fresh), list_url(state=("crew_sent",), **here)),
            Figure(_("Restored in part"), len(self.open) - len(self.dark),
                   list_url(state=("partly_restored",), **here), "warning"),
            Figure(_("Past the estimate"), len(passed), "", "danger"),
            Figure(_("Reports in the last hour"), self._last_hour()),
            Figure(_("Customer-hours in the dark"), round(hours(self.spells, self.start, self.now))),
        ]  # fmt: skip
        if self.rights.anywhere(Permission.CUSTOMER_VIEW):
            important = sum(n for n, _protected in self.hanging.values())
            protected = sum(n for _important, n in self.hanging.values())
            found[2:2] = [
                Figure(_("Important users in the dark"), important, "#important" if important else "", "warning"),
                Figure(_("Life support in the dark"), protected, "#important" if protected else "", "danger"),
            ]
        return found

    def _last_hour(self) -> int:
        since = self.now - timedelta(hours=1)
        rows = OutageReport.objects.restrict(self.rights, Permission.OVERVIEW_VIEW)
        rows = rows.filter(received_at__gt=since, received_at__lte=self.now)
        return rows.filter(unit__lineage__contains=[self.unit.id]).count()

    # who -------------------------------------------------------------------------------------------------------------

    @cached_property
    def _users(self) -> list[tuple[Outage, dict[str, Any]]]:
        """The important and protected customers in the dark that the reader may see, each with the innermost outage.
        Three queries."""
        by_code = {row.device: row for row in sorted(self.dark, key=lambda row: -row.pk)}
        if not by_code or not self.rights.anywhere(Permission.CUSTOMER_VIEW):
            return []
        devices = GridDevice.objects.system(_WHY).filter(code__in=by_code).order_by("lft")
        spans = [(lft, rgt, by_code[code]) for code, lft, rgt in devices.values_list("code", "lft", "rgt")]
        below = Q(pk__in=[])
        for lft, rgt, _row in spans:
            if not any(a < lft < b for a, b, _other in spans):
                below |= Q(device__lft__gte=lft, device__lft__lt=rgt)
        seen = Customer.objects.restrict(self.rights).filter(merged_into=None, closed_at=None)
        seen = seen.filter(~Q(importance="") | Q(protected=True))
        party = "usage_point__account__parties"
        points: Any = GridPoint.objects.system(_WHY).filter(
            below, **{f"{party}__valid_to": None, f"{party}__customer__in": seen.values("pk")}
        )
        columns = ("id", "name", "kind", "importance", "protected")
        found: dict[int, tuple[Outage, dict[str, Any]]] = {}
        rows = points.order_by("device__lft", "pk").values_list(
            "device__lft", "usage_point__account__number", *(f"{party}__customer__{name}" for name in columns)
        )
        for at, account, *rest in rows:
            user = dict(zip(columns, rest, strict=True), account=account)
            inside = [row for lft, rgt, row in spans if lft <= at < rgt]
            found.setdefault(user["id"], (inside[-1], user))
        return list(found.values())

    @cached_property
    def hanging(self) -> dict[int, tuple[int, int]]:
        """How many important users, and how many on life support, are dark by each outage."""
        found: dict[int, tuple[int, int]] = {}
        for outage, user in self._users:
            important, protected = found.get(outage.pk, (0, 0))
            found[outage.pk] = (important + bool(user["importance"]), protected + bool(user["protected"]))
        return found

    @cached_property
    def named(self) -> list[User]:
        """The important users in the dark, those on life support first, then those who are dark longest."""
        order = sorted(self._users, key=lambda one: (not one[1]["protected"], one[0].actual_start, one[1]["id"]))
        return [
            User(
                customers.name_of(user), reverse("customers:customer", args=(user["id"],)),
                customers.tags("", user["importance"], user["protected"]), outage, case_url(outage),
            )
            for outage, user in order[:NAMED]
        ]  # fmt: skip

    # the largest -----------------------------------------------------------------------------------------------------

    @cached_property
    def largest(self) -> list[Large]:
        """The outages with the most in the dark. One query for the promises of their crews."""
        rows = self.dark[:LARGEST]
        clocks = orders.running_clocks([row.lead_id for row in rows if row.lead_id]) if rows else {}
        return [self._large(row, clocks.get(row.lead_id or 0, [])) for row in rows]

    def _large(self, row: Outage, clocks: Sequence[Any]) -> Large:
        important, protected = self.hanging.get(row.pk, (0, 0))
        promise = next((one for one in clocks if one.name in ("arrive", "restore")), None)
        late = ""
        if row.estimated_to and row.estimated_to < self.now:
            late = _("The estimate is over")
        elif row.estimated_to and promise and promise.name == "restore" and row.estimated_to > promise.due_at:
            late = _("Later than promised")
        crew, tone = crew_of(row)
        state = wording.state(flows.KIND, row.case.state, row.case.flow_version)
        return Large(
            row, case_url(row), state, own.TONES[row.case.state], important, protected, crew, tone, promise,
            wording.clock(promise.name) if promise else "", late,
        )  # fmt: skip


class _Bin(Func):
    """The beginning of the step of time that a moment lies in."""

    output_field = DateTimeField()


def load(rights: Rights, unit: UnitFacts, now: datetime, span: int = SPAN) -> Board:
    """Return the board of a unit that the reader may look at (``overview.choose``); ``span``: one of ``SPANS``."""
    return Board(rights, unit, now, span if span in SPANS else SPAN)


def list_url(**filters: Any) -> str:
    """Return the address of the list of outages with filters."""
    return f"{reverse('outages:list')}?{urlencode(filters, doseq=True)}"


def case_url(outage: Outage) -> str:
    """Return the address of an outage's page."""
    return reverse("outages:case", args=(outage.pk,))


def crew_of(row: Outage) -> tuple[Any, str]:
    """Return where the crew is, in words, with a tone."""
    state = row.lead.state if row.lead else ""
    if state in ON_SITE or row.crew_arrived_at is not None:
        return _("On site"), "done"
    if state in ON_WAY or row.case.state == "crew_sent":
        return _("On its way"), "accent"
    return (_("Not sent yet"), "warning") if row.lead else (_("No order yet"), "danger")


# charts --------------------------------------------------------------------------------------------------------------


def dark_chart(board: Board) -> dict[str, Any]:
    """Return the chart of supply points in the dark over time."""
    values = curve(board.spells, board.moments)
    return _over_time(
        board, pgettext("axis", "supply points"),
        [{"name": _("Supply points in the dark"), "type": "line", "step": "end", "showSymbol": False,
          "areaStyle": {"opacity": 0.15}, "itemStyle": {"color": "--danger"}, "lineStyle": {"color": "--danger"},
          "data": values}],
    )  # fmt: skip


def report_chart(board: Board) -> dict[str, Any]:
    """Return the chart of reports a minute: those that are evidence, and those that are kept apart."""
    minutes = SPANS[board.span]

    def rates(evidence: bool) -> list[float]:
        return [round(board.reports.get((at, evidence), 0) / minutes, 2) for at in board.moments]

    bar = {"type": "bar", "stack": "all", "barCategoryGap": "10%"}
    return _over_time(
        board, pgettext("axis", "reports a minute"),
        [bar | {"name": str(Apart.NONE.label), "itemStyle": {"color": "--accent-2"}, "data": rates(True)},
         bar | {"name": _("Kept apart"), "itemStyle": {"color": "--quiet"}, "data": rates(False)}],
    )  # fmt: skip


def _over_time(board: Board, axis: Any, series: list[dict[str, Any]]) -> dict[str, Any]:
    shown = "%H:%M" if board.span <= 24 else "%m-%d %H:%M"
    return {
        "legend": {"show": len(series) > 1},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [timezone.localtime(at).strftime(shown) for at in board.moments]},
        "yAxis": {"type": "value", "name": str(axis), "nameTextStyle": {"align": "left"}},
        "series": series,
    }
