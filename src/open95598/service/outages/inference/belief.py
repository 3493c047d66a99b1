"""How probable it is that each device is open, given who reported and who did not. Pure.

For a device v with N usage points and n reports at t₁ … tₙ below it, the odds of "v opened, a little before t₁"
against "each is a single fault or a wrong place" are, with a share of callers that is Gamma distributed over
incidents (mean c, shape a, R = a/c)::

    A(v) = μ(v)·D/(n+1) · Γ(a+n)/Γ(a) · Rᵃ / (R + N·F(now-t₀))ᵃ⁺ⁿ · Π f(tᵢ-t₁)/βᵢ · Π w(light)

f says how soon one reports: evenly until the median D, then ever rarer: 1/(2D), from D on D/(2t²); F is its integral,
so that (R + N·F) is the silence of the others. βᵢ is how rare such a report is without an outage. What can be true is
summed exactly over all sets of open devices, from the leaves up, as an open device hides what is open below it::

    Z(v) = A(v) + Π Z(child),        P(v is open | nothing above it is) = A(v) / Z(v)

A report changes the few terms on its way up, so it costs O(depth). All are kept as logarithms. Reports that came long
before, and that v explains worse than what is below it, stay explained by that (`Node.base`): a transformer fails, an
hour later its feeder.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import exp, lgamma, log, log1p

from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.service.outages.inference.feeders import Feeders

NEVER = float("-inf")
#: a start is doubted when it would make so many more reports as late as this one unlikely
_MORE = 3.0


class Node:
    """What is known below one class of devices."""

    __slots__ = (
        "base", "below", "boost", "first", "gain", "kids", "light", "light_at", "masked", "n", "odds", "own", "still",
        "tail", "z",
    )  # fmt: skip

    def __init__(self) -> None:
        self.n = 0  # reports below it
        self.first = float("inf")  # the first of them
        self.tail = 0.0  # -Σ log of how much rarer reports are that late after the first
        self.gain = 0.0  # -Σ log β: how unlikely they are without an outage
        self.light = 0.0  # -Σ log w of what says that there is light
        self.light_at = NEVER  # the last time that this was said
        self.still = 0  # reports that say "still dark"
        self.boost = 0.0  # log of how much oftener it fails, below what was restored
        self.masked = 0  # usage points below it whose state is explained otherwise
        self.below = 0.0  # Σ log Z of its children
        self.base = 0.0  # of that, what had been explained by them before `first`
        self.odds = NEVER  # log A
        self.z = 0.0  # log Z
        self.kids: set[int] = set()
        self.own: deque[tuple[float, float, bool, int]] = deque()  # its own reports: time, gain, still, id


class Belief:
    """The belief about all classes of a grid; only those with evidence below them take memory."""

    def __init__(self, feeders: Feeders, rules: OutageRules) -> None:
        self.feeders, self.rules = feeders, rules
        self.nodes: dict[int, Node] = {}
        self.hidden: set[int] = set()  # classes whose evidence is explained: it does not count above them
        self.blocked: set[int] = set()  # positions that telemetry says are closed
        self._rate: dict[int, float] = {}  # log rate of classes where something is blocked
        self.delay = float(rules.delay)
        self.shape = rules.calling_shape
        self.r = rules.calling_shape / (rules.calling_percent / 100.0)
        self._constant = [0.0]
        self._single = rules.single_a_year / 100.0 / 8766.0 / 60.0
        # feeder (-1: all) → reports of about the hour before a moment, the moment, reports of that moment
        self._recent: dict[int, tuple[float, float, int]] = {}
        storm = rules.storm_factor
        self._logs = [log(rate * storm) if rate > 0 else NEVER for rate in feeders.rate]

    # -- evidence

    def surprise(self, way: list[int], at: float, wrong: float) -> float:
        """Return -log β of a report at ``at`` whose source names a wrong place in a share ``wrong`` of cases: how
        rare such a report is at any one usage point without an outage, by single faults and by what strays, half of
        it from everywhere, half from the same feeder."""
        near = self.feeders.feeder[way[0]]
        stray = 0.0
        for place, points in ((-1, self.feeders.total), (near, self.feeders.points[near])):
            # those of the very same moment are left out, so that their order does not matter
            before, when, here = self._recent.get(place, (0.0, at, 0))
            if at > when:
                before, when, here = (before + here) * exp((when - at) / 60.0), at, 0
            self._recent[place] = (before, when, here + 1)
            stray += 0.5 * (before + 1.0) / 60.0 / max(points, 1)
        return -log(self._single + wrong * stray)

    def add(self, way: list[int], at: float, gain: float, report: int, still: bool = False) -> None:
        """Add a report to the classes of ``way`` (from its own up to the last that it counts for)."""
        nodes, child, delay = self.nodes, -1, self.delay
        earlier: list[int] = []
        for top in way:
            node = nodes.get(top)
            if node is None:
                node = nodes[top] = Node()
            if child >= 0:
                node.kids.add(child)
            if still:
                node.still += 1
            late = at - node.first
            if late > delay:
                rarer = 2.0 * log(late / delay)
                if node.odds - self._logs[top] - _MORE * rarer < node.below:
                    # what came before is better explained without this device: had it opened, it was after that
                    node.n, node.gain, node.tail, node.first, node.base = 0, 0.0, 0.0, at, node.below
                else:
                    node.tail += rarer
            elif late < 0.0:
                earlier.append(top)
            node.n += 1
            node.gain += gain
            child = top
        nodes[way[0]].own.append((at, gain, still, report))
        for top in earlier:
            self._recount(top)

    def shine(self, way: list[int], at: float, cost: float) -> None:
        """Add that there is light at a place: ``cost`` is -log of how often that is wrong."""
        child = -1
        for top in way:
            node = self.nodes.get(top)
            if node is None:
                node = self.nodes[top] = Node()
            if child >= 0:
                node.kids.add(child)
            node.light += cost
            node.light_at = max(node.light_at, at)
            child = top

    def drop(self, top: int, way: list[int]) -> int | None:
        """Take the oldest report of a class away again, from the classes of ``way`` that begin with it; return its
        id."""
        node = self.nodes.get(top)
        if node is None or not node.own:
            return None
        at, gain, still, report = node.own.popleft()
        for one in way:
            above = self.nodes[one]
            above.still -= still
            late = at - above.first
            if late > 0.0 or (above.n == 1 and late == 0.0):
                above.n -= 1
                above.gain -= gain
                if late > self.delay:
                    above.tail -= 2.0 * log(late / self.delay)
                if not above.n:
                    above.first, above.gain, above.tail, above.base = float("inf"), 0.0, 0.0, 0.0
            elif late == 0.0:
                self._recount(one)
        return report

    def _recount(self, top: int) -> None:
        """Count what stands below a class anew from the reports themselves."""
        node = self.nodes[top]
        entries: list[tuple[float, float, bool, int]] = []
        stack = [top]
        while stack:
            one = self.nodes.get(stack.pop())
            if one is not None:
                entries += one.own
                stack += [kid for kid in one.kids if kid not in self.hidden]
        if node.base and not entries:
            node.base = 0.0
        if node.base:
            entries = [entry for entry in entries if entry[0] >= node.first] or entries
        node.n = len(entries)
        node.first = min((entry[0] for entry in entries), default=float("inf"))
        node.gain = sum(entry[1] for entry in entries)
        late = [entry[0] - node.first for entry in entries if entry[0] - node.first > self.delay]
        node.tail = 2.0 * sum(log(one / self.delay) for one in late)

    # -- weights

    def constant(self, n: int) -> float:
        """Return what of log A depends on the number of reports alone."""
        known = self._constant
        while len(known) <= n:
            k = len(known)
            known.append(
                lgamma(self.shape + k)
                - lgamma(self.shape)
                + self.shape * log(self.r)
                - k * log(2.0 * self.delay)
                + log(self.delay / (k + 1))
            )
        return known[n]

    def block(self, position: int, blocked: bool) -> None:
        """Say that telemetry knows a device to be closed, or no longer."""
        (self.blocked.add if blocked else self.blocked.discard)(position)
        top = self.feeders.of[position]
        members = self.feeders.members(top)
        if not self.blocked.isdisjoint(members):
            left = sum(float(self.feeders.rates[at]) for at in members if at not in self.blocked)
            self._rate[top] = log(left * self.rules.storm_factor) if left > 0 else NEVER
        else:
            self._rate.pop(top, None)

    def weigh(self, tops: Iterable[int], now: float) -> None:
        """Compute classes anew as of ``now``; ``tops``: each before the one above it."""
        nodes, hidden, points, up = self.nodes, self.hidden, self.feeders.points, self.feeders.up
        logs, special, constants = self._logs, self._rate, self._constant
        delay, shape, r = self.delay, self.shape, self.r
        for top in tops:
            node = nodes[top]
            n = node.n
            if n <= 0:
                odds = NEVER
            else:
                if n >= len(constants):
                    self.constant(n)
                asked = points[top] - node.masked
                asked = max(asked, n)
                passed = (now - node.first if now > node.first else 0.0) + delay / (n + 1)
                told = 0.5 * passed / delay if passed < delay else 1.0 - 0.5 * delay / passed
                base = node.base
                if base > node.below:
                    base = node.base = node.below
                odds = (
                    (special[top] if top in special else logs[top]) + node.boost + constants[n] + node.gain + base
                    - (shape + n) * log(r + asked * told) - node.tail
                )  # fmt: skip
                if node.light and node.light_at >= node.first:
                    odds -= node.light
            below = node.below
            node.odds = odds
            if odds > below:
                z = odds + log1p(exp(below - odds))
            elif odds == NEVER:
                z = below
            else:
                z = below + log1p(exp(odds - below))
            moved = z - node.z
            if moved:
                node.z = z
                above = up[top]
                if above >= 0 and above in nodes and top not in hidden:
                    nodes[above].below += moved

    def weigh_all(self, top: int, now: float) -> None:
        """Compute all classes below a class, and it, anew."""
        found, stack = [], [top]
        while stack:
            at = stack.pop()
            if at in self.nodes:
                found.append(at)
                stack += self.nodes[at].kids
        self.weigh(sorted(found, reverse=True), now)

    def share(self, top: int) -> float:
        """Return how probable it is that a class is open, if nothing above it is; 0 without evidence."""
        node = self.nodes.get(top)
        return exp(node.odds - node.z) if node is not None and node.odds > NEVER else 0.0

    def along(self, way: list[int]) -> list[float]:
        """Return for each class of ``way`` (from below, up to a root) how probable it is that it is the uppermost
        open one."""
        left, found = 1.0, []
        for top in reversed(way):
            share = self.share(top)
            found.append(left * share)
            left *= 1.0 - share
        return found[::-1]

    # -- what is explained does not count above

    def hide(self, top: int, above: list[int], now: float) -> None:
        """Let the evidence below a class no longer count above it (``above``: the classes over it, up to the last
        that knew of it): it is an outage of its own, and the customers below it are neither silent nor speaking for a
        larger one."""
        node = self.nodes.setdefault(top, Node())
        if above and above[0] in self.nodes:
            self.nodes[above[0]].below -= node.z
        self.hidden.add(top)
        self._carry(top, above, -1, now)

    def show(self, top: int, above: list[int], now: float) -> None:
        """Let the evidence of a hidden class count again above it."""
        self.hidden.discard(top)
        if above:
            upper = self.nodes.setdefault(above[0], Node())
            upper.below += self.nodes[top].z
        self._carry(top, above, +1, now)

    def _carry(self, top: int, above: list[int], sign: int, now: float) -> None:
        node = self.nodes[top]
        points = self.feeders.points[top] - node.masked
        child = top
        for one in above:
            upper = self.nodes.get(one)
            if upper is None:
                upper = self.nodes[one] = Node()
            upper.kids.add(child)
            upper.light += sign * node.light
            upper.still += sign * node.still
            upper.masked -= sign * points
            upper.light_at = max(upper.light_at, node.light_at)
            self._recount(one)
            child = one
        if above:
            self.weigh(above, now)

    def clear(self, top: int, above: list[int], now: float) -> list[int]:
        """Forget the evidence below a class but for what is hidden below it; return the ids of the reports
        forgotten."""
        node = self.nodes.get(top)
        if node is None:
            return []
        if top in self.hidden:
            # its customers are no longer explained; those of outages inside it still are
            self.hidden.discard(top)
            for one in above:
                self.nodes[one].masked -= self.feeders.points[top] - node.masked
        else:
            if above:
                self.nodes[above[0]].below -= node.z
            for one in above:
                upper = self.nodes[one]
                upper.light -= node.light
                upper.still -= node.still
        reports: list[int] = []
        kept: list[int] = []
        stack = [top]
        while stack:
            at = stack.pop()
            if at in self.hidden:
                kept.append(at)
                continue
            gone = self.nodes.pop(at, None)
            if gone is not None:
                reports += [entry[3] for entry in gone.own]
                stack += gone.kids
        if above:
            self.nodes[above[0]].kids.discard(top)
        for inner in kept:
            self._rejoin(inner, top)
        if kept and above:
            self.nodes[above[0]].kids.add(top)
        for one in above:
            self._recount(one)
        self.weigh(above, now)
        return reports

    def _rejoin(self, inner: int, top: int) -> None:
        """Put the way from a hidden class up to ``top`` back after that was cleared."""
        explained = self.feeders.points[inner]
        child, one = inner, self.feeders.up[inner]
        while True:
            node = self.nodes.setdefault(one, Node())
            node.kids.add(child)
            node.masked += explained
            if one == top:
                return
            child, one = one, self.feeders.up[one]

    def reports(self, top: int) -> list[tuple[float, int]]:
        """Return time and id of all reports below a class, also of what is hidden below it."""
        found, stack = [], [top]
        while stack:
            node = self.nodes.get(stack.pop())
            if node is not None:
                found += [(entry[0], entry[3]) for entry in node.own]
                stack += node.kids
        return sorted(found)
