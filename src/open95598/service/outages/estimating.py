"""How long outages like one usually last: a range from what was before, and how often such ranges were right. Pure.

Those like it have the same kind of device and cause, and began at the same time of the day (work by night takes
longer); where too few are, the time of the day is left out, then the cause, then the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: so many like it make a range
ENOUGH = 8
#: the range holds so much of them: from the lower to the upper of these shares
LOWER, UPPER = 0.2, 0.8
#: hours of the day (local) that count as night
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})


@dataclass(frozen=True)
class Past:
    """An outage that is over. ``kind``: of its device; ``cause``: "" where nobody said; ``hour``: local, when it began;
    ``minutes``: how long it was dark."""

    kind: int
    cause: str
    hour: int
    minutes: float


@dataclass(frozen=True)
class Range:
    """Minutes of darkness at the least and at the most, as usual; ``count`` of outages it is taken from; ``like`` says
    what they have in common: of "kind", "cause", "hour"."""

    least: float
    most: float
    count: int
    like: tuple[str, ...]


def estimate(past: Iterable[Past], kind: int, cause: str, hour: int) -> Range | None:
    """Return the range for an outage; None where there is too little history. A cause that is not known ("") is not
    compared."""
    rows = list(past)
    steps: list[tuple[str, ...]] = [("kind", "cause", "hour"), ("kind", "cause"), ("kind",), ()]
    for like in steps:
        if "cause" in like and not cause:
            continue
        lasted = sorted(one.minutes for one in rows if _alike(one, like, kind, cause, hour))
        if len(lasted) >= ENOUGH:
            return Range(quantile(lasted, LOWER), quantile(lasted, UPPER), len(lasted), like)
    return None


def _alike(one: Past, like: Sequence[str], kind: int, cause: str, hour: int) -> bool:
    return (
        ("kind" not in like or one.kind == kind)
        and ("cause" not in like or one.cause == cause)
        and ("hour" not in like or (one.hour in NIGHT) == (hour in NIGHT))
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the ordered values lie, between two of them in proportion."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


@dataclass(frozen=True)
class Scored:
    """How ranges did on outages that were not known when they were made: ``inside`` of ``told`` ended within theirs,
    ``early`` before it, ``late`` after it; ``width``: minutes from the least to the most, on average."""

    told: int
    inside: int
    early: int
    late: int
    width: float


def score(past: Sequence[Past]) -> Scored:
    """Judge the ranges on outages in the order in which they ended: each is estimated from those before it only."""
    told = inside = early = late = 0
    width = 0.0
    for at, one in enumerate(past):
        made = estimate(past[:at], one.kind, one.cause, one.hour)
        if made is None:
            continue
        told += 1
        width += made.most - made.least
        early += one.minutes < made.least
        late += one.minutes > made.most
        inside += made.least <= one.minutes <= made.most
    return Scored(told, inside, early, late, width / told if told else 0.0)
