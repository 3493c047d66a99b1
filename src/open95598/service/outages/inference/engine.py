"""The engine: reports and time come in, outages and what changed about them come out. Pure.

Work per report is O(depth). Nothing here reads a clock: time passes by the reports' own and by `Engine.advance`. The
state follows from what came in and when, so it is rebuilt by replaying what is still open.
"""

from __future__ import annotations

import heapq
from bisect import insort
from math import log

from open95598.foundation.rulebook.outage_rows import ReportSource
from open95598.service.outages.inference.acts import Acts
from open95598.service.outages.inference.reports import Apart, Change, Incident, Report, Status, Taken, What

#: how long after a report, in minutes, its silence is looked at again: first, each next time later by a factor, at last
_LOOK_AGAIN, _LOOK_RARER, _LOOK_LAST = 4.0, 2.0, 50.0
#: that is done together for all, so many minutes apart
_LOOK_EACH = 0.5


class Engine(Acts):
    """Everything known about the open devices of one grid."""

    def report(self, report: Report) -> Taken:
        """Take a report; say which outage it belongs to and what changed.

        Raises ``KeyError`` for a source that the rules do not know. A report older than others counts with its own
        time.
        """
        source = self._sources[report.source]
        changes = self.advance(report.at) if report.at > self.now else []
        way, known = self.way(self.feeders.of[report.position])
        if source.says == "open":
            changes += self.confirm(report.position, report.at)
            return Taken(self._at.get(self.feeders.of[report.position]), None, tuple(changes))
        if source.says == "closed":
            changes += self.closed(report.position, report.at)
            return Taken(None, None, tuple(changes))
        if source.says in ("planned", "arrears"):
            return Taken(known, Apart(source.says), tuple(changes))
        wrong = source.wrong_percent / 100.0
        if source.says in ("light", "single"):
            changes += self._light(report, way, source, wrong)
            return Taken(known, Apart.SINGLE if source.says == "single" else None, tuple(changes))
        still = source.code == "still_out"
        apart, after = self._apart(report, way, still)
        if apart is not None:
            return Taken(after if apart is Apart.LATE else known, apart, tuple(changes))
        belief = self.belief
        belief.add(way, report.at, belief.surprise(way, report.at, wrong), report.id, still)
        if after is not None:
            for top in way:
                if top in self._restored:
                    break
                belief.nodes[top].boost = log(self.rules.nested_factor)
        if self._waiting and report.at < self._waiting[-1][0]:
            insort(self._waiting, (report.at, way[0]))
        else:
            self._waiting.append((report.at, way[0]))
        if way[-1] in belief.hidden:
            return Taken(known, None, tuple(changes))  # it stands: one more who is in the dark there
        belief.weigh(way, self.now)
        leaf = way[0]
        if leaf not in self._looking:
            self._looking.add(leaf)
            heapq.heappush(self._due, (report.at + _LOOK_AGAIN, leaf, _LOOK_AGAIN))
        changes += self._review(way, after)
        return Taken(self.of(report.position), None, tuple(changes))

    def _apart(self, report: Report, way: list[int], still: bool) -> tuple[Apart | None, int | None]:
        """Say why a report is no evidence, and after which restored outage it comes."""
        after: int | None = None
        if self._restored:
            for top in self.feeders.way(report.position):
                when, incident = self._restored.get(top, (0.0, 0))
                if incident and report.at <= when + self.rules.reopened_within:
                    if report.at <= when or (report.at <= when + self.rules.grace and not still):
                        return Apart.LATE, incident
                    after = incident
                    break
        window = self.rules.window
        if report.point is not None:
            told = self._points.get(report.point)
            if told is not None and abs(report.at - told) <= window and not still:
                return Apart.AGAIN, after
            self._points[report.point] = report.at
        if report.caller is not None:
            place, when = self._callers.get(report.caller, (way[0], float("-inf")))
            if abs(report.at - when) <= window and (place != way[0] or report.point is None) and not still:
                return Apart.CALLER, after
            self._callers[report.caller] = (way[0], report.at)
        return None, after

    def _light(self, report: Report, way: list[int], source: ReportSource, wrong: float) -> list[Change]:
        """Take that there is light at a place; of one that is dark alone, that its neighbours have light."""
        if source.says == "single" and len(way) > 1 and self.feeders.points[way[0]] <= 1:
            way = way[1:]
        if way[-1] in self.belief.hidden and not self._stands(way[-1]):
            # what had settled by age alone is looked at again
            self._unsettle(way[-1])
            way, _known = self.way(way[0])
        self.belief.shine(way, report.at, -log(wrong))
        self.belief.weigh(way, self.now)
        return self._review(way, None)

    def _stands(self, top: int) -> bool:
        incident = self._at.get(top)
        return incident is not None and self.incidents[incident].status is Status.CONFIRMED

    def advance(self, now: float) -> list[Change]:
        """Let time pass: silence speaks, outages get older, what was never explained is forgotten."""
        if now <= self.now:
            return []
        self.now = now
        changes: list[Change] = []
        if self._due and self._due[0][0] <= now and now >= self._looked + _LOOK_EACH:
            self._looked = now
            changes += self._look_again(now)
        while self._ages and self._ages[0][0] <= now:
            _when, number, status = heapq.heappop(self._ages)
            changes += self._older(self.incidents[number], status)
        oldest = now - self.rules.window
        while self._waiting and self._waiting[0][0] < oldest:
            _at, top = self._waiting.popleft()
            changes += self._forget(top, oldest)
        return changes

    def _look_again(self, now: float) -> list[Change]:
        ways: list[list[int]] = []
        while self._due and self._due[0][0] <= now:
            when, leaf, step = heapq.heappop(self._due)
            if leaf not in self.belief.nodes:
                self._looking.discard(leaf)
                continue
            way, _known = self.way(leaf)
            if way[-1] in self.belief.hidden or step > _LOOK_LAST:
                self._looking.discard(leaf)
            else:
                ways.append(way)
                heapq.heappush(self._due, (when + _LOOK_RARER * step, leaf, _LOOK_RARER * step))
        # a class stands before everything below it, so that from the last to the first each is computed once
        self.belief.weigh(sorted({top for way in ways for top in way}, reverse=True), now)
        changes: list[Change] = []
        for way in ways:
            changes += self._review(self.way(way[0])[0] if changes else way, None)
        return changes

    def _older(self, incident: Incident, status: Status) -> list[Change]:
        if not incident.is_open or incident.settled:
            return []
        if status is Status.PROBABLE and incident.status is Status.UNCONFIRMED:
            incident.status = Status.PROBABLE
            return [Change(What.PROBABLE, incident.id, incident.device, self.now)]
        if status is not Status.PROBABLE:
            self._settle(incident)
        return []

    def _forget(self, top: int, oldest: float) -> list[Change]:
        way, _known = self.way(top)
        node = self.belief.nodes.get(top)
        if node is None or way[-1] in self.belief.hidden or not node.own or node.own[0][0] >= oldest:
            return []
        self.belief.drop(top, way)
        self.belief.weigh(way, self.now)
        return self._review(way, None)
