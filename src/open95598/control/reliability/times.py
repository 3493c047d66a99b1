"""When customers were without supply, each once, though outages lie inside one another. Pure.

The customers below an outage's device are in the dark while it lasts or one above it does. What an outage adds to what
is told of those above it is therefore: its own time together with theirs, less theirs; and the same of the beginnings.
So a part that stays dark when the rest comes back is one longer interruption, and no second one; months add up exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Dark:
    """An outage's time in the dark. ``parent``: the one that it lies inside of, or is what is left of; ``customers``
    below its device; ``end``: None while it lasts, for one restored in part when that was; ``still``: its customers
    said that they *still* have no power: they never had since the parent began."""

    pk: int
    parent: int | None
    customers: int
    start: datetime
    end: datetime | None
    still: bool = False


@dataclass(frozen=True)
class Told:
    """What an interruption is counted as: ``pieces`` (from, to, customers) in the dark, ``begun`` (when, customers)
    interrupted; a negative number where it joins what would be two interruptions without it."""

    pieces: tuple[tuple[datetime, datetime, int], ...] = ()
    begun: tuple[tuple[datetime, int], ...] = ()


def together(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches of time as disjoint ones in order; those that touch are one, empty ones none."""
    found: list[Stretch] = []
    for start, end in sorted(one for one in stretches if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(stretches: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Return what of disjoint stretches lies in none of the others (disjoint and in order as well)."""
    found = []
    for start, end in stretches:
        left = start
        for first, last in others:
            if last <= left or first >= end:
                continue
            if left < first:
                found.append((left, first))
            left = max(left, last)
        if left < end:
            found.append((left, end))
    return found


def told(rows: Iterable[Dark], now: datetime) -> dict[int, Told]:
    """Return what each outage is counted as, by its ``pk``, until ``now``. A parent that is not among the rows does not
    count."""
    by_pk: Mapping[int, Dark] = {one.pk: one for one in rows}
    return {pk: _one(pk, by_pk, now) for pk in by_pk}


def _above(pk: int, by_pk: Mapping[int, Dark]) -> list[Dark]:
    """Return the outages above one, the nearest first; wrong data that runs in a ring ends."""
    found, seen, at = [], {pk}, by_pk[pk].parent
    while at is not None and at in by_pk and at not in seen:
        seen.add(at)
        found.append(by_pk[at])
        at = by_pk[at].parent
    return found


def _stretch(one: Dark, by_pk: Mapping[int, Dark], now: datetime) -> Stretch:
    start = one.start
    parent = by_pk.get(one.parent) if one.parent is not None else None
    if one.still and parent is not None and parent.end is not None:
        start = min(start, parent.end)
    return start, min(one.end or now, now)


def _one(pk: int, by_pk: Mapping[int, Dark], now: datetime) -> Told:
    one = by_pk[pk]
    above = together(_stretch(row, by_pk, now) for row in _above(pk, by_pk))
    whole = together([*above, _stretch(one, by_pk, now)])
    before, after = {start for start, _end in above}, {start for start, _end in whole}
    begun = [(at, one.customers) for at in sorted(after - before)] + [(at, -one.customers) for at in
                                                                     sorted(before - after)]  # fmt: skip
    pieces = tuple((start, end, one.customers) for start, end in without(whole, above))
    return Told(pieces, tuple(begun) if one.customers else ())


def stepped(start: datetime, end: datetime, customers: int, steps: Iterable[tuple[datetime, int]]) -> Told:
    """Return what an announced outage is counted as whose customers change while it lasts (some are supplied from
    elsewhere): ``customers`` from ``start`` on, and from each step on so many; those who come are interrupted then."""
    if end <= start:
        return Told()
    pieces, begun, since = [], [(start, customers)], start
    for at, number in sorted(steps):
        if not start < at < end:
            continue
        pieces.append((since, at, customers))
        if number > customers:
            begun.append((at, number - customers))
        since, customers = at, number
    pieces.append((since, end, customers))
    return Told(tuple(one for one in pieces if one[2]), tuple(one for one in begun if one[1]))
