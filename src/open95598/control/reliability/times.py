"""When customers were without supply, each once, though outages lie inside one another or overlap. Pure.

The customers below an outage's device are in the dark while it lasts or one above it does. What an outage adds to what
is told of those above it is therefore: its own time together with theirs, less theirs; and the same of the beginnings.
So a part that stays dark when the rest comes back is one longer interruption, and no second one; months add up exactly.

One is above another when it was said so (`parent`), or when its device holds the other's in the grid (`span`): two
outages that know nothing of each other, of a feeder and of a transformer below it, darken the same customers once. Two
devices of a grid lie one in the other or apart, so nothing else can overlap: the sum over all outages of what each adds
is, customer by customer, the union of the times in which they were dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Stretch = tuple[datetime, datetime]
Span = tuple[int, int]


@dataclass(frozen=True)
class Dark:
    """An outage's time in the dark. ``parent``: the one that it lies inside of, or is what is left of; ``customers``
    below its device; ``end``: None while it lasts, for one restored in part when that was; ``still``: its customers
    said that they *still* have no power: they never had since the parent began. ``span``: the numbers of the device
    with all below it in the grid (the last not included), None where it is not there; ``gaps``: those of parts of it
    that were supplied from elsewhere."""

    pk: int
    parent: int | None
    customers: int
    start: datetime
    end: datetime | None
    still: bool = False
    span: Span | None = None
    gaps: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Told:
    """What an interruption is counted as: ``pieces`` (from, to, customers) in the dark, ``begun`` (when, customers)
    interrupted; a negative number where it joins what would be two interruptions without it."""

    pieces: tuple[tuple[datetime, datetime, int], ...] = ()
    begun: tuple[tuple[datetime, int], ...] = ()
    #: when it was in the dark already because of those above it
    above: tuple[Stretch, ...] = ()


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
    holding = _holding(by_pk, now)
    return {pk: _one(pk, by_pk, holding, now) for pk in by_pk}


def _said(pk: int, by_pk: Mapping[int, Dark]) -> list[int]:
    """Return the outages above one by what was said, the nearest first; wrong data that runs in a ring ends."""
    found: list[int] = []
    at = by_pk[pk].parent
    while at is not None and at in by_pk and at != pk and at not in found:
        found.append(at)
        at = by_pk[at].parent
    return found


def _holding(by_pk: Mapping[int, Dark], now: datetime) -> Mapping[int, list[int]]:
    """Return which outages hold each one's device and touch its time: in the order of the grid's numbers the devices
    that hold one are those that are still open. Of the same device the one with the lower ``pk`` holds the other."""
    found: dict[int, list[int]] = {}
    still: list[tuple[Span, Stretch, Dark]] = []
    rows = [(one.span, _stretch(one, by_pk, now), one) for one in by_pk.values() if one.span is not None]
    for span, (start, end), one in sorted(rows, key=lambda row: (row[0][0], -row[0][1], row[2].pk)):
        still = [row for row in still if row[0][1] >= span[1]]
        found[one.pk] = [
            other.pk
            for _span, (first, last), other in still
            if first <= end and start <= last
            and not any(gap[0] <= span[0] and span[1] <= gap[1] for gap in other.gaps)
        ]  # fmt: skip
        still.append((span, (start, end), one))
    return found


def _above(pk: int, by_pk: Mapping[int, Dark], holding: Mapping[int, list[int]]) -> list[Dark]:
    """Return all outages above one, by what was said and by the grid; none that was said to lie below it."""
    seen: set[int] = {pk}
    waiting = [pk]
    while waiting:
        at = waiting.pop()
        near = [*_said(at, by_pk), *(other for other in holding.get(at, ()) if at not in _said(other, by_pk))]
        for other in near:
            if other not in seen and pk not in _said(other, by_pk):
                seen.add(other)
                waiting.append(other)
    return [by_pk[other] for other in seen - {pk}]


def _stretch(one: Dark, by_pk: Mapping[int, Dark], now: datetime) -> Stretch:
    start = one.start
    parent = by_pk.get(one.parent) if one.parent is not None else None
    if one.still and parent is not None and parent.end is not None:
        start = min(start, parent.end)
    return start, min(one.end or now, now)


def _one(pk: int, by_pk: Mapping[int, Dark], holding: Mapping[int, list[int]], now: datetime) -> Told:
    one = by_pk[pk]
    above = together(_stretch(row, by_pk, now) for row in _above(pk, by_pk, holding))
    whole = together([*above, _stretch(one, by_pk, now)])
    before, after = {start for start, _end in above}, {start for start, _end in whole}
    begun = [(at, one.customers) for at in sorted(after - before)] + [(at, -one.customers) for at in
                                                                     sorted(before - after)]  # fmt: skip
    pieces = tuple((start, end, one.customers) for start, end in without(whole, above))
    if not one.customers:  # it stands there for those below it
        return Told(above=tuple(above))
    return Told(pieces, tuple(begun), tuple(above))


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


def joined(parts: Iterable[Told]) -> Told:
    """Return several devices' part of one interruption as one."""
    parts = list(parts)
    begun: dict[datetime, int] = {}
    for at, customers in (one for part in parts for one in part.begun):
        begun[at] = begun.get(at, 0) + customers
    return Told(tuple(one for part in parts for one in part.pieces), tuple(sorted(begun.items())))


def less(one: Told, stretches: Iterable[Stretch]) -> Told:
    """Return what is left of an interruption all of whose customers are in the dark for other reasons in some times:
    there it adds nothing, and where it goes on out of them or into them it is no other interruption."""
    dark = together(stretches)
    pieces = [
        (start, end, customers)
        for first, last, customers in one.pieces
        for start, end in without([(first, last)], dark)
    ]
    begun = [(at, n) for at, n in one.begun if not any(start <= at <= end for start, end in dark)]
    return Told(tuple(pieces), tuple(begun))


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """Return a number of customers shared out by weights, whole and adding up to it: the largest remainders first."""
    whole = sum(weights)
    if not whole:
        return [total, *([0] * (len(weights) - 1))] if weights else []
    found = [total * one // whole for one in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[: total - sum(found)]:
        found[at] += 1
    return found
