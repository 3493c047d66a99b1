"""The normal topology as numbers: every question about a subtree is a comparison of two integers (DOMAIN 4).

Devices stand in depth-first preorder, and the place of a device in that order is its *position*. The subtree of the
device at position ``i`` is the positions ``i .. end[i] - 1``, so "below" is an interval, "how many usage points" a
difference of two running sums, and the lowest common ancestor of any set is that of its first and its last position.
`Topology` is immutable: another state of the grid is another one, built again from its edges in about a second a
million devices.

Pure: NumPy only, no Django, no clock, no file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

NOWHERE = -1  # the parent of a root; what `common` and `positions` say where there is none


class Kind(IntEnum):
    """What a device is; a smaller number stands nearer to the source. CIM names are those of `cim`."""

    SUBSTATION = 0
    FEEDER = 1
    SECTION = 2  # a line section behind a switch: what one opens to darken it (CIM: Switch and its ACLineSegments)
    TRANSFORMER = 3  # a distribution transformer, and with it its transformer area
    BOX = 4  # a meter box
    METER = 5

    @property
    def cim(self) -> str:
        """The class of the common information model that this is nearest to."""
        return ("Substation", "Feeder", "Switch", "PowerTransformer", "UsagePointLocation", "EndDevice")[self]


class Wrong(StrEnum):
    """What can be wrong with the edges of a grid; each is found, told and got over, never a crash."""

    DUPLICATE = "duplicate"  # the same device twice: the first stands
    ORPHAN = "orphan"  # its parent is not known: it stands as a root
    LOOP = "loop"  # devices that feed each other in a ring: cut at the one nearest to a source
    ISLAND = "island"  # a root that is no substation: nothing feeds it
    LEVEL = "level"  # hangs below something that belongs below it, such as a feeder below a meter box


@dataclass(frozen=True)
class Finding:
    """Something wrong with the edges, about ``device`` (an id), together with ``others`` (of a ring: all the rest)."""

    code: Wrong
    device: int
    others: tuple[int, ...] = ()


class UnknownDevice(ValueError):
    """Raised when a device is asked for that this topology does not hold."""

    def __init__(self, device_id: int) -> None:
        super().__init__(f"device {device_id} is not in this topology")
        self.device_id = device_id


@dataclass(frozen=True, eq=False)
class Topology:
    """The normal topology: a forest of devices in depth-first preorder; arrays are by position and read-only."""

    ids: NDArray[np.int64]  # the device's id
    kinds: NDArray[np.int8]  # its `Kind`
    parent: NDArray[np.int32]  # the position of its parent, -1 for a root; always smaller than its own
    end: NDArray[np.int32]  # the subtree of i is the positions i .. end[i]-1
    upto: NDArray[
        np.int64
    ]  # n+1 long: usage points that hang on positions below i; below and on i: upto[end[i]] - upto[i]
    depth: NDArray[np.int16]  # 0 for a root
    _sorted: NDArray[np.int64] = field(repr=False)  # ids in ascending order, and beside each its position
    _places: NDArray[np.int32] = field(repr=False)

    def __len__(self) -> int:
        """How many devices there are."""
        return len(self.ids)

    def position(self, device_id: int) -> int:
        """The position of the device ``device_id``. Raises `UnknownDevice`, a ValueError."""
        at = int(np.searchsorted(self._sorted, device_id))
        if at == len(self._sorted) or self._sorted[at] != device_id:
            raise UnknownDevice(device_id)
        return int(self._places[at])

    def positions(self, device_ids: ArrayLike) -> NDArray[np.int32]:
        """The positions of many devices, -1 where one is not known."""
        return _look_up(self._sorted, self._places, np.asarray(device_ids, dtype=np.int64))

    def below(self, i: int, j: int) -> bool:
        """Whether ``j`` is in the subtree of ``i`` (``i`` itself is)."""
        return bool(i <= j < self.end[i])

    def points(self, i: int) -> int:
        """How many usage points hang on ``i`` and on all that is below it."""
        return int(self.upto[self.end[i]] - self.upto[i])

    def points_many(self, positions: ArrayLike) -> NDArray[np.int64]:
        """`points` of each of ``positions``."""
        at = np.asarray(positions, dtype=np.int64)
        return self.upto[self.end[at]] - self.upto[at]

    def ancestors(self, i: int) -> list[int]:
        """The way up: ``i`` first, its root last."""
        way = []
        while i != NOWHERE:
            way.append(i)
            i = int(self.parent[i])
        return way

    def children(self, i: int) -> list[int]:
        """What hangs directly below ``i``, in order."""
        found, at, end = [], i + 1, int(self.end[i])
        while at < end:
            found.append(at)
            at = int(self.end[at])
        return found

    def roots(self) -> list[int]:
        """The positions of all roots, in order."""
        return [int(at) for at in np.flatnonzero(self.parent == NOWHERE)]

    def common(self, positions: Sequence[int]) -> int:
        """The lowest device that holds all of ``positions`` (it may be one of them); -1 when none does."""
        if len(positions) == 0:
            return NOWHERE
        at, last = int(min(positions)), int(max(positions))
        while at != NOWHERE and self.end[at] <= last:
            at = int(self.parent[at])
        return at


def build(ids: ArrayLike, parents: ArrayLike, kinds: ArrayLike, hanging: ArrayLike) -> tuple[Topology, list[Finding]]:
    """Number the devices ``ids``, fed by ``parents`` (an id each, or -1); ``hanging``: usage points on each itself.

    Siblings keep the order in which they came. Whatever is wrong (`Wrong`) becomes a finding and is got over: of a
    device that comes twice the first stands (its usage points are all counted); an unknown parent makes a root; a
    ring is cut above the device of the smallest kind and id. Raises ValueError only when the arrays are not equally
    long.
    """
    names, above = np.asarray(ids, dtype=np.int64).ravel(), np.asarray(parents, dtype=np.int64).ravel()
    levels, points = np.asarray(kinds, dtype=np.int8).ravel(), np.asarray(hanging, dtype=np.int64).ravel()
    if not len(names) == len(above) == len(levels) == len(points):
        raise ValueError("ids, parents, kinds and hanging must be equally long")
    findings: list[Finding] = []
    names, above, levels, points = _once(names, above, levels, points, findings)
    order = np.argsort(names, kind="stable").astype(np.int32)
    parent = _look_up(names[order], order, above)
    lost = np.flatnonzero((parent == NOWHERE) & (above != NOWHERE))
    findings += [Finding(Wrong.ORPHAN, int(names[at]), (int(above[at]),)) for at in lost]
    walk = _walk(parent)
    if sum(map(len, walk)) < len(names):
        _cut(parent, walk, names, levels, findings)
        walk = _walk(parent)
    alone = np.flatnonzero((parent == NOWHERE) & (above == NOWHERE) & (levels != Kind.SUBSTATION))
    findings += [Finding(Wrong.ISLAND, int(names[at])) for at in alone]
    turned = np.flatnonzero((parent != NOWHERE) & (levels < levels[parent]))
    findings += [Finding(Wrong.LEVEL, int(names[at]), (int(names[parent[at]]),)) for at in turned]
    return _number(names, parent, levels, points, walk), findings


_Column = NDArray[np.int64]


def _once(
    names: _Column, above: _Column, levels: NDArray[np.int8], points: _Column, findings: list[Finding]
) -> tuple[_Column, _Column, NDArray[np.int8], _Column]:
    """The columns with every device once: where it came first, and with all usage points said to hang on it."""
    _, first, of = np.unique(names, return_index=True, return_inverse=True)
    if len(first) == len(names):
        return names, above, levels, points
    together = np.bincount(of, weights=points, minlength=len(first)).astype(np.int64)
    again = np.setdiff1d(np.arange(len(names)), first, assume_unique=True)
    findings += [Finding(Wrong.DUPLICATE, int(names[at]), (int(above[at]),)) for at in again]
    kept = np.sort(first)
    return names[kept], above[kept], levels[kept], together[of[kept]]


def _look_up(keys: NDArray[np.int64], values: NDArray[np.int32], wanted: NDArray[np.int64]) -> NDArray[np.int32]:
    """For each of ``wanted`` the value beside it in the ascending ``keys``, -1 where it is not among them."""
    if not len(keys):
        return np.full(len(wanted), NOWHERE, dtype=np.int32)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], NOWHERE).astype(np.int32)


def _walk(parent: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """All that the roots lead to, level by level; siblings stand together, in the order of their parents."""
    by_parent = np.argsort(parent, kind="stable").astype(np.int32)
    roots = int(np.searchsorted(parent[by_parent], 0))
    children = (
        np.bincount(parent[by_parent[roots:]], minlength=len(parent)) if len(parent) else np.zeros(0, dtype=np.int64)
    )
    first = roots + np.cumsum(children) - children
    level, levels = by_parent[:roots], []
    while len(level):
        levels.append(level)
        counts = children[level]
        total = int(counts.sum())
        within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        level = by_parent[np.repeat(first[level], counts) + within]
    return levels


def _cut(
    parent: NDArray[np.int32],
    walk: list[NDArray[np.int32]],
    names: NDArray[np.int64],
    levels: NDArray[np.int8],
    findings: list[Finding],
) -> None:
    """Cut every ring open, above the device in it of the smallest kind and id: in ``parent``, with a finding for each.

    Who cannot be reached from a root is in a ring or hangs below one. Following the parents often enough leads all of
    them into their rings, so that where they end are the devices of the rings.
    """
    reached = np.zeros(len(parent), dtype=bool)
    for level in walk:
        reached[level] = True
    there, jump = np.flatnonzero(~reached), parent.copy()
    for _ in range(int(np.ceil(np.log2(len(there) + 1))) + 1):
        jump[there] = jump[jump[there]]
    waiting = {int(at) for at in jump[there]}
    while waiting:
        ring = [waiting.pop()]
        while (following := int(parent[ring[-1]])) in waiting:
            waiting.remove(following)
            ring.append(following)
        top = min(ring, key=lambda at: (int(levels[at]), int(names[at])))
        turned = ring[ring.index(top) + 1 :] + ring[: ring.index(top)]
        findings.append(Finding(Wrong.LOOP, int(names[top]), tuple(int(names[at]) for at in turned)))
        parent[top] = NOWHERE


def _number(
    names: NDArray[np.int64],
    parent: NDArray[np.int32],
    levels: NDArray[np.int8],
    points: NDArray[np.int64],
    walk: list[NDArray[np.int32]],
) -> Topology:
    """Give every device its position: sizes of subtrees from the leaves up, then where each begins, downwards."""
    size, place, depth = (
        np.ones(len(names), dtype=np.int64),
        np.zeros(len(names), dtype=np.int64),
        np.zeros(len(names), dtype=np.int16),
    )
    for level in reversed(walk[1:]):
        np.add.at(size, parent[level], size[level])
    for number, level in enumerate(walk):
        before = np.cumsum(size[level]) - size[level]
        if number:
            above = parent[level]
            begins = np.maximum.accumulate(np.where(np.diff(above, prepend=NOWHERE) != 0, np.arange(len(level)), 0))
            before += place[above] + 1 - before[begins]
        place[level], depth[level] = before, min(number, np.iinfo(np.int16).max)
    order = np.empty(len(names), dtype=np.int64)
    order[place] = np.arange(len(names))
    upper = parent[order]
    by_id = np.argsort(names[order], kind="stable").astype(np.int32)
    columns: dict[str, NDArray] = {
        "ids": names[order],
        "kinds": levels[order],
        "parent": np.where(upper == NOWHERE, NOWHERE, place[upper]).astype(np.int32),
        "end": (np.arange(len(names)) + size[order]).astype(np.int32),
        "upto": np.concatenate([[0], np.cumsum(points[order])]).astype(np.int64),
        "depth": depth[order],
        "_sorted": names[order][by_id],
        "_places": by_id,
    }
    for column in columns.values():
        column.setflags(write=False)
    return Topology(**columns)
