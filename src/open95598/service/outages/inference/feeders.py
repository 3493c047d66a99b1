"""The devices that reports can tell apart. Pure.

Two devices in line with no customer between them darken the same customers: no report can tell them apart. They are one
*class*, named by its uppermost position; within it the rates of failure say which is meant. Devices without customers
belong to the class above them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from open95598.foundation.rulebook.outage_rows import DEVICES, OutageRules
from open95598.registry.grid.topology import Kind, Topology

_HOURS_A_YEAR = 8766.0


class Feeders:
    """A topology by classes. Lists by position: ``of`` the class, ``up`` the class above a class (-1: none),
    ``points`` and ``rate`` (failures a minute of all its devices) of a class."""

    def __init__(self, topology: Topology, rules: OutageRules) -> None:
        self.topology = topology
        n = len(topology)
        counts = topology.upto[topology.end] - topology.upto[:n]
        of = np.arange(n, dtype=np.int32)
        within = (topology.parent >= 0) & ((counts == 0) | (counts == counts[topology.parent]))
        order = np.argsort(topology.depth, kind="stable")
        starts = np.searchsorted(topology.depth[order], np.arange(int(topology.depth.max(initial=0)) + 2))
        for begin, end in pairwise(starts):
            level = order[begin:end]
            joined = level[within[level]]
            of[joined] = of[topology.parent[joined]]
        upper = topology.parent[of]
        up = np.where(upper >= 0, of[upper], -1)
        a_year = np.array([rules.a_year(kind) for kind in DEVICES])
        rates = a_year[topology.kinds] / 100.0 / _HOURS_A_YEAR / 60.0
        #: failures a minute of each device alone; a device without customers darkens nobody
        self.rates: NDArray[np.float64] = np.where(counts > 0, rates, 0.0)
        summed = np.zeros(n)
        np.add.at(summed, of, self.rates)
        self.of: list[int] = of.tolist()
        self.up: list[int] = up.tolist()
        self.points: list[int] = counts.tolist()
        self.rate: list[float] = summed.tolist()
        self.end: list[int] = topology.end.tolist()
        self.kinds: list[int] = topology.kinds.tolist()
        #: the class of the feeder that a class hangs on; without one its root
        self.feeder: list[int] = self._feeders()
        self.total = int(topology.upto[-1])

    def _feeders(self) -> list[int]:
        found = list(range(len(self.of)))
        for at, above in enumerate(self.topology.parent.tolist()):
            if above >= 0 and self.kinds[above] >= Kind.FEEDER:
                found[at] = found[above]
        return [self.of[at] for at in found]

    def way(self, position: int) -> list[int]:
        """Return the classes from that of a position up to its root."""
        at, way = self.of[position], []
        while at >= 0:
            way.append(at)
            at = self.up[at]
        return way

    def members(self, top: int) -> list[int]:
        """Return the devices of a class that darken all of its customers, from the source down."""
        found, at, points = [top], top, self.points[top]
        while True:
            below = next(
                (c for c in self.topology.children(at) if self.points[c] == points and self.of[c] == top), None
            )
            if below is None:
                return found
            found.append(below)
            at = below

    def likeliest(self, top: int, blocked: frozenset[int] | set[int] = frozenset()) -> int:
        """Return the device of a class that fails most often, but for those that are blocked; its top when all are."""
        free = [at for at in self.members(top) if at not in blocked]
        return max(free, key=lambda at: (self.rates[at], -at), default=top)
