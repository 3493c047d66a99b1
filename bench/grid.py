"""The grid: ``python -m bench.grid --points 1000000``. In this process, through the product.

A made grid (``registry.grid.generating``) is numbered and asked in the engine, then loaded by the product into an empty
database of its own: devices, dated connections and points by COPY, numbered and written back, in one transaction. Each
question is asked about random boxes, one after the other.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

from bench import fill, place, registry, results
from bench.results import Row

GROUP = "The grid"


def _asked(name: str, size: int, count: int, ask: Callable[[int], object]) -> Row:
    times = []
    began = time.monotonic()
    for at in range(count):
        start = time.monotonic()
        ask(at)
        times.append(time.monotonic() - start)
    row = results.timed(GROUP, name, times, time.monotonic() - began, size=size, goal="p95 under 1 ms")
    row.met = row.p95 is not None and row.p95 < 1
    return row


def engine(points: int, count: int) -> list[Row]:
    """Number a made grid and ask it."""
    from open95598.registry.grid import generating
    from open95598.registry.grid.topology import Kind

    described = generating.generate(points)
    began = time.monotonic()
    topology, _ = described.topology()
    seconds = time.monotonic() - began
    dice = random.Random(1)
    boxes = [at for at, kind in enumerate(topology.kinds) if kind == Kind.BOX]
    asked = [dice.sample(boxes, 30) for _ in range(count)]
    return [
        Row(GROUP, f"numbering {len(topology)} devices in the engine", size=points, value=f"{seconds:.1f} s"),
        _asked("usage points below each device of the way up", points, count,
               lambda at: topology.points_many(topology.ancestors(asked[at][0]))),
        _asked("lowest common device of 30 boxes", points, count, lambda at: topology.common(asked[at])),
    ]  # fmt: skip


def _load(name: str, points: int, keep: Any) -> None:
    place.use(name)
    from open95598.casework.actors import Actor
    from open95598.foundation import clock
    from open95598.foundation.units.models import Unit
    from open95598.registry.grid import generating, loading

    unit = Unit.objects.order_by("pk").first()
    if unit is None:
        raise RuntimeError("the database of the benchmark has no unit")
    described = generating.generate(points)
    began = time.monotonic()
    version = loading.load(described, unit, "bench", Actor.house("bench"), clock.now())
    seconds = time.monotonic() - began
    keep.append(Row(GROUP, f"loading {version.devices} devices and their usage points", size=points,
                    rate=points / seconds, value=f"{seconds:.0f} s", goal="under 60 s", met=seconds < 60))  # fmt: skip


def load(points: int) -> list[Row]:
    """Load a made grid into an empty database."""
    context, name = get_context("spawn"), "bench_grid"
    registry._base(context)  # noqa: SLF001 (of these programs)
    place.create(name, template=fill.BASE, fresh=True)
    fill.in_child(context, registry._migrate, name)  # noqa: SLF001
    with context.Manager() as manager:
        keep = manager.list()
        fill.in_child(context, _load, name, points, keep)
        return list(keep)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=0, help="usage points")
    parser.add_argument("--count", type=int, default=2000, help="questions of each kind")
    parser.add_argument("--engine", action="store_true", help="without a database")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    points = given.points or (20_000 if given.quick else 1_000_000)
    rows = engine(points, given.count)
    if not given.engine:
        place.start_server()
        rows += load(points)
    results.show(rows)
    results.save("grid", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
