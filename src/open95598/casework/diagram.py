"""A flow as a picture: our own layered layout. Pure: a flow in, rectangles, lines and words out.

States stand in ranks from top to bottom, by the longest way that goes forward in the order of their declaration. The
main way is a spine; what branches off it, and the side states that one comes back from, stand in a second column. What
skips ranks or goes back runs in lanes on the left; an action with several sources is one lane with several stubs. From
and to side states runs along one rail. All numbers are user units of the drawing (about a CSS pixel).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from open95598.casework.flow import BACK, Flow, State, edges
from open95598.foundation.words import Label

WIDTH, HEIGHT, STEP = 188, 46, 84
#: from the spine's middle to the second column's
ASIDE = 350
#: room for words beside the spine, between its boxes and the lanes
WORDS = 128
LANE, MARGIN = 16, 12


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
    def middle(self) -> tuple[int, int]:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2


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
    return _Layout(flow).drawing()


class _Layout:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
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

    def drawing(self) -> Diagram:
        lanes = self._lanes()
        lane_places, columns = _pack([(min(rs), max(rs)) for _t, _l, _s, rs in lanes])
        left = MARGIN + max(columns, 1) * LANE + WORDS
        rows = max([len(self.spine) - 1, *self.aside.values()])
        for level, name in enumerate(self.spine):
            self.place[name] = (left, MARGIN + level * STEP)
        for name, level in self.aside.items():
            self.place[name] = (left + ASIDE, MARGIN + level * STEP)
        self._boxes()
        self._straight()
        self._run_lanes(lanes, lane_places, left)
        self._branches(left)
        self._rail(left)
        self.out.width = left + WIDTH + MARGIN + (ASIDE if self.aside else 0)
        self.out.height = rows * STEP + HEIGHT + 2 * MARGIN
        return self.out

    def _boxes(self) -> None:
        for state in self.flow.states:
            x, y = self.place[state.name]
            loops = tuple(self.links.get((state.name, state.name), ()))
            self.out.nodes.append(Node(state, x, y, self._tone(state), loops))

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
            middle = x + WIDTH // 2
            way = "side" if both_aside and self.flow.state(target).side else "forward"
            self.out.lines.append(Line(((middle, y + HEIGHT), (middle, below)), way))
            self.out.words.append(Words(tuple(labels), middle - 7, y + HEIGHT + (STEP - HEIGHT) // 2 + 4, "end"))

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
            x = left - WORDS - places[number] * LANE
            end = ports[target, number]
            for source in sources:
                start = ports[source, number]
                way = "back" if end < start else "forward"
                self.out.lines.append(Line(((left, start), (x, start), (x, end), (left, end)), way))
            self.out.words.append(Words((label,), left - 12, end - 4, "end"))

    def _branches(self, left: int) -> None:
        """What leads from the spine to the second column and back, side states apart."""
        right, column = left + WIDTH, left + ASIDE
        lane = 0
        for (source, target), labels in self.links.items():
            if source in self.spine and target in self.aside and not self.flow.state(target).side:
                _x, y = self.place[source]
                _a, there = self.place[target]
                start = y + HEIGHT // 2 - 10
                arrive = column + WIDTH // 2
                edge = there if there > y else there + HEIGHT
                self.out.lines.append(Line(((right, start), (arrive, start), (arrive, edge)), "back"))
                self.out.words.append(Words(tuple(labels), arrive - 8, start - 5, "end"))
            elif source in self.aside and target in self.spine:
                lane += 1
                _x, y = self.place[source]
                _a, there = self.place[target]
                turn, end = column - 12 - lane * 13, there + HEIGHT // 2 + 2 + lane * 7
                start = y + HEIGHT // 2
                self.out.lines.append(Line(((column, start), (turn, start), (turn, end), (right, end)), "forward"))
                self.out.words.append(Words(tuple(labels), turn - 5, start - 5, "end"))

    def _rail(self, left: int) -> None:
        """One rail beside the states from which a side state is entered and to which one comes back."""
        sides = [s.name for s in self.flow.states if s.side]
        sources = sorted({s for s, t in self.links if t in sides and s in self.spine}, key=self._level)
        if not sources:
            return
        right, column = left + WIDTH, left + ASIDE
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
                self.out.lines.append(Line(((rail, y - 8), (column, y - 8)), "side"))
                self.out.words.append(Words(tuple(entering), column - 10, y - 13, "end"))
                reach.append(y - 8)
            if self.back.get(name):
                self.out.lines.append(Line(((column, y + 8), (rail, y + 8)), "side"))
                self.out.words.append(Words(tuple(self.back[name]), column - 10, y + 21, "end"))
                reach.append(y + 8)
        self.out.lines.append(Line(((rail, min(reach)), (rail, max(reach))), "side", arrow=False))


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
