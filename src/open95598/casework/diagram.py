"""A flow as a picture: our own layered layout. Pure: a flow in, rectangles, lines and words out.

States stand in ranks from top to bottom, by the longest way that goes forward in the order of their declaration. The
main way is a spine; what branches off it, and the side states that one comes back from, stand in a second column. What
skips ranks or goes back runs in lanes on the left; an action with several sources is one lane with several stubs. From
and to side states runs along one rail. The names of actions stand beside their lines, where no box and no other name
is; where there is no such place the drawing is stretched. All numbers are user units (about a CSS pixel).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from open95598.casework.flow import BACK, Flow, State, edges
from open95598.foundation.words import Label

#: of a box, at least; of the rows' distance
WIDTH, HEIGHT, STEP = 188, 46, 84
#: a box in which a clock runs and something stays in the state has a line more
LINE = 14
#: room for words beside the spine, at least: to the second column, and to the lanes
ASIDE, WORDS = 162, 128
LANE, MARGIN = 16, 12
#: the names of actions: size of the font (``flows.css``), height of a line, how much a Latin letter takes of the size
FONT, ROW, LATIN = 11.5, 13, 0.58
#: by so much a drawing is stretched in which a name found no place, and how often
STRETCH, TRIES = 12, 12
Points = tuple[tuple[int, int], ...]
#: left, top, right, bottom
Frame = tuple[float, float, float, float]


@dataclass(frozen=True)
class Node:
    """A state's box; ``x``, ``y`` its upper left corner. ``tone``: start, plain, side, detour or end."""

    state: State
    x: int
    y: int
    tone: str
    loops: tuple[Label, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def right(self) -> int:
        """Where words end that stand at its right edge."""
        return self.x + self.width - 12

    @property
    def loops_at(self) -> int:
        """Where the names of what stays in the state stand: below the clock's."""
        return self.y + 37 + (LINE if self.state.clock else 0)


@dataclass(frozen=True)
class Line:
    """A polyline. ``arrow`` at its end, ``way`` forward, back or side."""

    points: tuple[tuple[int, int], ...]
    way: str
    arrow: bool = True
    both: bool = False

    @property
    def path(self) -> str:
        """The points as SVG wants them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True)
class Words:
    """The names of actions beside a line; ``anchor`` start, middle or end."""

    labels: tuple[Label, ...]
    x: int
    y: int
    anchor: str


def text_width(label: Label) -> float:
    """Return how wide the name of an action is in the wider of its languages."""
    return max(_wide(label.zh), _wide(label.en)) * FONT


def _wide(text: str) -> float:
    """Return how wide a text is, in sizes of its font."""
    return sum(1 if unicodedata.east_asian_width(c) in "WF" else LATIN for c in text)


def frame_of(words: Words) -> Frame:
    """Return what words cover; they stand on one line."""
    width = sum(text_width(label) for label in words.labels)
    left = words.x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
    return left, words.y - ROW + 3, left + width, words.y + 3


def frame_of_node(node: Node) -> Frame:
    """Return what a state's box covers."""
    return node.x, node.y, node.x + node.width, node.y + node.height


def meet(one: Frame, other: Frame) -> bool:
    """Say whether two frames cover something together."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@dataclass
class Diagram:
    """The whole drawing."""

    width: int = 0
    height: int = 0
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


def draw(flow: Flow) -> Diagram:
    """Return the drawing of a flow. Deterministic: the same declaration gives the same picture."""
    for stretched in range(TRIES):
        layout = _Layout(flow, stretched * STRETCH)
        if layout.draw():
            break
    return layout.out


@dataclass(frozen=True)
class _Name:
    """Names of actions that want a place: the first of ``wanted`` (x, y, anchor), else somewhere along ``points``."""

    labels: tuple[Label, ...]
    wanted: tuple[int, int, str]
    points: Points

    def places(self) -> Iterator[tuple[int, int, str]]:
        """Yield where the last of the names can stand, the best place first; further ones stand above it."""
        yield self.wanted
        for (x, y), (to_x, to_y) in reversed(list(pairwise(self.points))):
            low, high = sorted((x, to_x)) if y == to_y else sorted((y, to_y))
            for at in range(low + 6, high - 3, 8):
                if y == to_y:
                    yield from (
                        (at, y - 5, "middle"),
                        (at, y + ROW, "middle"),
                        (at, y - 5, "start"),
                        (at, y - 5, "end"),
                    )
                else:
                    yield from ((x - 7, at + 4, "end"), (x + 7, at + 4, "start"))


class _Layout:
    def __init__(self, flow: Flow, stretch: int = 0) -> None:
        self.flow = flow
        self.step = STEP + stretch
        names = (max(_wide(s.label.zh), _wide(s.label.en)) * 14 for s in flow.states)  # 13 px, bold
        self.width = round(max(WIDTH, *(name + 24 for name in names)))
        self.names: list[_Name] = []
        self.index = {s.name: i for i, s in enumerate(flow.states)}
        # (from, to) → the actions' labels, in the order of declaration; ways back from side states are not among them
        self.links: dict[tuple[str, str], list[Label]] = defaultdict(list)
        self.back: dict[str, list[Label]] = defaultdict(list)
        self.main: set[tuple[str, str]] = set()
        for source, target, action in edges(flow):
            if BACK in action.to:
                if action.label not in self.back[source]:
                    self.back[source].append(action.label)
                continue
            if action.label not in self.links[source, target]:
                self.links[source, target].append(action.label)
            if action.main:
                self.main.add((source, target))
        self.rank = self._ranks()
        self.spine = self._spine()
        self.aside = self._second_column()
        self.place: dict[str, tuple[int, int]] = {}
        self.out = Diagram()

    # where things stand ---------------------------------------------------------------------------------------------

    def _ranks(self) -> dict[str, int]:
        rank = {s.name: 0 for s in self.flow.states if not s.side}
        for state in self.flow.states:  # in declared order every forward link comes from an earlier state
            for source, target in self.links:
                forward = target in rank and source in rank and self.index[source] < self.index[target]
                if source == state.name and forward:
                    rank[target] = max(rank[target], rank[source] + 1)
        return rank

    def _spine(self) -> list[str]:
        """The way along main actions from the initial state, one state a rank."""
        spine, here = [self.flow.initial], self.flow.initial
        while True:
            following = [
                t
                for s, t in self.links
                if s == here and t in self.rank and self.rank[t] > self.rank[here] and (s, t) in self.main
            ]
            if not following:
                break
            here = min(following, key=lambda t: (self.rank[t], self.index[t]))
            spine.append(here)
        spine += [s.name for s in self.flow.states if s.final and s.name not in spine]
        return spine

    def _second_column(self) -> dict[str, int]:
        """State → rank, for all that are not on the spine; no two in one rank."""
        levels = {name: place for place, name in enumerate(self.spine)}
        taken: dict[int, str] = {}
        found: dict[str, int] = {}
        others = [s for s in self.flow.states if s.name not in levels]
        for state in sorted(others, key=lambda s: (s.side, self.index[s.name])):
            sources = [levels.get(s, found.get(s, 0)) for s, t in self.links if t == state.name and s != t]
            if state.name in found:  # it stands below the one that it is entered from
                continue
            ahead = [level for level in sources if not state.side]
            want = (min(ahead, default=0) + 1) if not state.side else (min(sources, default=0) + max(sources)) // 2 + 1
            chain = self._chain(state) if state.side else [state.name]
            while any(want + place in taken for place in range(len(chain))):
                want += 1
            for place, name in enumerate(chain):
                taken[want + place] = name
                found[name] = want + place
        return found

    def _chain(self, first: State) -> list[str]:
        """Return a side state with those that are entered only from it, one from the other."""
        chain = [first.name]
        while True:
            following = [
                target
                for source, target in self.links
                if source == chain[-1] and target not in chain and self.flow.state(target).side
                and all(s == source for s, t in self.links if t == target and s != t)
            ]  # fmt: skip
            if not following:
                return chain
            chain.append(following[0])

    # drawing --------------------------------------------------------------------------------------------------------

    def draw(self) -> bool:
        """Draw into ``out``; say whether every name found a place."""
        lanes = self._lanes()
        lane_places, columns = _pack([(min(rs), max(rs)) for _t, _l, _s, rs in lanes])
        self.words = max([WORDS, *(round(text_width(label)) + 24 for _t, label, _s, _r in lanes)])
        across = [label for (s, t), ls in self.links.items() if (s in self.spine) != (t in self.spine) for label in ls]
        across += [label for labels in self.back.values() for label in labels]
        bends = sum((s in self.spine) != (t in self.spine) and not self.flow.state(t).side for s, t in self.links)
        self.column = self.width + max([ASIDE, *(round(text_width(label)) + 44 for label in across), 40 + 13 * bends])
        left = MARGIN + max(columns, 1) * LANE + self.words
        rows = max([len(self.spine) - 1, *self.aside.values()])
        for level, name in enumerate(self.spine):
            self.place[name] = (left, MARGIN + level * self.step)
        for name, level in self.aside.items():
            self.place[name] = (left + self.column, MARGIN + level * self.step)
        self._boxes()
        self._straight()
        self._run_lanes(lanes, lane_places, left)
        self._branches(left)
        self._rail(left)
        self.out.width = left + self.width + MARGIN + (self.column if self.aside else 0)
        self.out.height = rows * self.step + HEIGHT + 2 * MARGIN
        return self._place_names()

    def _place_names(self) -> bool:
        """Put every name where neither a box nor another name is, those with the shortest lines first."""
        taken = [frame_of_node(node) for node in self.out.nodes]
        found_all = True
        for name in sorted(self.names, key=lambda n: _length(n.points)):
            tried = (_rows(name.labels, place) for place in name.places())
            placed = next((rows for rows in tried if self._fits(rows, taken)), None)
            found_all = found_all and placed is not None
            placed = placed or _rows(name.labels, name.wanted)
            self.out.words += placed
            taken += [frame_of(row) for row in placed]
        return found_all

    def _fits(self, rows: Iterable[Words], taken: list[Frame]) -> bool:
        for row in rows:
            frame = frame_of(row)
            if frame[0] < 1 or frame[1] < 0 or frame[2] > self.out.width - 1 or frame[3] > self.out.height:
                return False
            if any(meet(frame, other) for other in taken):
                return False
        return True

    def _boxes(self) -> None:
        for state in self.flow.states:
            x, y = self.place[state.name]
            loops = tuple(self.links.get((state.name, state.name), ()))
            height = HEIGHT + (LINE if loops and state.clock else 0)
            self.out.nodes.append(Node(state, x, y, self._tone(state), loops, self.width, height))

    def _tone(self, state: State) -> str:
        if state.final:
            return "end"
        if state.side:
            return "side"
        if state.name == self.flow.initial:
            return "start"
        return "detour" if state.name in self.aside else "plain"

    def _level(self, name: str) -> int:
        return self.spine.index(name) if name in self.spine else self.aside[name]

    def _lanes(self) -> list[tuple[str, Label, list[str], list[int]]]:
        """(target, label, sources, ranks) of what runs on the left: along the spine, but not to the next state."""
        grouped: dict[tuple[str, Label], list[str]] = {}
        for (source, target), labels in self.links.items():
            if source == target or source not in self.spine or target not in self.spine:
                continue
            if self._level(target) == self._level(source) + 1:
                continue
            for label in labels:
                grouped.setdefault((target, label), []).append(source)
        found = []
        for (target, label), sources in grouped.items():
            found.append((target, label, sources, [self._level(n) for n in (*sources, target)]))
        return sorted(found, key=lambda lane: (max(lane[3]) - min(lane[3]), min(lane[3])))

    def _straight(self) -> None:
        """What leads from a state of the spine to the next one, and from one of the second column to the one below."""
        for (source, target), labels in self.links.items():
            both_aside = source in self.aside and target in self.aside
            if not (both_aside or (source in self.spine and target in self.spine)):
                continue
            if self._level(target) != self._level(source) + 1:
                continue
            (x, y), (_x, below) = self.place[source], self.place[target]
            middle = x + self.width // 2
            way = "side" if both_aside and self.flow.state(target).side else "forward"
            points = ((middle, y + HEIGHT), (middle, below))
            self.out.lines.append(Line(points, way))
            at = y + HEIGHT + (self.step - HEIGHT) // 2 + 4 + (len(labels) - 1) * ROW // 2
            self.names.append(_Name(tuple(labels), (middle - 7, at, "end"), points))

    def _run_lanes(self, lanes: list[tuple[str, Label, list[str], list[int]]], places: list[int], left: int) -> None:
        ends: dict[str, list[tuple[int, int]]] = defaultdict(list)  # state → (lane, is target)
        for number, (target, _label, sources, _ranks) in enumerate(lanes):
            ends[target].append((number, 1))
            for source in sources:
                ends[source].append((number, 0))
        ports: dict[tuple[str, int], int] = {}
        for name, here in ends.items():
            here.sort(key=lambda end: (end[1] == 0, end[0]))
            gap = HEIGHT // (len(here) + 1)
            for order, (number, _is_target) in enumerate(here, 1):
                ports[name, number] = self.place[name][1] + gap * order
        for number, (target, label, sources, _ranks) in enumerate(lanes):
            x = left - self.words - places[number] * LANE
            end = ports[target, number]
            for source in sources:
                start = ports[source, number]
                way = "back" if end < start else "forward"
                points = ((left, start), (x, start), (x, end), (left, end))
                self.out.lines.append(Line(points, way))
            self.names.append(_Name((label,), (left - 12, end - 4, "end"), points))

    def _branches(self, left: int) -> None:
        """What leads from the spine to the second column and back, side states apart."""
        right, column = left + self.width, left + self.column
        lane = 0
        arrived: dict[str, int] = defaultdict(int)
        for (source, target), labels in self.links.items():
            (_x, y), (_a, there) = self.place[source], self.place[target]
            if source in self.spine and target in self.aside and not self.flow.state(target).side:
                start = y + HEIGHT // 2 - 10
                between = range(*sorted((self._level(source), self._level(target))))
                if any(level in between and name != target for name, level in self.aside.items()):
                    lane += 1
                    turn, end = column - 12 - lane * 13, there + HEIGHT // 2 - 8
                    points: Points = ((right, start), (turn, start), (turn, end), (column, end))
                else:
                    turn = column + self.width // 2
                    points = ((right, start), (turn, start), (turn, there if there > y else there + HEIGHT))
                self.out.lines.append(Line(points, "back"))
                self.names.append(_Name(tuple(labels), (turn - 8, start - 5, "end"), points))
            elif source in self.aside and target in self.spine:
                lane += 1
                turn, end = column - 12 - lane * 13, there + HEIGHT // 2 + 2 + arrived[target] % 4 * 5
                arrived[target] += 1
                start = y + HEIGHT // 2
                points = ((column, start), (turn, start), (turn, end), (right, end))
                self.out.lines.append(Line(points, "forward"))
                self.names.append(_Name(tuple(labels), (turn - 5, start - 5, "end"), points))

    def _rail(self, left: int) -> None:
        """One rail beside the states from which a side state is entered and to which one comes back."""
        sides = [s.name for s in self.flow.states if s.side]
        sources = sorted({s for s, t in self.links if t in sides and s in self.spine}, key=self._level)
        if not sources:
            return
        right, column = left + self.width, left + self.column
        rail = right + 14
        heights = [self.place[name][1] + HEIGHT - 9 for name in sources]
        for y in heights:
            self.out.lines.append(Line(((rail, y), (right, y)), "side"))
        reach = list(heights)
        for name in sides:
            y = self.place[name][1] + HEIGHT // 2
            entering = list(
                dict.fromkeys(label for (s, t), ls in self.links.items() if t == name and s in sources for label in ls)
            )
            if entering:
                points: Points = ((rail, y - 8), (column, y - 8))
                self.out.lines.append(Line(points, "side"))
                self.names.append(_Name(tuple(entering), (column - 10, y - 13, "end"), points))
                reach.append(y - 8)
            if self.back.get(name):
                points = ((column, y + 8), (rail, y + 8))
                self.out.lines.append(Line(points, "side"))
                below = y + 21 + (len(self.back[name]) - 1) * ROW
                self.names.append(_Name(tuple(self.back[name]), (column - 10, below, "end"), points))
                reach.append(y + 8)
        self.out.lines.append(Line(((rail, min(reach)), (rail, max(reach))), "side", arrow=False))


def _rows(labels: tuple[Label, ...], place: tuple[int, int, str]) -> list[Words]:
    """Return names on top of one another, the last one at ``place``."""
    x, y, anchor = place
    return [Words((label,), x, y - (len(labels) - 1 - n) * ROW, anchor) for n, label in enumerate(labels)]


def _length(points: Points) -> int:
    return sum(abs(a - c) + abs(b - d) for (a, b), (c, d) in pairwise(points))


def _pack(spans: list[tuple[int, int]]) -> tuple[list[int], int]:
    """Return a lane for each span so that spans in one lane do not touch, and how many lanes that takes."""
    lanes: list[list[tuple[int, int]]] = []
    found = []
    for low, high in spans:
        for number, lane in enumerate(lanes):
            if all(high < a or low > b for a, b in lane):
                lane.append((low, high))
                found.append(number)
                break
        else:
            lanes.append([(low, high)])
            found.append(len(lanes) - 1)
    return found, len(lanes)
