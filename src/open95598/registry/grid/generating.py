"""Grids that are made up: for benchmarks, trials and the demonstration. The same for the same seed. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from open95598.registry.grid.described import Described, Device, Point
from open95598.registry.grid.topology import Kind

#: usage points a meter box, boxes a transformer area, areas a section, sections a feeder, feeders a substation
BOX, AREA, SECTION, FEEDER, STATION = 6, 16, 8, 6, 8
#: where a made-up grid lies: longitude and latitude of its middle, in degrees
MIDDLE = (112.94, 28.23)


def generate(points: int, seed: int = 1, prefix: str = "G", middle: tuple[float, float] = MIDDLE) -> Described:
    """A grid of ``points`` usage points, with coordinates around ``middle``; areas and boxes vary in size."""
    dice = random.Random(f"{seed}/grid")  # noqa: S311 (no secret)
    areas: list[list[str]] = []
    number = 0
    while number < points:
        size = min(points - number, dice.randint(BOX * AREA // 3, BOX * AREA * 5 // 3))
        areas.append([f"{prefix}-P{at:07d}" for at in range(number, number + size)])
        number += size
    return around({f"{prefix}-T{at:05d}": of for at, of in enumerate(areas)}, seed, prefix, middle)


def around(
    areas: Mapping[str, Sequence[str]], seed: int, prefix: str, middle: tuple[float, float] = MIDDLE, name: str = ""
) -> Described:
    """A grid above transformer areas that are known: code of the area → codes of its usage points."""
    dice = random.Random(f"{seed}/{prefix}")  # noqa: S311 (no secret)
    out = Described()
    above: dict[Kind, tuple[str, float, float]] = {}
    counts = dict.fromkeys((Kind.SUBSTATION, Kind.FEEDER, Kind.SECTION), 0)

    def add(kind: Kind, upper: Kind | None, spread: float, mark: str, label: str) -> None:
        counts[kind] += 1
        code, x, y = above[upper] if upper is not None else ("", *middle)
        here = (f"{prefix}-{mark}{counts[kind]:03d}", x + dice.gauss(0, spread), y + dice.gauss(0, spread))
        out.devices.append(Device(here[0], kind, code, f"{name}{counts[kind]}{label}", *_place(here)))
        above[kind] = here

    for at, (area, codes) in enumerate(areas.items()):
        if at % (SECTION * FEEDER * STATION) == 0:
            add(Kind.SUBSTATION, None, 0.15, "S", "号变电站")
        if at % (SECTION * FEEDER) == 0:
            add(Kind.FEEDER, Kind.SUBSTATION, 0.03, "F", "号线")
        if at % SECTION == 0:
            # the sections of a feeder hang one below the other, as along a road
            upper = Kind.FEEDER if at % (SECTION * FEEDER) == 0 or dice.random() < 0.4 else Kind.SECTION
            add(Kind.SECTION, upper, 0.008, "K", "号开关")
        parent, x, y = above[Kind.SECTION]
        spot = (area, x + dice.gauss(0, 0.003), y + dice.gauss(0, 0.003))
        out.devices.append(Device(area, Kind.TRANSFORMER, parent, area, *_place(spot)))
        for first in range(0, len(codes), BOX):
            box = f"{area}-X{first // BOX + 1:02d}"
            near = (box, spot[1] + dice.gauss(0, 0.0008), spot[2] + dice.gauss(0, 0.0008))
            out.devices.append(Device(box, Kind.BOX, area, box, *_place(near)))
            out.points.extend(Point(code, box) for code in codes[first : first + BOX])
    return out


def _place(spot: tuple[str, float, float]) -> tuple[float, float]:
    return round(spot[1], 6), round(spot[2], 6)
