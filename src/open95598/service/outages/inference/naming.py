"""Outages as they follow from the belief: named, moved, merged, split, withdrawn. Pure."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import deque
from math import log

from open95598.foundation.rulebook.outage_rows import OutageRules, ReportSource
from open95598.registry.grid.topology import Topology
from open95598.service.outages.inference.belief import Belief, Node
from open95598.service.outages.inference.feeders import Feeders
from open95598.service.outages.inference.reports import Change, Incident, Status, What

#: an outage is given up when its share falls to this part of what it takes to be named
_HOLD = 0.6


class Naming:
    """The open outages of one grid, and how evidence names and moves them."""

    def __init__(self, topology: Topology, rules: OutageRules, feeders: Feeders | None = None) -> None:
        self.feeders = feeders or Feeders(topology, rules)
        self.rules = rules
        self.belief = Belief(self.feeders, rules)
        self.incidents: dict[int, Incident] = {}
        self.now = float("-inf")
        self._at: dict[int, int] = {}  # class → its open incident
        self._order: list[int] = []  # classes with open incidents, sorted
        self._sources: dict[str, ReportSource] = {one.code: one for one in rules.sources}
        self._points: dict[int, float] = {}  # usage point → when it reported
        self._callers: dict[str, tuple[int, float]] = {}
        self._restored: dict[int, tuple[float, int]] = {}  # class → when, which incident
        self._waiting: deque[tuple[float, int]] = deque()  # reports in order of time: (at, class)
        self._due: list[tuple[float, int, float]] = []  # classes to look at again: (when, class, step)
        self._looking: set[int] = set()
        self._ages: list[tuple[float, int, Status]] = []  # incidents that get older: (when, id, as what)
        self._next = 1
        self._looked = float("-inf")
        self._declare = rules.declare_percent / 100.0
        self._floor = log(self._declare / (1.0 - self._declare))  # of log A over log of all else

    def of(self, position: int) -> int | None:
        """Return the innermost open outage that a position lies in; None in the light."""
        at = self.feeders.of[position]
        while at >= 0:
            found = self._at.get(at)
            if found is not None:
                return found
            at = self.feeders.up[at]
        return None

    def open_incidents(self) -> list[Incident]:
        """Return the open outages, the oldest first."""
        return sorted((self.incidents[n] for n in self._at.values()), key=lambda one: one.id)

    def way(self, top: int) -> tuple[list[int], int | None]:
        """Return the classes that evidence at a class counts for (up to the first that stands), and the outage
        there."""
        way, known = [], None
        up, hidden, at_ = self.feeders.up, self.belief.hidden, self._at
        while top >= 0:
            way.append(top)
            if known is None and top in at_:
                known = at_[top]
            if top in hidden:
                break
            top = up[top]
        return way, known

    def _review(self, way: list[int], after: int | None) -> list[Change]:
        """Name the uppermost device on a way that is more likely open than what else explains the reports below it."""
        belief, nodes, open_at = self.belief, self.belief.nodes, self._at
        if way[-1] in belief.hidden:
            return []
        named = current = -1
        least, floor = self.rules.least_reports, self._floor
        for top in way:
            node = nodes[top]
            if (node.n >= least and node.odds > node.below + floor) or (
                node.still and self._enough(node, belief.share(top))
            ):
                named = top
            if top in open_at and current < 0:
                current = top
        if named == current:
            return []
        if current < 0:
            return self._open(named, after)
        if named >= 0 and named < current:
            return self._open(named, after)
        if belief.share(current) >= self._declare * _HOLD and self._count(current):
            return []
        return self._decode(current)

    def _enough(self, node: Node, share: float) -> bool:
        return share >= self._declare and (node.n >= self.rules.least_reports or node.still > 0)

    def _count(self, top: int) -> bool:
        node = self.belief.nodes.get(top)
        return node is not None and (node.n >= self.rules.least_reports or node.still > 0)

    def _inside(self, top: int) -> list[int]:
        """Return the classes strictly below a class that have open outages."""
        begin, end = bisect_left(self._order, top + 1), bisect_left(self._order, self.feeders.end[top])
        return self._order[begin:end]

    def _open(self, top: int, after: int | None) -> list[Change]:
        """Name a class: a new outage, or one inside it that has grown; others inside it that do not stand are
        merged."""
        inner = [self._at[one] for one in self._inside(top)]
        loose = [n for n in inner if not self.incidents[n].settled]
        if not loose:
            incident = self._new(top, after)
            changes = [Change(What.OPENED, incident.id, incident.device, self.now)]
        else:
            first = min(loose)
            incident = self.incidents[first]
            changes = self._move(incident, top)
            for number in loose:
                if number != first:
                    changes.append(self._merge(self.incidents[number], incident))
        for number in inner:
            if number not in loose and self.incidents[number].nested_in is None:
                self.incidents[number].nested_in = incident.id
        return changes

    def _new(self, top: int, after: int | None, split_from: int | None = None) -> Incident:
        node = self.belief.nodes.get(top)
        started = self.now if node is None or not node.n else node.first - self.rules.delay / (node.n + 1)
        incident = Incident(
            self._next, self.feeders.likeliest(top, self.belief.blocked), started, self.now, after=after,
            split_from=split_from,
        )  # fmt: skip
        self._next += 1
        self.incidents[incident.id] = incident
        self._place(incident, top)
        heapq.heappush(self._ages, (self.now + self.rules.probable_after, incident.id, Status.PROBABLE))
        heapq.heappush(self._ages, (self.now + self.rules.settled_after, incident.id, Status.CONFIRMED))
        return incident

    def _place(self, incident: Incident, top: int) -> None:
        self._at[top] = incident.id
        insort(self._order, top)

    def _lift(self, incident: Incident) -> int:
        top = self.feeders.of[incident.device]
        del self._at[top]
        del self._order[bisect_left(self._order, top)]
        return top

    def _move(self, incident: Incident, top: int) -> list[Change]:
        self._lift(incident)
        before, incident.device = incident.device, self.feeders.likeliest(top, self.belief.blocked)
        self._place(incident, top)
        node = self.belief.nodes.get(top)
        if node is not None and node.n:
            incident.started = min(incident.started, node.first)
        return [Change(What.MOVED, incident.id, incident.device, self.now, before)]

    def _merge(self, incident: Incident, into: Incident) -> Change:
        self._lift(incident)
        incident.status, incident.merged_into, incident.ended = Status.MERGED, into.id, self.now
        into.started = min(into.started, incident.started)
        return Change(What.MERGED, incident.id, incident.device, self.now, into.id)

    def _decode(self, top: int) -> list[Change]:
        """Name what is open below a class whose outage is no longer believed: it moves, splits or is withdrawn."""
        incident = self.incidents[self._at[top]]
        nodes, found, stack = self.belief.nodes, [], [top]
        while stack:
            at = stack.pop()
            node = nodes.get(at)
            if node is None or at in self.belief.hidden or not node.n:
                continue
            if self._enough(node, self.belief.share(at)):
                found.append(at)
            else:
                stack += node.kids
        if found == [top]:
            return []
        if not found:
            self._lift(incident)
            incident.status, incident.ended = Status.WITHDRAWN, self.now
            return [Change(What.WITHDRAWN, incident.id, incident.device, self.now)]
        found.sort(key=lambda at: (-nodes[at].n, at))
        changes = self._move(incident, found[0])
        for at in found[1:]:
            new = self._new(at, incident.after, incident.id)
            changes.append(Change(What.SPLIT, new.id, new.device, self.now, incident.id))
        return changes

    def _settle(self, incident: Incident) -> None:
        incident.settled = True
        top = self.feeders.of[incident.device]
        if top not in self.belief.hidden:
            self.belief.hide(top, self._above(top), self.now)

    def _unsettle(self, top: int) -> None:
        self.incidents[self._at[top]].settled = False
        self.belief.weigh_all(top, self.now)
        self.belief.show(top, self._above(top), self.now)

    def _above(self, top: int) -> list[int]:
        above = self.feeders.up[top]
        return self.way(above)[0] if above >= 0 else []
