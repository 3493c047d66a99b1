"""How many supply points are in the dark, and when: each once, though outages lie inside one another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Spell:
    """An outage's time in the dark. ``parent``: the outage that it lies inside of, or is what is left of; ``points``:
    supply points below its device; ``end``: None while it lasts, for one restored in part when that was."""

    pk: int
    parent: int | None
    points: int
    start: datetime
    end: datetime | None


def apart(spells: Iterable[Spell]) -> list[Spell]:
    """Return the spells so that none counts what a larger one counts at the same time: what is left of an outage counts
    from when the rest had power again; what is dark inside a dark one does not count."""
    by_pk: Mapping[int, Spell] = {one.pk: one for one in spells}
    found = []
    for one in by_pk.values():
        start: datetime | None = one.start
        above, seen = one.parent, {one.pk}
        while above is not None and start is not None and above in by_pk and above not in seen:
            seen.add(above)
            larger = by_pk[above]
            if larger.start <= start or larger.end is None:
                start = None if larger.end is None else max(start, larger.end)
            above = larger.parent
        if start is not None and (one.end is None or start < one.end):
            found.append(replace(one, start=start))
    return found


def curve(spells: Sequence[Spell], moments: Sequence[datetime]) -> list[int]:
    """Return how many supply points are in the dark at each of the moments (aware, in order)."""
    return [
        sum(one.points for one in spells if one.start <= at and (one.end is None or at < one.end)) for at in moments
    ]


def hours(spells: Iterable[Spell], start: datetime, end: datetime) -> float:
    """Return the customer-hours in the dark from ``start`` to ``end``: supply points times hours, summed."""
    lost = timedelta()
    for one in spells:
        first, last = max(one.start, start), min(one.end or end, end)
        if first < last:
            lost += one.points * (last - first)
    return lost / timedelta(hours=1)
