"""Outages through their life: named from the belief, moved, merged and split by evidence, confirmed, restored. Pure.

Work per report is O(depth). Nothing here reads a clock: time passes by the reports' own and by `Engine.advance`. The state
follows from what came in and when, so it is rebuilt by replaying what is still open.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Sequence
from math import log

from open95598.foundation.rulebook.outage_rows import OutageRules, ReportSource
from open95598.registry.grid.topology import Topology
from open95598.service.outages.inference.belief import Belief, Node
from open95598.service.outages.inference.feeders import Feeders
from open95598.service.outages.inference.reports import Apart, Change, Incident, Report, Status, Taken, What

#: an outage is given up when its share falls to this part of what it takes to be named
_HOLD = 0.6
#: how long after a report, in minutes, its silence is looked at again: first, each next time later by a factor, at last
_LOOK_AGAIN, _LOOK_RARER, _LOOK_LAST = 4.0, 2.0, 50.0
#: that is done together for all, so many minutes apart
_LOOK_EACH = 0.5


class Engine:
    """Everything known about the open devices of one grid."""

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

    # -- what comes in

    def report(self, report: Report) -> Taken:
        """Take a report; say which outage it belongs to and what changed.

        Raises ``KeyError`` for a source that the rules do not know. A report older than others counts with its own time.
        """
        source = self._sources[report.source]
        changes = self.advance(report.at) if report.at > self.now else []
        way, known = self._way(self.feeders.of[report.position])
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
        insort(self._waiting, (report.at, way[0])) if self._waiting and report.at < self._waiting[-1][0] else (
            self._waiting.append((report.at, way[0]))
        )
        if way[-1] in belief.hidden:
            return Taken(known, None, tuple(changes))  # it stands: one more who is in the dark there
        belief.weigh(way, self.now)
        leaf = way[0]
        if leaf not in self._looking:
            self._looking.add(leaf)
            heapq.heappush(self._due, (report.at + _LOOK_AGAIN, leaf, _LOOK_AGAIN))
        changes += self._review(way, after)
        return Taken(self.of(report.position), None, tuple(changes))

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

    def _way(self, top: int) -> tuple[list[int], int | None]:
        """Return the classes that evidence at a class counts for (up to the first that stands), and the outage there."""
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
            way, _known = self._way(way[0])
        self.belief.shine(way, report.at, -log(wrong))
        self.belief.weigh(way, self.now)
        return self._review(way, None)

    def _stands(self, top: int) -> bool:
        incident = self._at.get(top)
        return incident is not None and self.incidents[incident].status is Status.CONFIRMED

    # -- time

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
            way, _known = self._way(leaf)
            if way[-1] in self.belief.hidden or step > _LOOK_LAST:
                self._looking.discard(leaf)
            else:
                ways.append(way)
                heapq.heappush(self._due, (when + _LOOK_RARER * step, leaf, _LOOK_RARER * step))
        # a class stands before everything below it, so that from the last to the first each is computed once
        self.belief.weigh(sorted({top for way in ways for top in way}, reverse=True), now)
        changes: list[Change] = []
        for way in ways:
            changes += self._review(self._way(way[0])[0], None)
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
        way, _known = self._way(top)
        node = self.belief.nodes.get(top)
        if node is None or way[-1] in self.belief.hidden or not node.own or node.own[0][0] >= oldest:
            return []
        self.belief.drop(top, way)
        self.belief.weigh(way, self.now)
        return self._review(way, None)

    # -- naming outages

    def _review(self, way: list[int], after: int | None) -> list[Change]:
        """Name the uppermost device on a way that is more likely open than what else explains the reports below it."""
        belief, nodes, open_at = self.belief, self.belief.nodes, self._at
        if way[-1] in belief.hidden:
            return []
        named = current = -1
        least, floor = self.rules.least_reports, self._floor
        for top in way:
            node = nodes[top]
            if node.n >= least and node.odds > node.below + floor or node.still and self._enough(node, belief.share(top)):
                named = top
            if top in open_at and current < 0:
                current = top
        if named == current:
            return []
        if current < 0:
            return self._open(named, after)
        if named >= 0 and named < current:
            return self._open(named, after)
        if belief.share(current) >= self._declare * _HOLD and self._count(current) and current not in belief.blocked:
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
        """Name a class: a new outage, or one inside it that has grown; others inside it that do not stand are merged."""
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

    # -- standing outages

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
        return self._way(above)[0] if above >= 0 else []

    def confirm(self, position: int, now: float, incident_id: int | None = None) -> list[Change]:
        """Take it as certain that a device is open (SCADA, the crew, a dispatcher): its outage stands there from now on.

        ``incident_id``: the outage that this is about, which moves there; else the one found there, or a new one.
        """
        self.now = max(self.now, now)
        top = self.feeders.of[position]
        self.belief.block(position, False)
        self.belief.nodes.setdefault(top, Node())
        changes: list[Change] = []
        here = self._at.get(top)
        if here is None:
            inner = [n for n in (self._at[one] for one in self._inside(top)) if not self.incidents[n].settled]
            about = self.incidents.get(incident_id) if incident_id is not None else None
            above = self._loose_above(top)
            if about is None and inner:
                about = self.incidents[min(inner)]
            elif about is None and above is not None:
                about = above
            if about is not None and about.is_open:
                changes += self._shift(about, top)
            else:
                about = self._new(top, None)
                changes.append(Change(What.OPENED, about.id, about.device, now))
            for number in inner:
                if number != about.id and self.incidents[number].is_open:
                    changes.append(self._merge(self.incidents[number], about))
            here = about.id
        incident = self.incidents[here]
        incident.device = position
        if not incident.settled:
            self._settle(incident)
        for one in self._inside(top):
            inner_incident = self.incidents[self._at[one]]
            inner_incident.nested_in = inner_incident.nested_in or incident.id
        if incident.status is not Status.CONFIRMED:
            incident.status = Status.CONFIRMED
            changes.append(Change(What.CONFIRMED, incident.id, position, now))
        changes += self._rest(top)
        return changes

    def _shift(self, incident: Incident, top: int) -> list[Change]:
        if incident.settled:
            self._unsettle(self.feeders.of[incident.device])
            incident.settled = False
        return self._move(incident, top)

    def _loose_above(self, top: int) -> Incident | None:
        for one in self._above(top):
            number = self._at.get(one)
            if number is not None and not self.incidents[number].settled:
                return self.incidents[number]
        return None

    def _rest(self, top: int) -> list[Change]:
        """Name anew what an outage that has moved away from above leaves unexplained."""
        changes: list[Change] = []
        above = self._above(top)
        if above and above[-1] not in self.belief.hidden:
            for one in above:
                for kid in sorted(self.belief.nodes[one].kids):
                    if kid not in self.belief.hidden and kid not in self._at and kid in self.belief.nodes:
                        way = [kid, *self._above(kid)]
                        changes += self._review(way, None)
        return changes

    def closed(self, position: int, now: float) -> list[Change]:
        """Take it as certain that a device is closed: nothing is inferred there until it opens; a confirmed outage of the
        device itself ends."""
        self.now = max(self.now, now)
        top = self.feeders.of[position]
        number = self._at.get(top)
        if number is not None and self.incidents[number].device == position:
            incident = self.incidents[number]
            if incident.status is Status.CONFIRMED:
                changes = self.restore(number, now)
                self.belief.block(position, True)
                return changes
            if incident.settled:
                self._unsettle(top)
        self.belief.block(position, True)
        if top not in self.belief.nodes:
            return []
        way, _known = self._way(top)
        self.belief.weigh(way, self.now)
        number = self._at.get(top)
        if number is None:
            return []
        if self.belief.share(top) >= self._declare:
            return self._move(self.incidents[number], top)  # another device in line with it
        return self._decode(top) + self._rest(top)

    def restore(self, incident_id: int, now: float, still_dark: Sequence[int] = ()) -> list[Change]:
        """End an outage: its reports are answered. ``still_dark``: positions of devices inside it that stay open, each an
        outage of its own from now on, confirmed. Raises ``KeyError`` for an unknown or ended outage."""
        self.now = max(self.now, now)
        incident = self.incidents[incident_id]
        if not incident.is_open:
            raise KeyError(incident_id)
        changes: list[Change] = []
        top = self._lift(incident)
        above = self._above(top)
        self.belief.clear(top, above, self.now)
        incident.status, incident.ended, incident.settled = Status.RESTORED, now, False
        changes.append(Change(What.RESTORED, incident.id, incident.device, now))
        self._restored[top] = (now, incident.id)
        for position in still_dark:
            kept = self.confirm(position, now)
            nested = self.incidents[self._at[self.feeders.of[position]]]
            nested.after = incident.id
            changes += kept
        for one in self._inside(top):
            inner = self.incidents[self._at[one]]
            if inner.nested_in == incident.id:
                inner.nested_in, inner.after = incident.nested_in, inner.after or incident.id
        return changes

    def power_back(self, position: int, now: float) -> list[Change]:
        """Take it that there is power again below a device (telemetry, the crew): all outages inside it end; one that was
        believed above it, and is not confirmed there, is taken to have been here, and what it leaves is judged anew."""
        top = self.feeders.of[position]
        changes: list[Change] = []
        inside = [self._at[one] for one in self._inside(top)]
        here = self._at.get(top)
        for number in inside:
            changes += self.restore(number, now)
        if here is None:
            over = self.of(position)
            if over is not None and self.incidents[over].status is not Status.CONFIRMED:
                changes += self.confirm(position, now, over)
                here = over
        if here is not None:
            changes += self.restore(here, now)
        elif top in self.belief.nodes:
            self.now = max(self.now, now)
            self.belief.clear(top, self._above(top), self.now)
        if here is None:
            self._restored[top] = (now, inside[0] if inside else 0)
        return changes

    # -- acts of people

    def merge(self, numbers: Iterable[int], position: int, now: float) -> list[Change]:
        """Take several outages for one at a device (a dispatcher's act): the oldest goes on, confirmed."""
        ids = sorted(numbers)
        changes = self.confirm(position, now, ids[0])
        into = self.incidents[self._at[self.feeders.of[position]]]
        for number in ids:
            one = self.incidents[number]
            if one.is_open and one.id != into.id and self.feeders.topology.below(into.device, one.device):
                if one.settled:
                    self._unsettle(self.feeders.of[one.device])
                changes.append(self._merge(one, into))
        return changes

    def split(self, incident_id: int, positions: Sequence[int], now: float) -> list[Change]:
        """Take one outage for several at these devices inside it (a dispatcher's act): the first goes on as the outage."""
        changes = self.confirm(positions[0], now, incident_id)
        for position in positions[1:]:
            known = self._at.get(self.feeders.of[position])
            changes += self.confirm(position, now)
            new = self.incidents[self._at[self.feeders.of[position]]]
            if known is None and new.id != incident_id:
                new.split_from = incident_id
        return changes
