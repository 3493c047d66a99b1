"""The plain rule of thumb: so many calls or open devices below a device, and it counts as open (DOMAIN 4). Pure.

Defaults: 2 calls of one box: the box; 2 boxes: the transformer; 2 transformers: the section. It looks at nothing
else, and stands beside the belief as what that is measured against.
"""

from __future__ import annotations

from collections import defaultdict, deque

from open95598.foundation.rulebook.outage_rows import DEVICES, CountRule, OutageRules
from open95598.registry.grid.topology import Topology
from open95598.service.outages.inference.reports import Apart, Change, Incident, Report, Status, Taken, What


class Counting:
    """The open devices of a grid by counting; the same doors as `engine.Engine` for what both can."""

    def __init__(self, topology: Topology, rules: OutageRules) -> None:
        self.topology, self.rules = topology, rules
        self.parent: list[int] = topology.parent.tolist()
        self.end: list[int] = topology.end.tolist()
        self.kinds: list[int] = topology.kinds.tolist()
        self.points: list[int] = (topology.upto[topology.end] - topology.upto[: len(topology)]).tolist()
        self.incidents: dict[int, Incident] = {}
        self._at: dict[int, int] = {}
        self._says = {one.code: one.says for one in rules.sources}
        self._rules: dict[int, list[CountRule]] = defaultdict(list)
        for rule in rules.counts:
            self._rules[DEVICES.index(rule.kind)].append(rule)
        self._calls: dict[int, int] = defaultdict(int)  # calls directly at a device
        self._below: dict[int, int] = defaultdict(int)  # calls below a device
        self._open: dict[int, set[int]] = defaultdict(set)  # device → its children that count as open
        self._window: deque[tuple[float, int]] = deque()
        self._points: dict[int, float] = {}

    def report(self, report: Report) -> Taken:
        """Take a report; say which outage it belongs to and what changed."""
        if self._says[report.source] != "dark":
            return Taken(None, Apart.ARREARS if self._says[report.source] == "arrears" else None)
        while self._window and self._window[0][0] < report.at - self.rules.window:
            self._count(self._window.popleft()[1], -1)
        if report.point is not None:
            if report.at - self._points.get(report.point, float("-inf")) <= self.rules.window:
                return Taken(self.of(report.position), Apart.AGAIN)
            self._points[report.point] = report.at
        self._window.append((report.at, report.position))
        self._count(report.position, 1)
        changes: list[Change] = []
        at = report.position
        while at >= 0:
            if at not in self._at and self._holds(at):
                changes += self._name(at, report.at)
            at = self.parent[at]
        return Taken(self.of(report.position), None, tuple(changes))

    def of(self, position: int) -> int | None:
        """Return the open outage that a position lies in."""
        while position >= 0:
            if position in self._at:
                return self._at[position]
            position = self.parent[position]
        return None

    def open_incidents(self) -> list[Incident]:
        """Return the open outages."""
        return [self.incidents[number] for number in self._at.values()]

    def power_back(self, position: int, now: float) -> list[Change]:
        """Take it that there is power again below a device."""
        end = self.end[position]
        inside = [at for at in self._at if position <= at < end]
        changes = [self._close(at, Status.RESTORED, What.RESTORED, now) for at in inside]
        kept: deque[tuple[float, int]] = deque()
        for when, at in self._window:
            if position <= at < end:
                self._count(at, -1)
            else:
                kept.append((when, at))
        self._window = kept
        over = self.of(position)
        if over is not None:
            device = self.incidents[over].device
            changes.append(self._close(device, Status.RESTORED, What.RESTORED, now))
        return changes

    def _count(self, position: int, by: int) -> None:
        self._calls[position] += by
        while position >= 0:
            self._below[position] += by
            position = self.parent[position]

    def _holds(self, at: int) -> bool:
        for rule in self._rules[self.kinds[at]]:
            if rule.calls is not None and self._calls[at] >= rule.calls:
                return True
            if rule.children is not None and len(self._open[at]) >= rule.children:
                return True
            if rule.percent is not None and self._below[at] >= max(2, rule.percent / 100.0 * self.points[at]):
                return True
        return False

    def _name(self, at: int, now: float) -> list[Change]:
        over = self.of(at)
        above = self.parent[at]
        if above >= 0:
            self._open[above].add(at)
        if over is not None:
            return []
        inner = [one for one in self._at if at < one < self.end[at]]
        number = len(self.incidents) + 1
        self.incidents[number] = Incident(number, at, now, now)
        self._at[at] = number
        changes = [Change(What.OPENED, number, at, now)]
        changes += [self._close(one, Status.MERGED, What.MERGED, now, number) for one in inner]
        return changes

    def _close(self, at: int, status: Status, what: What, now: float, into: int | None = None) -> Change:
        number = self._at.pop(at)
        incident = self.incidents[number]
        incident.status, incident.ended, incident.merged_into = status, now, into
        if status is Status.RESTORED and self.parent[at] >= 0:
            self._open[self.parent[at]].discard(at)
            for one in [one for one in self._open if at <= one < self.end[at]]:
                self._open.pop(one)
        return Change(what, number, at, now, into)
