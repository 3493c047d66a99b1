"""The supervision board of a unit with everything below it: what must be called about now, and where it waits.

Reads only, all through the reader's rights, so that each number is the length of the list behind it. Every query is
bounded by open cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case as OneOf
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework.models import Case
from open95598.casework.recipients import Directory
from open95598.control.supervision import listing, ranking
from open95598.control.supervision import wording as own
from open95598.control.supervision.models import Supervision
from open95598.control.supervision.ranking import Matter
from open95598.control.supervision.services import KINDS
from open95598.control.tracking import queries as tracking
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.words import Label
from open95598.service.workorders import complaintpages, directory, overview, queries, wording
from open95598.service.workorders.models import OrderPart, WorkOrder

#: so many lines answer "what must I call about now"; so many of each kind are looked at for them
CALLS, LOOKED_AT = 14, 60
#: series colours are names of the theme's variables
_COLOURS = {"supervisor": "--danger", "unit": "--warning-bar", "promise": "--accent-2"}
_NOTED = ("noted", "rejected", "answered", "accepted")


@dataclass(frozen=True)
class Figure:
    """A number with the list behind it. ``tone``: what a number above zero means."""

    name: Any
    number: int
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Call:
    """A line of what must be called about: about what, why now, whom to call."""

    number: str
    url: str
    case_id: int
    what: Any
    why: Any
    tone: str
    unit: str
    clock: Any = None
    clock_name: Any = ""
    whom: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Row:
    """A unit's line: its open supervisions by reason, each cell with the list behind it."""

    name: str
    drill: str
    cells: list[tuple[int, str]]
    total: int
    late: int
    url: str
    late_url: str
    waits: Mapping[str, int]


@dataclass
class Board:
    """The page's content."""

    unit: UnitFacts
    path: list[UnitFacts]
    at: datetime
    figures: list[Figure]
    calls: list[Call]
    reasons: list[tuple[str, Any]]
    rows: list[Row] = field(default_factory=list)


def load(rights: Rights, unit: UnitFacts, now: datetime) -> Board:
    """Return the board of a unit that the reader may look at (``overview.choose``)."""
    rules = store.current(now, unit.lineage)
    reasons, rows = _matrix(rights, unit, now, rules)
    path = [u for u in directory.units() if u.id in unit.lineage and rights.at(Permission.OVERVIEW_VIEW, u.lineage)]
    return Board(unit, path, now, _figures(rights, unit, now), _calls(rights, unit, now), reasons, rows)


def list_url(**filters: Any) -> str:
    """Return the address of the list of supervisions with filters."""
    return f"{reverse('supervision:list')}?{urlencode({k: v for k, v in filters.items() if v not in (None, '')})}"


# numbers -------------------------------------------------------------------------------------------------------------


def _figures(rights: Rights, unit: UnitFacts, now: datetime) -> list[Figure]:
    open_ = Supervision.objects.restrict(rights).filter(case__is_open=True, case__scope__contains=[unit.id])
    late = Q(case__due_at__lt=now)
    counts = open_.aggregate(
        all=Count("pk"), late=Count("pk", filter=late), serious=Count("pk", filter=Q(serious=True)),
        unit=Count("pk", filter=Q(case__state__in=("noted", "rejected"))),
    )  # fmt: skip
    cases = Case.objects.restrict(rights).filter(is_open=True, kind__in=KINDS, scope__contains=[unit.id])
    orders = cases.aggregate(
        late=Count("pk", filter=Q(due_at__lt=now)),
        soon=Count("pk", filter=Q(due_at__gte=now, warn_at__lte=now)),
        repeats=Count("pk", filter=Q(order__repeats__gt=0)),
        serious=Count("pk", filter=complaintpages.grave("order__")),
    )
    urges = OrderPart.objects.restrict(rights).filter(
        case__kind="urge", case__is_open=True, case__scope__contains=[unit.id]
    )
    standing = tracking.standing(rights, now).filter(case__scope__contains=[unit.id])
    here = {"unit": unit.id}
    parts = f"{reverse('workorders:parts')}?{urlencode({'all': 1, 'kind': 'urge', 'show': 'open', **here})}"
    return [
        Figure(_("Open supervisions"), counts["all"], list_url(**here)),
        Figure(_("Supervisions overdue"), counts["late"], list_url(late=listing.OVER, **here), "danger"),
        Figure(_("Serious supervisions"), counts["serious"], list_url(serious="yes", **here), "danger"),
        Figure(_("Units owe an answer"), counts["unit"], list_url(waits="unit", **here), "warning"),
        Figure(_("Orders overdue"), orders["late"], overview.list_url(late="over", **here), "danger"),
        Figure(_("Orders due soon"), orders["soon"], overview.list_url(late="warned", **here), "warning"),
        Figure(_("Serious complaints open"), orders["serious"], overview.list_url(branch="grave", **here), "danger"),
        Figure(_("Standing still"), standing.count(), f"{reverse('tracking:standing')}?{urlencode(here)}", "warning"),
        Figure(_("Urges unanswered"), urges.count(), parts, "warning"),
        Figure(_("Repeats open"), orders["repeats"], overview.list_url(branch="repeated", **here), "warning"),
    ]


# where it waits ------------------------------------------------------------------------------------------------------


def _matrix(rights: Rights, unit: UnitFacts, now: datetime, rules: Any) -> tuple[list[tuple[str, Any]], list[Row]]:
    """Return the reasons that there are, and a line for each unit below with its supervisions. One query."""
    units = {u.id: u for u in directory.units()}
    late = OneOf(When(case__due_at__lt=now, then=Value("late")), default=Value(""), output_field=CharField())
    found = Supervision.objects.restrict(rights).filter(case__is_open=True, case__scope__contains=[unit.id])
    grouped = (
        found.annotate(late=late).values("case__unit_id", "trigger", "case__state", "late").annotate(n=Count("pk"))
    )
    by_unit: dict[int, dict[tuple[str, str, str], int]] = {}
    for row in grouped.order_by():
        child = overview.child_of(unit, units.get(row["case__unit_id"]))
        cell = (row["trigger"], row["case__state"], row["late"])
        by_unit.setdefault(child, {}).setdefault(cell, 0)
        by_unit[child][cell] += row["n"]
    present = {trigger for cells in by_unit.values() for trigger, _state, _late in cells}
    reasons = [(code, name) for code, name in own.trigger_names(rules) if code in present]
    reasons += [(code, Label(code, code)) for code in sorted(present - {code for code, _name in reasons})]
    rows = [_row(unit, units[pk], cells, [code for code, _name in reasons]) for pk, cells in by_unit.items()]
    return reasons, sorted(rows, key=lambda row: (-row.late, -row.total, row.name))


def _row(parent: UnitFacts, child: UnitFacts, cells: Mapping[tuple[str, str, str], int], codes: list[str]) -> Row:
    itself = child.id == parent.id
    states = {code: names for code, _name, names in listing.WAITS}
    return Row(
        name=_("%(unit)s itself") % {"unit": child.name} if itself else child.name,
        drill="" if itself else f"?unit={child.id}",
        cells=[
            (sum(n for (trigger, _s, _l), n in cells.items() if trigger == code), list_url(unit=child.id, trigger=code))
            for code in codes
        ],
        total=sum(cells.values()),
        late=sum(n for (_t, _s, late), n in cells.items() if late),
        url=list_url(unit=child.id),
        late_url=list_url(unit=child.id, late=listing.OVER),
        waits={
            code: sum(n for (_t, state, _l), n in cells.items() if state in names) for code, names in states.items()
        },
    )


def chart(rows: list[Row]) -> dict[str, Any]:
    """Return a chart of open supervisions by unit, stacked by whose move it is; a click opens the list behind."""
    rows = [row for row in rows if row.total][:12][::-1]
    names = {code: str(name) for code, name, _states in listing.WAITS}
    return {
        "legend": {"data": list(names.values())},
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 24, "top": 30, "bottom": 26, "containLabel": True},
        "xAxis": {
            "type": "value", "minInterval": 1, "nameLocation": "middle", "nameGap": 26,
            "name": pgettext("axis", "supervisions"),
        },
        "yAxis": {"type": "category", "data": [Truncator(row.name).chars(14) for row in rows]},
        "series": [
            {
                "name": name,
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 22,
                "itemStyle": {"color": _COLOURS[code]},
                "data": [{"value": row.waits[code], "url": f"{row.url}&waits={code}"} for row in rows],
            }
            for code, name in names.items()
        ],
    }  # fmt: skip


# what must be called about -------------------------------------------------------------------------------------------


def _calls(rights: Rights, unit: UnitFacts, now: datetime) -> list[Call]:
    """Return what presses most, with whom to call. A fixed number of queries, and one for each unit called."""
    here = {"case__is_open": True, "case__scope__contains": [unit.id]}
    watched = Supervision.objects.restrict(rights).filter(**here)
    watched = watched.filter(Q(case__warn_at__lte=now) | Q(serious=True)).select_related("case__unit", "supervised")
    watched = watched.order_by("case__due_at", "case_id")[:LOOKED_AT]
    supervised = Supervision.objects.system("leaves out what is supervised").filter(
        order_id=OuterRef("pk"), case__is_open=True
    )
    late = WorkOrder.objects.restrict(rights).filter(**here, case__warn_at__lte=now).exclude(Exists(supervised))
    late = late.select_related("case__unit", "case__owner").order_by("case__due_at", "case_id")[:LOOKED_AT]
    found: list[tuple[tuple[int, datetime], Any]] = []
    rows: list[Supervision | WorkOrder] = [*watched, *late]
    for row in rows:
        key = ranking.rank(_matter(row), now)
        if key is not None:
            found.append((key, row))
    found.sort(key=lambda one: (one[0], one[1].pk))
    chosen = found[:CALLS]
    clocks = queries.running_clocks([row.pk for _key, row in chosen]) if chosen else {}
    people = _whom([row for _key, row in chosen], now)
    return [_call(row, key[0], next(iter(clocks.get(row.pk, [])), None), people[row.pk]) for key, row in chosen]


def _matter(row: Supervision | WorkOrder) -> Matter:
    case = row.case
    if isinstance(row, Supervision):
        return Matter(case.due_at, case.warn_at, True, row.serious, case.state in _NOTED)
    return Matter(case.due_at, case.warn_at, False, danger=row.priority == "safety")


def _whom(rows: list[Any], now: datetime) -> dict[int, Person | None]:
    """Return whom to call: who has the matter in hand; for a note that is due a supervisor; else the unit's head."""
    held = Directory(now)
    ids: dict[int, int | None] = {}
    for row in rows:
        if isinstance(row, Supervision) and row.case.state in ("issued", "seconding"):
            found = [*held.holders(row.case, "own", ["supervisor"]), *held.holders(row.case, "parent", ["supervisor"])]
            found = [person for person in found if person != row.noted_by_id]  # the second is somebody else
        else:
            owner = row.supervised_id if isinstance(row, Supervision) else row.case.owner_id
            found = [owner] if owner is not None else held.holders(row.case, "own", ["unit_manager"])
        ids[row.pk] = next(iter(found), None)
    people = Person.objects.in_bulk({pk for pk in ids.values() if pk is not None})
    return {pk: people.get(person or 0) for pk, person in ids.items()}


def _call(row: Any, pressing: int, clock: Any, person: Person | None) -> Call:
    case = row.case
    supervised = isinstance(row, Supervision)
    rules = store.get(case.rulebook_version)
    if supervised:
        what: Any = own.reason(rules, row.trigger, row.reason)
        why: Any = wording.state(case.kind, case.state, case.flow_version)
        url = reverse("supervision:case", args=(row.pk,))
    else:
        what = wording.kind(case.kind)
        why = wording.state(case.kind, case.state, case.flow_version)
        url = reverse("workorders:case", args=(row.number,))
    return Call(
        number=row.number,
        url=url,
        case_id=case.pk,
        what=what,
        why=why,
        tone="danger" if pressing <= ranking.ORDER_LATE else "warning",
        unit=case.unit.name,
        clock=clock,
        clock_name=wording.clock(clock.name) if clock else "",
        whom=person.name if person else "",
        phone=person.phone if person else "",
    )
