"""What an engine made of a storm: the right devices, how far off the others were, how soon. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from open95598.service.outages.inference.feeders import Feeders
from open95598.service.outages.inference.reports import Change, Incident, Report, Status, Taken, What
from open95598.service.outages.trials.storms import Failure, Storm


class Finder(Protocol):
    """What is measured: the engine, or the rule of thumb."""

    incidents: dict[int, Incident]

    def report(self, report: Report) -> Taken:
        """Take a report."""

    def power_back(self, position: int, now: float) -> list[Change]:
        """Take it that there is power again below a device."""


@dataclass
class Score:
    """Counts of one storm. ``heard``: failures that at least two different customers reported rightly in time;
    ``found``: of these, those whose very device stood as an outage when it ended; ``named``: outages at their end;
    ``right``: of these, those at a device that had failed. ``off``: steps from each heard failure that was not found
    to the nearest outage over or below it, None when there was none; ``minutes`` from failure to the right device, of
    those found. ``failures`` all that failed, also unheard ones, and ``found_any`` of them."""

    heard: int = 0
    found: int = 0
    named: int = 0
    right: int = 0
    failures: int = 0
    found_any: int = 0
    off: list[int | None] = field(default_factory=list)
    minutes: list[float] = field(default_factory=list)


def score(finder: Finder, storm: Storm, feeders: Feeders) -> Score:
    """Play a storm to an engine and judge what it made of it.

    Devices that no customer's report can tell apart (in line, without a customer between them) count as the same one.
    """
    return _Judging(finder, storm, feeders).judge()


class _Judging:
    def __init__(self, finder: Finder, storm: Storm, feeders: Feeders) -> None:
        self.finder, self.storm, self.feeders = finder, storm, feeders
        self.since: dict[int, float] = {}  # class → since when it stands as an outage
        self.where: dict[int, int] = {}  # incident → class
        self.result = Score(failures=len(storm.failures))

    def judge(self) -> Score:
        """Play reports and restorations in order of time."""
        ends = [(failure.end, n) for n, failure in enumerate(self.storm.failures)]
        heapq.heapify(ends)
        for report in self.storm.reports:
            while ends and ends[0][0] <= report.at:
                self._end(heapq.heappop(ends)[1])
            self.heed(self.finder.report(report).changes)
        while ends:
            self._end(heapq.heappop(ends)[1])
        self._precision()
        return self.result

    def heed(self, changes: Iterable[Change]) -> None:
        """Follow where outages stand."""
        for change in changes:
            top = self.feeders.of[change.device]
            if change.what in (What.OPENED, What.SPLIT, What.MOVED, What.CONFIRMED):
                before = self.where.get(change.incident)
                if before == top:
                    continue
                if before is not None:
                    self.since.pop(before, None)
                self.where[change.incident] = top
                self.since[top] = change.at
            elif change.what in (What.MERGED, What.WITHDRAWN, What.RESTORED):
                before = self.where.pop(change.incident, None)
                if before is not None:
                    self.since.pop(before, None)

    def _end(self, n: int) -> None:
        failure = self.storm.failures[n]
        top = self.feeders.of[failure.device]
        found = top in self.since
        self.result.found_any += found
        if self.storm.heard[n] >= 2:
            self.result.heard += 1
            self.result.found += found
            if found:
                self.result.minutes.append(max(0.0, self.since[top] - failure.seen))
            else:
                self.result.off.append(self._nearest(top))
        for incident in list(self.where):
            if self.where[incident] == top or self.feeders.topology.below(top, self.where[incident]):
                self._named(self.where[incident], failure)
                self.since.pop(self.where.pop(incident), None)
        over = [one for one, at in self.where.items() if at in self.feeders.way(failure.device)[1:]]
        if not found and over:
            # a larger one was believed; what the crew found corrects it, so that it ends here
            innermost = max(over, key=lambda one: self.where[one])
            self._named(self.where[innermost], failure)
            self.since.pop(self.where.pop(innermost), None)
        self.heed(self.finder.power_back(failure.device, failure.end))

    def _named(self, top: int, failure: Failure) -> None:
        self.result.named += 1
        self.result.right += top == self.feeders.of[failure.device]

    def _nearest(self, top: int) -> int | None:
        way = self.feeders.way(top)
        steps = [way.index(at) for at in self.since if at in way]
        steps += [self.feeders.way(at).index(top) for at in self.since if self.feeders.topology.below(top, at)]
        return min(steps, default=None)

    def _precision(self) -> None:
        """Count outages that still stand when the storm is over: each at a device where nothing had failed."""
        closed = {Status.RESTORED, Status.MERGED, Status.WITHDRAWN}
        for incident in self.finder.incidents.values():
            if incident.status not in closed:
                self.result.named += 1
