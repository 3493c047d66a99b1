"""How long outages like one usually last: a range from what was before, and how often such ranges were right. Pure.

Those like it have the same kind of device and cause, the same weather, crews as loaded as then, and began at the same
time of the day (work by night takes longer). Where too few are alike, what tells least is left out first.
"""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: so many like it make a range: with as many, the range from the first to the last but one holds four fifths
ENOUGH = 9
#: the range holds so much of what comes: from the lower to the upper of these shares
LOWER, UPPER = 0.1, 0.9
#: hours of the day (local) that count as night
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
#: what is compared, from the finest class to any outage at all
STEPS: tuple[tuple[str, ...], ...] = (
    ("kind", "cause", "weather", "load", "hour"),
    ("kind", "cause", "weather", "load"),
    ("kind", "cause", "weather"),
    ("kind", "cause", "hour"),
    ("kind", "cause"),
    ("kind", "weather"),
    ("kind",),
    (),
)


@dataclass(frozen=True)
class Like:
    """What an outage is compared by. ``kind``: of its device; ``cause``, ``weather``, ``load`` (a class of `load_of`):
    "" where it is not known, and then not compared; ``hour``: local, when it began."""

    kind: int
    cause: str
    hour: int
    weather: str = ""
    load: str = ""


@dataclass(frozen=True)
class Past(Like):
    """An outage that is over: ``minutes`` it was dark from ``began`` on (minutes of any one clock); ``promised``: the
    minutes after the beginning that people were told as the latest, None where nothing was."""

    minutes: float = 0.0
    began: float = 0.0
    promised: float | None = None


@dataclass(frozen=True)
class Range:
    """Minutes of darkness at the least, in the middle and at the most, as usual; ``count`` of outages it is taken
    from; ``like`` says what they have in common: of "kind", "cause", "weather", "load", "hour"."""

    least: float
    most: float
    count: int
    like: tuple[str, ...]
    middle: float = 0.0


def load_of(outages: int, crews: int, busy_above: float, stretched_above: float) -> str:
    """Return how loaded crews are with so many open outages: "light", "busy", "stretched"; "" without a crew."""
    if crews <= 0:
        return ""
    each = outages / crews
    return "stretched" if each > stretched_above else "busy" if each > busy_above else "light"


@dataclass
class History:
    """Durations by class, from which ranges are read; outages are added as they end."""

    enough: int = ENOUGH
    _lasted: dict[tuple[object, ...], list[float]] = field(default_factory=dict)

    def add(self, one: Past) -> None:
        """Add an outage that is over to every class that it belongs to."""
        for step in STEPS:
            if (key := _key(step, one)) is not None:
                insort(self._lasted.setdefault(key, []), one.minutes)

    def estimate(self, asked: Like) -> Range | None:
        """Return the range for an outage: of the finest class with enough in it; None where there is too little."""
        for step in STEPS:
            key = _key(step, asked)
            lasted = self._lasted.get(key, []) if key is not None else []
            if len(lasted) >= self.enough:
                least, middle, most = (quantile(lasted, share) for share in (LOWER, 0.5, UPPER))
                return Range(least, most, len(lasted), step, middle)
        return None


def _key(step: Sequence[str], one: Like) -> tuple[object, ...] | None:
    """Return the class of an outage; None where something that the step compares is not known of it."""
    key: list[object] = [tuple(step)]
    for name in step:
        value: object = one.hour in NIGHT if name == "hour" else getattr(one, name)
        if value == "":
            return None
        key.append(value)
    return tuple(key)


def estimate(past: Iterable[Past], asked: Like, enough: int = ENOUGH) -> Range | None:
    """Return the range for an outage from those that are over; None where there is too little history."""
    history = History(enough)
    for one in past:
        history.add(one)
    return history.estimate(asked)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which the next one lies with the chance ``share``, between two values in proportion.

    Of n values the next falls below the k-th with the chance k / (n + 1), whatever their distribution.
    """
    at = min(max(share * (len(ordered) + 1) - 1, 0.0), len(ordered) - 1.0)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


@dataclass(frozen=True)
class Scored:
    """How ranges did on outages that were not known when they were made: ``inside`` of ``told`` ended within theirs,
    ``early`` before it, ``late`` after it; ``width``: minutes from the least to the most, on average; ``error``: the
    median of the minutes between the middle of the range and the true end."""

    told: int
    inside: int
    early: int
    late: int
    width: float
    error: float = 0.0

    @property
    def coverage(self) -> float:
        """The share that ended within their range, 0 without any."""
        return self.inside / self.told if self.told else 0.0


def score(past: Sequence[Past], *, cause: bool = True, enough: int = ENOUGH) -> Scored:
    """Judge the ranges on outages that are over: each is estimated from those only that had ended when it began.

    ``cause``: as estimated once the cause was known; without it as at the beginning.
    """
    history, over = History(enough), sorted(range(len(past)), key=lambda at: past[at].began + past[at].minutes)
    errors: list[float] = []
    ended = inside = early = late = 0
    width = 0.0
    for one in sorted(past, key=lambda one: one.began):
        while ended < len(over) and (before := past[over[ended]]).began + before.minutes <= one.began:
            history.add(before)
            ended += 1
        known = Like(one.kind, one.cause if cause else "", one.hour, one.weather, one.load)
        made = history.estimate(known)
        if made is None:
            continue
        width += made.most - made.least
        early += one.minutes < made.least
        late += one.minutes > made.most
        inside += made.least <= one.minutes <= made.most
        errors.append(abs(one.minutes - made.middle))
    told = len(errors)
    return Scored(told, inside, early, late, width / told if told else 0.0, median(errors))


@dataclass(frozen=True)
class Promises:
    """How what people were told did: of ``told`` outages ``kept`` were light by then; ``error``: the median of the
    minutes between the time told and the true end."""

    told: int
    kept: int
    error: float


def promises(past: Iterable[Past]) -> Promises:
    """Judge what people were told, the last word of each outage."""
    told = [(one.promised, one.minutes) for one in past if one.promised is not None]
    errors = [abs(promised - minutes) for promised, minutes in told]
    return Promises(len(told), sum(minutes <= promised for promised, minutes in told), median(errors))


def median(values: Sequence[float]) -> float:
    """Return the median; 0 of nothing."""
    if not values:
        return 0.0
    half = len(values) // 2
    lower = heapq.nsmallest(half + 1, values)
    return lower[half] if len(values) % 2 else (lower[half] + lower[half - 1]) / 2


def open_at(periods: Iterable[tuple[float, float | None]], moments: Sequence[float]) -> list[int]:
    """Return how many of the periods (from, to; None: still open) hold each of the ascending moments; an end is out."""
    starts, ends = [], []
    for begun, ended in periods:
        starts.append(begun)
        if ended is not None:
            ends.append(ended)
    starts.sort()
    ends.sort()
    found, first, last = [], 0, 0
    for at in moments:
        while first < len(starts) and starts[first] <= at:
            first += 1
        while last < len(ends) and ends[last] <= at:
            last += 1
        found.append(first - last)
    return found
