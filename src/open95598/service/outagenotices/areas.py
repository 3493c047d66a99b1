"""Areas for a public map: squares that are halved as long as each part still holds many supply points. Pure.

Whoever looks at an area learns of all its supply points together, never of fewer than the least number: a square is
halved (into four), and a part of it with fewer is left out, so that nothing is told of it. Where much would be left out
it stays whole. Areas do not overlap, so that no two of them can be compared to tell fewer apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: areas are never narrower than that, in degrees (some hundred metres): what stands alone stays in its surroundings
NARROWEST = 0.002
_DEEPEST = 24
#: of a hundred supply points of a square so many may be left out when it is halved
_LEFT_OUT = 5


@dataclass(frozen=True)
class Spot:
    """Where supply points hang together: longitude, latitude, how many."""

    x: float
    y: float
    points: int


@dataclass(frozen=True)
class Area:
    """A square: left, bottom, width; ``points`` in it; ``spots``: indices of what lies in it; ``parts`` or none."""

    left: float
    bottom: float
    width: float
    points: int
    spots: tuple[int, ...]
    parts: tuple[Area, ...] = ()

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.width / 2, self.bottom + self.width / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies in it; its left and lower edges are its own."""
        return self.left <= x < self.left + self.width and self.bottom <= y < self.bottom + self.width

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Whether it lies in a box (left, bottom, right, top), at least in part."""
        left, bottom, right, top = box
        return (
            self.left < right
            and self.left + self.width > left
            and self.bottom < top
            and self.bottom + self.width > bottom
        )


def build(spots: Sequence[Spot], fewest: int, narrowest: float = NARROWEST) -> Area | None:
    """Return the square around all spots, halved as far as it may be; None where all together are too few."""
    total = sum(one.points for one in spots)
    if not spots or total < max(fewest, 1):
        return None
    left, bottom = min(one.x for one in spots), min(one.y for one in spots)
    width = max(max(one.x for one in spots) - left, max(one.y for one in spots) - bottom, narrowest) * 1.001
    return _halved(spots, Area(left, bottom, width, total, tuple(range(len(spots)))), fewest, narrowest, _DEEPEST)


def _halved(spots: Sequence[Spot], area: Area, fewest: int, narrowest: float, deep: int) -> Area:
    half = area.width / 2
    if half < narrowest or not deep:
        return area
    x, y = area.middle
    inside: dict[tuple[bool, bool], list[int]] = {}
    for at in area.spots:
        inside.setdefault((spots[at].x >= x, spots[at].y >= y), []).append(at)
    counts = {key: sum(spots[at].points for at in found) for key, found in inside.items()}
    few = sum(count for count in counts.values() if count < fewest)
    if few * 100 > area.points * _LEFT_OUT:
        return area
    parts = (
        Area(x if right else area.left, y if upper else area.bottom, half, counts[right, upper], tuple(found))
        for (right, upper), found in sorted(inside.items())
        if counts[right, upper] >= fewest
    )
    done = tuple(_halved(spots, one, fewest, narrowest, deep - 1) for one in parts)
    if len(done) == 1 and not done[0].parts:
        return area  # nothing is told apart by that, and it would only point at where the spots lie
    return Area(area.left, area.bottom, area.width, area.points, area.spots, done)


def leaves(area: Area) -> Iterator[Area]:
    """Yield the smallest areas."""
    if not area.parts:
        yield area
    for one in area.parts:
        yield from leaves(one)


def drawn(area: Area, box: tuple[float, float, float, float], finest: float) -> Iterator[Area]:
    """Yield the areas that fill a box, taken apart until they are at most ``finest`` wide or cannot be."""
    if not area.meets(box):
        return
    if not area.parts or area.width <= finest:
        yield area
        return
    for one in area.parts:
        yield from drawn(one, box, finest)


def at(area: Area, x: float, y: float) -> Area | None:
    """Return the smallest area that a place lies in; None where there is none: nothing, or too little to be
    told apart, is supplied there."""
    if not area.holds(x, y):
        return None
    if not area.parts:
        return area
    return next((found for one in area.parts if (found := at(one, x, y)) is not None), None)
