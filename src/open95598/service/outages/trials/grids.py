"""A made grid of any size, drawn from a seed. Pure."""

from __future__ import annotations

from random import Random

from open95598.registry.grid.topology import Kind, Topology, build


def made(customers: int, seed: int) -> Topology:
    """Return a grid of about ``customers`` usage points: feeders of 1,000 to 3,500 customers with branching sections,
    transformers of 10 to 120 customers, boxes of 1 to 16."""
    dice = Random(seed)  # noqa: S311  (a trial, no secret)
    ids: list[int] = []
    parents: list[int] = []
    kinds: list[int] = []
    hanging: list[int] = []

    def device(kind: Kind, parent: int, points: int = 0) -> int:
        ids.append(len(ids) + 1)
        parents.append(parent)
        kinds.append(int(kind))
        hanging.append(points)
        return len(ids)

    left = customers
    station, feeders = -1, 0
    while left > 0:
        if feeders % 20 == 0:
            station = device(Kind.SUBSTATION, -1)
        feeders += 1
        feeder = device(Kind.FEEDER, station)
        here = min(left, dice.randint(1000, 3500))
        left -= here
        sections = [feeder] + [0] * dice.randint(3, 9)
        for n in range(1, len(sections)):
            # most sections follow each other, some branch off
            above = sections[n - 1] if dice.random() < 0.6 else sections[dice.randrange(n)]
            sections[n] = device(Kind.SECTION, above)
        while here > 0:
            area = min(here, dice.randint(10, 120))
            here -= area
            transformer = device(Kind.TRANSFORMER, dice.choice(sections[1:]))
            while area > 0:
                box = min(area, dice.choice((1, 2, 4, 6, 9, 12, 12, 16)))
                area -= box
                device(Kind.BOX, transformer, box)
    return build(ids, parents, kinds, hanging)[0]
