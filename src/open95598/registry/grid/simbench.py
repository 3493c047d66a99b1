"""Grids in the CSV tables of SimBench: Node, Line, Switch, Transformer, Load, ExternalNet, Coordinates; ``;`` between.

Only what says how the network hangs together is read. Pure: no Django, no clock; reads files.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from open95598.registry.grid.described import Problem
from open95598.registry.grid.network import LOW_KV, Edge, Network, number


def is_one(folder: Path) -> bool:
    """Whether a folder holds a SimBench grid."""
    return (folder / "Node.csv").is_file() and (folder / "Line.csv").is_file()


def read(folder: Path) -> Network:
    """The network of a folder; rows that cannot be understood are problems, never errors."""
    problems: list[Problem] = []
    places = {row["id"]: row for _, row in _rows(folder, "Coordinates", ("id", "x", "y"), problems)}
    nodes = {row["id"]: row for _, row in _rows(folder, "Node", ("id",), problems)}
    sources = [row["node"] for _, row in _rows(folder, "ExternalNet", ("node",), problems)]
    if not sources:
        problems.append(Problem("ExternalNet.csv", 0, "source", "no external grid feeds this one"))
    prefix = folder.resolve().name
    network = Network(prefix, sources[0] if sources else "", problems=problems)
    for name, row in nodes.items():
        place = places.get(row.get("coordID") or "")
        spot = (_number(place["x"]), _number(place["y"])) if place else (None, None)
        if spot[0] is not None and spot[1] is not None:
            network.coordinates[name] = (spot[0], spot[1])

    amps = {row["id"]: number(row["iMax"]) for _, row in _rows(folder, "LineType", ("id", "iMax"), problems)}
    mva = {row["id"]: number(row["sR"]) for _, row in _rows(folder, "TransformerType", ("id", "sR"), problems)}

    def rated(kind: str, row: dict[str, str]) -> float | None:
        if kind == "line":
            return amps.get(row.get("type", ""))
        power = mva.get(row.get("type", "")) if kind in ("area", "transformer") else None
        return power * 1000 if power else None

    def edge(table: str, line: int, row: dict[str, str], ends: tuple[str, str], kind: str, *, opened: bool) -> None:
        buses = tuple(row[end] for end in ends)
        if not set(buses) <= nodes.keys() or len(set(buses)) < 2:
            problems.append(Problem(f"{table}.csv", line, "element", f"{row['id']} names a node that is not there"))
            return
        code = f"{prefix}/{row['id']}"
        network.edges.append(Edge(code, row["id"], buses, kind, opened, f"{table}.csv", line, rated(kind, row)))

    for line, row in _rows(folder, "Line", ("id", "nodeA", "nodeB"), problems):
        edge("Line", line, row, ("nodeA", "nodeB"), "line", opened=False)
    for line, row in _rows(folder, "Switch", ("id", "nodeA", "nodeB"), problems):
        edge("Switch", line, row, ("nodeA", "nodeB"), "switch", opened=row.get("cond", "1").strip() in ("0", "False"))
    for line, row in _rows(folder, "Transformer", ("id", "nodeHV", "nodeLV"), problems):
        low = _number(nodes.get(row["nodeLV"], {}).get("vmR") or "")
        kind = "area" if low is not None and low < LOW_KV else "transformer"
        edge("Transformer", line, row, ("nodeHV", "nodeLV"), kind, opened=False)
    for line, row in _rows(folder, "Load", ("id", "node"), problems):
        network.loads.append((f"{prefix}/{row['id']}", row["node"], "Load.csv", line))
    # several external grids feed one network: the first is the source, the others are joined to it
    for at, other in enumerate(sources[1:], 1):
        if other != network.source:
            code = f"{prefix}/external {at}"
            network.edges.append(Edge(code, code, (network.source, other), "transformer", False, "ExternalNet.csv", 0))
    return network


def _rows(
    folder: Path, table: str, needed: tuple[str, ...], problems: list[Problem]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their lines; none where there is no such file."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter=";"), 2):
            given = {name: value for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
            if all(given.get(name) for name in needed):
                yield line, given
            else:
                problems.append(Problem(f"{table}.csv", line, "row", f"needs {', '.join(needed)}"))


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
