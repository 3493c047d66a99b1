"""The map: ``python -m bench.map --points 1000000``. In this process, through the product.

A made grid is loaded by the product into an empty database of its own, with a device that has coordinates for every
meter. Then windows around random devices are asked for at several zooms, one after the other: the page's view with
rights and queries, until the SVG is written.
"""

from __future__ import annotations

import argparse
import random
import time
from multiprocessing import get_context
from typing import Any

from bench import fill, place, registry, results
from bench.results import Row

GROUP = "The map"
#: share of the whole width that a window shows
ZOOMS = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
PERSON = "bench.map"


def _load(name: str, points: int, keep: Any) -> None:
    place.use(name)
    from dataclasses import replace

    from open95598.casework.actors import Actor
    from open95598.foundation import clock
    from open95598.foundation.people.models import Person, RoleAssignment
    from open95598.foundation.people.policy import Role
    from open95598.foundation.units.models import Unit
    from open95598.registry.grid import generating, loading
    from open95598.registry.grid.topology import Kind

    unit = Unit.objects.filter(parent=None).order_by("pk").first()
    if unit is None:
        raise RuntimeError("the database of the benchmark has no unit")
    now = clock.now()
    person = Person.objects.create(username=PERSON, name=PERSON, unit=unit)
    for role in Role:
        RoleAssignment.objects.create(person=person, role=role, unit=unit, valid_from=now)
    described = generating.generate(points)
    dice = random.Random(2)
    box = next(device for device in described.devices if device.kind == Kind.BOX)
    places = {device.code: (device.x or 0.0, device.y or 0.0) for device in described.devices}
    for point in described.points:
        x, y = places[point.device]
        described.devices.append(replace(
            box, code=f"M-{point.code}", kind=Kind.METER, parent=point.device, name="",
            x=round(x + dice.gauss(0, 0.0002), 6), y=round(y + dice.gauss(0, 0.0002), 6),
        ))  # fmt: skip
    began = time.monotonic()
    version = loading.load(described, unit, "bench", Actor.house("bench"), now)
    seconds = time.monotonic() - began
    keep.append(Row(GROUP, f"loading {version.devices} devices, each with a place", size=points,
                    rate=version.devices / seconds, value=f"{seconds:.0f} s"))  # fmt: skip


def _ask(database: str, points: int, count: int, keep: Any) -> None:
    place.use(database)
    from django.db import connection
    from django.db.models import Max, Min
    from django.test import RequestFactory

    from open95598.foundation import clock
    from open95598.foundation.people.models import Person
    from open95598.foundation.people.rights import load
    from open95598.registry.grid.models import GridDevice
    from open95598.service.outages import mapping, views

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE grid_griddevice")
    person, now = Person.objects.get(username=PERSON), clock.now()
    rights = load(person, now)
    rows = GridDevice.objects.system("bench")
    ends = rows.aggregate(a=Min("x"), b=Min("y"), c=Max("x"), d=Max("y"))
    whole = mapping.Window.around(*ends.values())
    dice = random.Random(1)
    every = list(rows.order_by("pk").values_list("x", "y"))
    factory = RequestFactory()

    def view(window: mapping.Window) -> int:
        told = {"x": window.x, "y": window.y, "width": window.width}
        request: Any = factory.get("/outages/map/", told, headers={"HX-Request": "true"})
        request.rights, request.now, request.user = rights, now, person
        answer = views.map_(request)
        return answer.content.count(b"<circle") + answer.content.count(b"<line")

    for share in ZOOMS:
        windows = [mapping.Window(*dice.choice(every), whole.width * share) for _ in range(count)]
        view(windows[0])
        times, features, spent = [], [], []
        began = time.monotonic()
        for window in windows:
            start, busy = time.monotonic(), time.process_time()
            features.append(view(window))
            times.append(time.monotonic() - start)
            spent.append(time.process_time() - busy)
        shapes = (
            f"{results.quantile(features, 0.95):.0f} shapes, {results.quantile(spent, 0.95) * 1000:.0f} ms of processor"
        )
        name = f"a window of {share:.1%} of the width"
        seconds = time.monotonic() - began
        row = results.timed(GROUP, name, times, seconds, size=points, goal="p95 under 100 ms", value=shapes)
        row.met = row.p95 is not None and row.p95 < 100
        keep.append(row)


def measure(points: int, count: int) -> list[Row]:
    """Load the grid, unless an earlier run did, and ask."""
    context, name = get_context("spawn"), f"bench_map_{points}"
    with context.Manager() as manager:
        keep = manager.list()
        if not place.exists(name):
            registry._base(context)  # noqa: SLF001 (of these programs)
            place.create(f"{name}_new", template=fill.BASE, fresh=True)
            fill.in_child(context, registry._migrate, f"{name}_new")  # noqa: SLF001
            fill.in_child(context, _load, f"{name}_new", points, keep)
            place.rename(f"{name}_new", name)
        fill.in_child(context, _ask, name, points, count, keep)
        return list(keep)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=0, help="meters, each with a place")
    parser.add_argument("--count", type=int, default=200, help="windows of each zoom")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    points = given.points or (20_000 if given.quick else 1_000_000)
    place.start_server()
    rows = measure(points, given.count)
    results.show(rows)
    results.save("map", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
