"""From a network of buses and elements to the tree that feeds from its source, as it normally stands.

The tree is walked breadth first from the source's bus. An element that leads on becomes a device below the one that
feeds its bus; elements between the same two buses (phases of a bank) are one device; one that is open, or would close
a ring, becomes a device that hangs below its first bus and feeds nothing, normally open. What the source does not
reach stands as an island with a root of its own. Pure: no Django, no clock.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace

from open95598.registry.grid.described import Described, Device, Point, Problem
from open95598.registry.grid.opendss import Element, Script
from open95598.registry.grid.topology import Kind

#: below so many kV a winding feeds customers directly: its transformer is a transformer area
LOW_KV = 1.0
_LEADING = frozenset({"line", "transformer", "reactor", "fuse", "autotrans"})
_CUSTOMERS = frozenset({"load"})
_LINES = (Kind.FEEDER, Kind.SECTION)


@dataclass(frozen=True)
class Edge:
    """An element between buses: where it begins, where it leads, and what it is."""

    code: str
    name: str
    buses: tuple[str, ...]
    kind: str  # line, switch, transformer or area (one whose low side feeds customers)
    open: bool
    file: str
    line: int
    rated: float | None = None  # a line or switch in A, a transformer in kVA


@dataclass
class Network:
    """Buses with coordinates, edges between them, and the loads that stand on them."""

    name: str
    source: str
    edges: list[Edge] = field(default_factory=list)
    loads: list[tuple[str, str, str, int]] = field(default_factory=list)  # code, bus, file, line
    coordinates: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def of_script(script: Script, name: str) -> Network:
    """The network that OpenDSS scripts describe; ``name`` where they name no circuit. No content makes it raise."""
    circuits = [one for one in script.elements.values() if one.kind == "circuit"]
    circuit = circuits[0] if circuits else None
    problems = list(script.problems)
    if circuit is None:
        problems.append(Problem(name, 0, "circuit", "no circuit is made: where it is fed from is not known"))
    source = ((circuit.buses() if circuit else []) or ["sourcebus"])[0]
    network = Network(circuit.written if circuit else name, source, problems=problems, coordinates=script.coordinates)
    for element in script.elements.values():
        if not element.enabled or element.kind not in _LEADING | _CUSTOMERS:
            continue
        buses = element.buses()
        if element.kind in _CUSTOMERS:
            bus = buses[0] if buses else ""
            network.loads.append((f"{network.name}/{element.written}", bus, element.file, element.line))
        elif len(set(buses)) > 1:
            network.edges.append(_edge(network.name, element, tuple(dict.fromkeys(buses)), script))
        elif element.kind == "line":
            text = f"Line.{element.written} does not name two buses"
            problems.append(Problem(element.file, element.line, "element", text))
    return network


def _edge(prefix: str, element: Element, buses: tuple[str, ...], script: Script) -> Edge:
    kind = element.kind
    if kind == "line":
        kind = "switch" if element.last("switch").lower()[:1] in ("y", "t") else "line"
    elif kind in ("transformer", "autotrans"):
        lowest = element.lowest_kv()
        kind = "area" if lowest is not None and lowest < LOW_KV else "transformer"
    code = f"{prefix}/{element.kind}.{element.written}"
    return Edge(code, element.written, buses, kind, element.open, element.file, element.line, _rated(element, script))


def _rated(element: Element, script: Script) -> float | None:
    """What an element may carry: of a line ``normamps`` (its own or its code's), of a transformer the kVA of its
    windings, the smallest; None where the script does not say."""
    if element.kind == "line":
        code = script.elements.get(("linecode", element.last("linecode").lower()))
        return number(element.last("normamps") or (code.last("normamps") if code else ""))
    code = script.elements.get(("xfmrcode", element.last("xfmrcode").lower()))
    return element.smallest("kva", "kvas") or (code.smallest("kva", "kvas") if code else None)


def number(text: str) -> float | None:
    """Return a positive finite number; None for anything else."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if 0 < found < float("inf") else None


def tree(network: Network) -> Described:
    """The devices of a network as the tree that its source feeds, islands beside it, and every load as a point."""
    walk = _Walk(network)
    walk.out.devices.append(Device(network.name, Kind.SUBSTATION, "", network.name, *walk.place(network.source)))
    walk.fed[network.source] = (network.name, Kind.SUBSTATION)
    walk.spread(network.source)
    for edge in network.edges:
        if edge.code not in walk.used and not edge.open:
            # the source does not reach it: its first bus begins an island, a root that is no substation
            walk.fed.setdefault(edge.buses[0], ("", Kind.SECTION))
            walk.spread(edge.buses[0])
    walk.ties()
    walk.points()
    return walk.out


class _Walk:
    """What has been reached so far."""

    def __init__(self, network: Network) -> None:
        self.network, self.out = network, Described(problems=list(network.problems))
        self.at: dict[str, list[Edge]] = defaultdict(list)
        for edge in network.edges:
            if not edge.open:
                for bus in edge.buses:
                    self.at[bus].append(edge)
        #: bus → the device that feeds it, and that device's kind
        self.fed: dict[str, tuple[str, Kind]] = {}
        self.used: set[str] = set()
        self.between: dict[frozenset[str], str] = {}
        self.rings: list[Edge] = []
        #: two buses → which of the devices that are made is the one between them
        self.made: dict[frozenset[str], int] = {}

    def place(self, bus: str) -> tuple[float | None, float | None]:
        return self.network.coordinates.get(bus, (None, None))

    def spread(self, start: str) -> None:
        """Walk on from a bus that is fed."""
        waiting = deque([start])
        while waiting:
            bus = waiting.popleft()
            for edge in self.at[bus]:
                if edge.code in self.used:
                    continue
                self.used.add(edge.code)
                pair = frozenset(edge.buses)
                new = [one for one in edge.buses if one not in self.fed]
                if not new:
                    if pair not in self.between:
                        self.rings.append(edge)
                    else:
                        self.bank(edge, pair)
                    continue
                feeder = self.device(edge, bus, new)
                self.between[pair] = feeder[0]
                for one in new:
                    self.fed[one] = feeder
                    waiting.append(one)

    def device(self, edge: Edge, bus: str, new: list[str]) -> tuple[str, Kind]:
        """The device that ``edge`` is, fed from ``bus``; what stands before the first line is the substation's."""
        parent, above = self.fed[bus]
        if above is Kind.SUBSTATION and edge.kind not in ("line", "switch", "area"):
            return parent, above
        kind = Kind.TRANSFORMER if edge.kind == "area" else Kind.SECTION
        if above is Kind.SUBSTATION and kind is Kind.SECTION:
            kind = Kind.FEEDER
        if above >= Kind.TRANSFORMER:
            kind = Kind.BOX  # a service line on the low side ends at a meter box
        x, y = self.place(new[-1])
        self.made[frozenset(edge.buses)] = len(self.out.devices)
        # a service line as a meter box, a regulator as a section: its rating is in another unit than the device's
        rated = edge.rated if (kind in _LINES) == (edge.kind in ("line", "switch")) else None
        self.out.devices.append(Device(edge.code, kind, parent, edge.name, x, y, rated=rated))
        return edge.code, kind

    def bank(self, edge: Edge, pair: frozenset[str]) -> None:
        """Add a further transformer of a bank to what the device may carry."""
        at = self.made.get(pair)
        if at is None or edge.kind != "area" or edge.rated is None:
            return
        device = self.out.devices[at]
        if device.kind is Kind.TRANSFORMER and device.rated is not None:
            self.out.devices[at] = replace(device, rated=device.rated + edge.rated)

    def ties(self) -> None:
        """Elements that are open, or would close a ring: they hang below their first bus and feed nothing."""
        for edge in [*self.rings, *(edge for edge in self.network.edges if edge.open)]:
            parent, _ = self.fed.get(edge.buses[0]) or self.fed.get(edge.buses[-1]) or ("", Kind.SECTION)
            self.out.devices.append(
                Device(edge.code, Kind.SECTION, parent, edge.name, *self.place(edge.buses[-1]), normal_open=True)
            )
            if not edge.open:
                text = f"{edge.name} closes a ring between {' and '.join(edge.buses)}: taken as normally open"
                self.out.problems.append(Problem(edge.file, edge.line, "loop", text))

    def points(self) -> None:
        seen: dict[str, str] = {}
        for code, bus, file, line in self.network.loads:
            device, _ = self.fed.get(bus, ("", Kind.SECTION))
            if not device:
                text = f"the load {code} stands at the bus {bus or '(none)'}, which nothing feeds"
                self.out.problems.append(Problem(file, line, "orphan", text))
            elif code in seen:
                text = f"the load {code} hangs on {seen[code]} and on {device}: the first stands"
                self.out.problems.append(Problem(file, line, "double", text))
            else:
                seen[code] = device
                self.out.points.append(Point(code, device))
