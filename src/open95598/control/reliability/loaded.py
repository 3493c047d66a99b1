"""Lines and transformers that are heavily loaded or overloaded (DOMAIN 4, C8): what improvement begins with.

Heavy is whoever carries the rulebook's share of the rating for an hour at a stretch, overloaded whoever carries more
than the rating as long; the worse of the two is what a line is called. Which days were so is read from what stands
beside the curves (`GridLoad.rate`); curves are looked at only of those that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from open95598.foundation import bulk, months
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.registry.grid import loadkeeping, loads
from open95598.registry.grid.loadcharts import HEAVY, OVERLOADED, grade
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.queries import LoadDay, load_days
from open95598.service.workorders import directory

_WHY = "devices of units that the reader may look at"
GRADES = (OVERLOADED, HEAVY)


@dataclass(frozen=True)
class Period:
    """The time that a list is of: a ``month`` (its first day), or the last days when that is None."""

    start: datetime
    end: datetime
    month: date | None = None

    @property
    def days(self) -> int:
        """How many days of the utility's these are."""
        return (months.local_day(self.end - timedelta(microseconds=1)) - months.local_day(self.start)).days + 1


def period(wanted: str, rules: LoadRules, now: datetime) -> Period:
    """Return the month asked for (2026-03), or without one the last days up to now, as many as the rulebook says."""
    month = months.parse(wanted)
    if month is not None:
        month = min(month, months.of(now))
        return Period(*months.bounds(month), month)
    return Period(back(now, rules.days), now)


def back(now: datetime, days: int) -> datetime:
    """Return where the day so many days back begins, today among them."""
    return midnight(months.local_day(now) - timedelta(days=days - 1))


def midnight(day: date) -> datetime:
    """Return where a day of the utility's begins."""
    return datetime.combine(day, time(), loadkeeping.zone())


@dataclass
class Loaded:
    """A line or transformer on the list. ``rate``: the most that it held, in percent; ``days`` on which it was heavy
    or worse, ``over_days`` of them overloaded; ``minutes`` and ``over_minutes`` that this lasted in all."""

    device: GridDevice
    grade: str
    rate: float
    days: int
    over_days: int
    minutes: int = 0
    over_minutes: int = 0
    #: the day of the highest load
    worst: LoadDay | None = None
    #: first instants of the days, in order
    when: list[datetime] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """How long it was heavy or worse."""
        return self.minutes / 60

    @property
    def over_hours(self) -> float:
        """How long it was overloaded."""
        return self.over_minutes / 60


def units_of(rights: Rights | None, unit_id: int) -> list[int]:
    """Return the ids of a unit and those below it that one may look at; ``rights`` None: all."""
    below = [u for u in directory.units() if unit_id in u.lineage]
    return [u.id for u in below if rights is None or rights.at(Permission.OVERVIEW_VIEW, u.lineage)]


def bad_days(
    rules: Mapping[int, LoadRules], start: datetime, end: datetime, only: str = ""
) -> dict[int, list[tuple[datetime, float]]]:
    """Return the days in a time on which devices of units were heavy or worse, by the rules of each unit: id of the
    device → (first instant, percent held), in order; of all devices, or of the one with a code. One query."""
    query = (
        "SELECT l.device_id, l.at, l.rate FROM grid_load l JOIN grid_griddevice d ON d.id = l.device_id"
        " JOIN unnest(%s::bigint[], %s::float8[]) AS u(id, heavy) ON u.id = d.unit_id"
        " WHERE l.at >= %s AND l.at < %s AND l.rate >= %s AND l.rate >= u.heavy AND (%s = '' OR d.code = %s)"
        " ORDER BY l.device_id, l.at"
    )
    if not rules:
        return {}
    heavy = [float(one.heavy) for one in rules.values()]
    found: dict[int, list[tuple[datetime, float]]] = defaultdict(list)
    for pk, at, rate in bulk.fetch(query, [list(rules), heavy, start, end, min(heavy), only, only]):
        found[pk].append((at, rate))
    return found


def loaded(
    rights: Rights | None, unit_id: int, rules: LoadRules, when: Period, *, grades: Collection[str] = GRADES,
    kinds: Collection[int] = (), only: str = "",
) -> list[Loaded]:  # fmt: skip
    """Return the lines and transformers of a unit and below it that were heavy or overloaded, the worst first; without
    durations and worst days (`look_into`). ``kinds``: of devices, all when empty. Two queries."""
    days = bad_days(dict.fromkeys(units_of(rights, unit_id), rules), when.start, when.end, only)
    rows = GridDevice.objects.system(_WHY).select_related("unit").filter(pk__in=days)
    found = []
    for device in rows.filter(kind__in=kinds) if kinds else rows:
        mine = days[device.pk]
        most = max(rate for _at, rate in mine)
        over = sum(rate > rules.overloaded for _at, rate in mine)
        found.append(Loaded(device, grade(most, rules), most, len(mine), over, when=[at for at, _rate in mine]))
    return sorted((one for one in found if one.grade in grades), key=lambda one: (-one.rate, one.device.code))


def look_into(rows: Sequence[Loaded], rules: LoadRules, when: Period) -> None:
    """Fill in how long it lasted and the worst day of those that are shown. One query."""
    days = load_days([one.device.pk for one in rows], when.start, when.end)
    for one in rows:
        mine = days[one.device.pk]
        rated = [day for day in mine if day.rate is not None]
        one.worst = max(rated, key=lambda day: (day.rate, day.peak), default=None)
        values = percents(mine)
        one.minutes = _lasting(loads.stretches(values, rules.heavy, rules.lasting))
        one.over_minutes = _lasting(loads.stretches(values, rules.overloaded, rules.lasting, above=True))


def percents(days: Iterable[LoadDay]) -> Any:
    """Return the load of days in percent of the rating of then, one after the other; NaN where a day is missing."""
    pieces, due = [], None
    for day in days:
        values = loads.filled(day.values)
        if due is not None and day.at != due:
            pieces.append(np.array([np.nan]))
        pieces.append(values * 100 / day.rated if day.rated else values * np.nan)
        due = loads.next_day(day.at, loadkeeping.zone())
    return np.concatenate(pieces) if pieces else np.empty(0)


def _lasting(stretches: Iterable[loads.Stretch]) -> int:
    return sum(one.minutes for one in stretches)


@dataclass(frozen=True)
class Share:
    """How a line was loaded in some days: on how many it was heavy or worse, and the most that it held in percent."""

    days: int
    most: float | None


def share(device: GridDevice, rules: LoadRules, start: datetime, end: datetime) -> Share:
    """Return how a line was loaded between two moments, by whole days. One query."""
    rates = [day.rate for day in load_days([device.pk], start, end)[device.pk] if day.rate is not None]
    return Share(sum(rate >= rules.heavy for rate in rates), max(rates, default=None))
