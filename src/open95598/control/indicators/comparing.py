"""Units side by side (对标): shares, ranks, median, best; with care for small numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

#: with fewer cases a share says little: it is shown, and neither ranked nor counted in median and best
FEW = 10
#: measures beside the promises, in the order of the columns; each is the share of ``good``
MEASURES = ("timely", "content", "not_returned", "not_reopened", "not_repeated", "no_substantiated")
#: the one whose cases are shown: complaints that were found substantiated, at the unit at fault
SUBSTANTIATED = "no_substantiated"


@dataclass(frozen=True)
class Count:
    """How many kept and broke something, and how many will still tell."""

    good: int = 0
    bad: int = 0
    pending: int = 0

    @property
    def told(self) -> int:
        """How many have told."""
        return self.good + self.bad

    @property
    def share(self) -> float | None:
        """The share of the good in per cent; None when none has told."""
        return 100 * self.good / self.told if self.told else None

    def __add__(self, other: Count) -> Count:
        return Count(self.good + other.good, self.bad + other.bad, self.pending + other.pending)


@dataclass(frozen=True)
class Cell:
    """A unit's share of one measure among its peers: ``rank`` from 1, None for few cases; ``band``: 1 (best quarter) to
    4, 0 without a rank."""

    count: Count
    rank: int | None
    band: int

    @property
    def few(self) -> bool:
        """Whether there are cases, but too few to compare."""
        return 0 < self.count.told < FEW


@dataclass(frozen=True)
class Compared:
    """One measure over all units of a level: their cells, the median and the best share of those with enough cases."""

    cells: Mapping[int, Cell]
    median: float | None
    best: float | None
    ranked: int


def compare(counts: Mapping[int, Count]) -> Compared:
    """Compare units by one measure. Equal shares have the same rank, and the next one counts on (1, 2, 2, 4)."""
    shares = {unit: c.share for unit, c in counts.items() if c.told >= FEW and c.share is not None}
    values: Sequence[float] = sorted(shares.values(), reverse=True)
    cells = {}
    for unit, count in counts.items():
        rank = values.index(shares[unit]) + 1 if unit in shares else None
        cells[unit] = Cell(count, rank, 0 if rank is None else min(4, 1 + 4 * (rank - 1) // len(values)))
    return Compared(cells, median(values) if values else None, values[0] if values else None, len(values))
