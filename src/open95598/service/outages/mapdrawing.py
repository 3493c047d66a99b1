"""The map's thousands of lines and dots as SVG text, and what does not fit gathered into clusters. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

#: edge of the cells by which clusters are gathered, in units of the drawing
CELL = 62.0


class Dot(NamedTuple):
    """A device in the drawing, with the line to what feeds it where that has a place; ``lft``, ``rgt`` its interval."""

    at: tuple[float, float]
    size: float
    line: tuple[float, float] | None
    kind: str
    name: str
    url: str
    dark: bool
    lft: int
    rgt: int


class Cluster(NamedTuple):
    """Devices that are not drawn one by one: where what feeds them is, and how many there are."""

    at: tuple[float, float]
    size: float
    number: int


def hidden(dots: Iterable[Dot]) -> list[tuple[Dot, int]]:
    """Return how many devices hang below each dot that are not among the dots, directly or below one that is not."""
    rows = sorted(dots, key=lambda dot: dot.lft)
    left = [dot.rgt - dot.lft - 1 for dot in rows]
    above: list[int] = []
    for at, dot in enumerate(rows):
        while above and rows[above[-1]].rgt <= dot.lft:
            above.pop()
        if above:
            left[above[-1]] -= dot.rgt - dot.lft
        above.append(at)
    return [(dot, n) for dot, n in zip(rows, left, strict=True) if n > 0]


def clusters(dots: Iterable[Dot]) -> list[Cluster]:
    """Gather what is not drawn below the dots into clusters, the smallest first; each about ``CELL`` apart."""
    cells: dict[tuple[int, int], list[tuple[Dot, int]]] = defaultdict(list)
    for dot, n in hidden(dots):
        cells[int(dot.at[0] // CELL), int(dot.at[1] // CELL)].append((dot, n))
    found = []
    for rows in cells.values():
        count = sum(n for _dot, n in rows)
        x, y = (sum(dot.at[axis] * n for dot, n in rows) / count for axis in (0, 1))
        found.append(Cluster((round(x, 1), round(y, 1)), round(min(9 + count**0.5 / 4, 28), 1), count))
    return sorted(found, key=lambda one: one.number)


def short(count: int) -> str:
    """Return a number as it fits into a circle: 950, 1.2k, 34k."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 10_000 else f"{count // 1000}k"


def svg(dots: Sequence[Dot]) -> str:
    """Return lines and dots as SVG; what people named is escaped."""
    out = []
    for dot in dots:
        if dot.line is not None:
            (x1, y1), (x2, y2) = dot.line, dot.at
            dark = " is-dark" if dot.dark else ""
            out.append(f'<line class="map-line{dark}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    for dot in dots:
        x, y = dot.at
        dark = " is-dark" if dot.dark else ""
        name = escape(dot.name)
        out.append(
            f'<a href="{escape(dot.url)}" tabindex="-1"><circle class="map-{dot.kind}{dark}" cx="{x}" cy="{y}"'
            f' r="{dot.size}"><title>{name}</title></circle></a>'
        )
        if dot.kind == "substation":
            out.append(f'<text class="map-name" x="{x}" y="{y}" dx="9" dy="4">{name}</text>')
    return "\n".join(out)
