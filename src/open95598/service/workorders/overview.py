"""What a manager sees of a unit with everything below it: open work, lateness, today against usual. Reads only.

Open orders are counted as the person may see them, so that each number is the length of the list behind it; the day's
figures come from the tally, which leaves out what the reader may not even count. Every query is bounded by open orders,
by today, or by nine days of the tally.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from open95598.casework.models import Case
from open95598.foundation.errors import Forbidden
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.service.workorders import directory, queries, tally, wording

IN_TIME, WARNED, OVER, PAUSED, NO_CLOCK = "in_time", "warned", "over", "paused", "none"
LEVELS = (OVER, WARNED, IN_TIME, PAUSED, NO_CLOCK)
#: series colours are names of the theme's variables; the page's script looks them up
COLOURS = {OVER: "--danger", WARNED: "--warning-bar", IN_TIME: "--accent-2", PAUSED: "--quiet", NO_CLOCK: "--line"}
TOP = 8
#: so many must be usual before a difference in per cent is told: of one order more or less it is no sign
COMPARABLE = 3
_AXIS = {"type": "value", "minInterval": 1, "nameLocation": "middle", "nameGap": 26}


@dataclass(frozen=True)
class Line:
    """A row of the tables: a kind or a unit with its open orders by lateness, and where each number leads."""

    name: Any
    counts: Mapping[str, int]
    urls: Mapping[str, str]
    url: str
    drill: str = ""

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[tuple[str, int, str]]:
        """(level, number, address) in the order of the heads."""
        return [(level, self.counts.get(level, 0), self.urls[level]) for level in LEVELS]


@dataclass
class Overview:
    """The page's content."""

    unit: UnitFacts
    path: list[UnitFacts]
    at: datetime
    last: datetime | None
    open: Line
    kinds: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)
    day: tally.Day | None = None
    categories: list[tuple[Any, int, str]] = field(default_factory=list)

    # what the day's figures say ---------------------------------------------------------------------------------------

    def against_usual(self, name: str) -> tuple[int, float | None, int | None]:
        """Return today's number, the usual one by this time, and the difference in per cent.

        The last is None where so few are usual that a share of them says nothing.
        """
        assert self.day is not None
        usual = self.day.usual_by_now.get(name)
        number = self.day.today[name]
        return number, usual, round(100 * (number - usual) / usual) if usual and usual >= COMPARABLE else None

    @property
    def arrived(self) -> tuple[int, float | None, int | None]:
        """New orders today, against usual."""
        return self.against_usual("arrived")

    @property
    def closed(self) -> tuple[int, float | None, int | None]:
        """Archived today, against usual."""
        return self.against_usual("closed")

    @property
    def on_site(self) -> tuple[float | None, float | None]:
        """Mean minutes from the call to the crew's arrival, today and usually."""
        return self._mean("on_site_minutes", "on_site")

    @property
    def restored(self) -> tuple[float | None, float | None]:
        """Mean minutes from arrival to restoration, today and usually."""
        return self._mean("restore_minutes", "restored")

    @property
    def content(self) -> tuple[float | None, float | None]:
        """Share of the rated that are satisfied (per cent), today and usually."""
        today, usual = self._mean("content", "rated")
        return today and 100 * today, usual and 100 * usual

    def _mean(self, of: str, by: str) -> tuple[float | None, float | None]:
        assert self.day is not None
        today, usual = self.day.today, self.day.usual
        return (
            today[of] / today[by] if today[by] else None,
            usual[of] / usual[by] if usual.get(by) else None,
        )


def choose(rights: Rights, wanted: str) -> UnitFacts:
    """Return the unit to show: the wanted one when it is in reach, without a wish the highest in reach.

    Raises ``Forbidden`` for a unit that is not.
    """
    reach = [u for u in directory.units() if rights.at(Permission.OVERVIEW_VIEW, u.lineage)]
    if not reach:
        raise Forbidden(_("Your roles do not include this page. Ask your unit's administrator if you need it."))
    if not wanted:
        return min(reach, key=lambda u: len(u.lineage))
    for unit in reach:
        if str(unit.id) == wanted:
            return unit
    raise Forbidden(_("This unit is not yours to look at."))


def list_url(**filters: Any) -> str:
    """Return the address of the work list with filters."""
    return f"{reverse('workorders:list')}?{urlencode({k: v for k, v in filters.items() if v not in (None, '')})}"


def load(rights: Rights, unit: UnitFacts, now: datetime) -> Overview:
    """Return the overview of a unit. Four queries, and the tree of units when it is not remembered."""
    units = {u.id: u for u in directory.units()}
    by_kind: dict[str, dict[str, int]] = {}
    by_unit: dict[int, dict[str, int]] = {}
    everything: dict[str, int] = {}
    last: datetime | None = None
    for row in _counted(rights, unit, now):
        child = child_of(unit, units.get(row["unit_id"]))
        for counts in (by_kind.setdefault(row["kind"], {}), by_unit.setdefault(child, {}), everything):
            for level in LEVELS:
                counts[level] = counts.get(level, 0) + row[level]
        last = max(filter(None, (last, row["last"])))
    overview = Overview(
        unit=unit,
        path=[units[i] for i in unit.lineage if i in units and rights.at(Permission.OVERVIEW_VIEW, units[i].lineage)],
        at=now,
        last=last,
        open=_line("", everything, unit=unit.id),
        day=tally.day(rights, unit.id, now),
        categories=_categories(rights, unit, now),
    )
    overview.kinds = sorted(
        (_line(wording.kind(k), c, unit=unit.id, kind=k) for k, c in by_kind.items()), key=lambda x: -x.total
    )
    overview.units = sorted((_unit_line(unit, units[i], by_unit[i]) for i in by_unit if i in units), key=_worst)
    return overview


def _counted(rights: Rights, unit: UnitFacts, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the open orders that the rights let one see, counted by kind, responsible unit and lateness.

    Whoever may see the cases of a unit sees all of them but those that are confidential or that somebody is recused
    from: only these few are judged one by one. Counting a hundred thousand takes half as long for it.
    """
    asked = {"is_open": True, "kind__in": tally.KINDS, "scope__contains": [unit.id]}
    plain = {"confidential": False, "recused_people": [], "recused_units": []}
    judged = Case.objects.restrict(rights).filter(**asked)
    parts = [judged]
    if rights.at(Permission.CASE_VIEW, unit.lineage):
        everybodys = Case.objects.system("whoever sees the unit's cases sees these").filter(**asked, **plain)
        parts = [everybodys, judged.exclude(**plain)]
    late = {
        OVER: Q(due_at__lt=now),
        WARNED: Q(due_at__gte=now, warn_at__lte=now),
        IN_TIME: Q(due_at__gte=now, warn_at__gt=now),
        PAUSED: Q(state="suspended", warn_at=None) & (Q(due_at=None) | Q(due_at__gte=now)),
    }
    counts: dict[str, Any] = {level: Count("pk", filter=rule) for level, rule in late.items()}
    for part in parts:
        grouped = part.order_by().values("kind", "unit_id")
        for found in grouped.annotate(n=Count("*"), last=Max("state_since"), **counts):
            row: dict[str, Any] = dict(found)
            yield row | {NO_CLOCK: row["n"] - sum(row[level] for level in late)}


def child_of(unit: UnitFacts, responsible: UnitFacts | None) -> int:
    """Return the id of the unit's child in whose part of the tree an order is; the unit's own for its own orders."""
    if responsible is None or responsible.id == unit.id:
        return unit.id
    place = responsible.lineage.index(unit.id)
    return responsible.lineage[place + 1]


def _worst(line: Line) -> tuple[int, int]:
    return -line.counts.get(OVER, 0), -line.total


def _line(name: Any, counts: Mapping[str, int], **filters: Any) -> Line:
    urls = {level: list_url(late=level, **filters) for level in (OVER, WARNED, IN_TIME)}
    urls |= {PAUSED: list_url(state="suspended", **filters), NO_CLOCK: ""}
    return Line(name, counts, urls, list_url(**filters))


def _unit_line(parent: UnitFacts, child: UnitFacts, counts: Mapping[str, int]) -> Line:
    line = _line(child.name, counts, unit=child.id)
    if child.id == parent.id:
        return Line(_("%(unit)s itself") % {"unit": child.name}, counts, dict.fromkeys(LEVELS, ""), "")
    return Line(child.name, line.counts, line.urls, line.url, f"?unit={child.id}")


def _midnight(now: datetime) -> datetime:
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def _categories(rights: Rights, unit: UnitFacts, now: datetime) -> list[tuple[Any, int, str]]:
    """Return today's most frequent categories: (name, number, list)."""
    rows = queries.orders(rights).filter(
        case__opened_at__gte=_midnight(now), case__opened_at__lte=now, case__scope__contains=[unit.id]
    )
    rules = store.current(now, unit.lineage)
    top = rows.order_by().values("category").annotate(n=Count("pk")).order_by("-n", "category")[:TOP]
    return [
        (
            wording.category_path(rules, row["category"]),
            row["n"],
            list_url(category=row["category"], unit=unit.id, show="all", opened_from=_today(now)),
        )
        for row in top
    ]


def _today(now: datetime) -> str:
    return f"{now.astimezone(ZoneInfo(settings.TIME_ZONE)).date():%Y-%m-%d}"


# charts ---------------------------------------------------------------------------------------------------------------


def names() -> dict[str, str]:
    """Return the levels of lateness in words."""
    return {
        OVER: pgettext("lateness", "overdue"), WARNED: pgettext("lateness", "running short"),
        IN_TIME: pgettext("lateness", "in time"), PAUSED: pgettext("lateness", "paused"),
        NO_CLOCK: pgettext("lateness", "without limit"),
    }  # fmt: skip


def stacked(lines: list[Line], *, drill: bool = False) -> dict[str, Any]:
    """Return a chart of lines as stacked bars by lateness; a click opens the list, or the unit below."""
    language = get_language()
    lines = [line for line in lines if line.total][:12][::-1]
    words = names()
    labels = [line.name.in_(language) if hasattr(line.name, "in_") else str(line.name) for line in lines]
    return {
        "legend": {"data": [words[level] for level in LEVELS]},
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 24, "top": 30, "bottom": 26, "containLabel": True},
        "xAxis": _AXIS | {"name": pgettext("axis", "orders")},
        "yAxis": {"type": "category", "data": labels},
        "series": [
            {
                "name": words[level],
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 22,
                "itemStyle": {"color": COLOURS[level]},
                "data": [
                    {"value": line.counts.get(level, 0), "url": (line.drill if drill else "") or line.urls[level]}
                    for line in lines
                ],
            }
            for level in LEVELS
            if any(line.counts.get(level) for line in lines)
        ],
    }


def hours(day: tally.Day, unit_id: int, now: datetime) -> dict[str, Any]:
    """Return a chart of today's arrivals by hour against the usual ones; a click opens today's list."""
    url = list_url(unit=unit_id, show="all", opened_from=_today(now), opened_to=_today(now))
    today, usual = pgettext("axis", "today"), pgettext("axis", "usual")
    across = {"type": "category", "data": [f"{h:02d}" for h in range(24)], "nameLocation": "middle", "nameGap": 26}
    up = {"type": "value", "minInterval": 1, "nameTextStyle": {"align": "left"}}
    return {
        "legend": {"data": [today, usual]},
        "xAxis": across | {"name": pgettext("axis", "hour of the day")},
        "yAxis": up | {"name": pgettext("axis", "orders per hour")},
        "grid": {"left": 8, "right": 16, "top": 40, "bottom": 26, "containLabel": True},
        "series": [
            {"name": today, "type": "bar", "itemStyle": {"color": "--accent"},
             "data": [{"value": n, "url": url} for n in day.by_hour]},
            {"name": usual, "type": "line", "symbol": "none", "step": "middle", "itemStyle": {"color": "--quiet"},
             "lineStyle": {"color": "--quiet", "type": "dashed"}, "data": [round(n, 1) for n in day.usual_by_hour]},
        ],
    }  # fmt: skip


def frequent(categories: list[tuple[Any, int, str]]) -> dict[str, Any]:
    """Return a chart of the day's most frequent categories."""
    language = get_language()
    rows = categories[::-1]
    own_names = [name.in_(language).rpartition(" › ")[2] for name, _n, _url in rows]
    return {
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 24, "top": 8, "bottom": 26, "containLabel": True},
        "xAxis": _AXIS | {"name": pgettext("axis", "orders")},
        "yAxis": {"type": "category", "data": own_names},
        "series": [
            {"type": "bar", "barMaxWidth": 18, "itemStyle": {"color": "--accent-2"},
             "data": [{"value": number, "url": url} for _name, number, url in rows]}
        ],
    }  # fmt: skip
