"""A feeder as a tree of one line a device: what is dark, who reported, what is silent beside it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: a tree is indented so deep at most
DEEPEST = 12


@dataclass(frozen=True)
class Device:
    """A device of the feeder: ``lft`` and ``rgt`` span what stands below it, ``points`` the supply points there."""

    pk: int
    lft: int
    rgt: int
    kind: int
    code: str
    name: str
    points: int

    @property
    def place(self) -> str:
        """The device as people call it."""
        return self.name or self.code


@dataclass(frozen=True)
class Line:
    """A line of the tree. ``outage``: the one that is at this device; ``dark``: it lies below an open device or is one;
    ``reports``: told from here and below; ``folded``: devices below it that are not drawn."""

    device: Device
    depth: int
    outage: Any
    dark: bool
    reports: int
    folded: int


def lines(
    devices: Sequence[Device], outages: Mapping[int, Any], dark: Collection[int], reports: Sequence[int]
) -> list[Line]:
    """Return the tree of a feeder, the feeder first.

    ``devices``: all of the feeder in depth-first order; ``outages``: by the ``lft`` of the device that they are at;
    ``dark``: those numbers of them below which nobody has power; ``reports``: the ``lft`` of each report's place,
    sorted. Drawn are the ways to outages and reports, with what stands beside them at each step; the rest is folded
    into what feeds it.
    """
    spots, all_ = sorted({*outages, *reports}), [one.lft for one in devices]

    def counted(one: Device, of: Sequence[int]) -> int:
        return bisect_left(of, one.rgt) - bisect_left(of, one.lft)

    found: list[Line] = []
    above: list[tuple[Device, bool, bool]] = []  # the way to here: device, dark, whether what is below it is drawn
    for one in devices:
        while above and above[-1][0].rgt <= one.lft:
            above.pop()
        in_dark = one.lft in dark or (bool(above) and above[-1][1])
        drawn = not above or above[-1][2]
        opens = drawn and (not above or counted(one, spots) > 0)
        if drawn:
            folded = 0 if opens else counted(one, all_) - 1
            depth = min(len(above), DEEPEST)
            found.append(Line(one, depth, outages.get(one.lft), in_dark, counted(one, reports), folded))
        above.append((one, in_dark, opens))
    return found
