"""Telling everybody below a substation of a planned outage: ``python -m bench.notices --size 100000``.

The registry of the benchmark (made by the product's generator), in a copy of its own; a made grid above all its usage
points; two of three customers agreed to hear of outages. A plan for every substation is approved (who is concerned is
computed, twice) and announced; then the notices are prepared and handed to the outbox by the product's own functions in
this process, committed, fsync on. The handing is measured without its limit by the minute.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

from bench import fill, place, registry, results
from bench.results import Row

GROUP, GOAL_SECONDS = "notices", 60.0
NAME = "bench_notices"
#: notices that are handed over in the measurement
HANDED = 5_000


def _measure(size: int, keep: Any) -> None:
    place.use(NAME)
    from django.db import connection

    from open95598.casework import services as casework
    from open95598.casework.actors import Actor
    from open95598.foundation import bulk, clock
    from open95598.foundation.people.models import Person
    from open95598.foundation.units.models import Unit
    from open95598.registry.customers.models import UsagePoint
    from open95598.registry.grid import generating, loading
    from open95598.registry.grid.kinds import DeviceKind
    from open95598.registry.grid.models import GridDevice
    from open95598.service.outagenotices import preparing, sending
    from open95598.service.outagenotices.models import OutageNotice
    from open95598.service.outagenotices.sources import PLANNED
    from open95598.service.planned import services

    now, house = clock.now(), Actor.house("bench")
    ids = list(UsagePoint.objects.system("bench").order_by("pk").values_list("pk", flat=True)[:size])
    described = generating.generate(len(ids))
    known = {point.code: pk for point, pk in zip(described.points, ids, strict=True)}
    unit = Unit.objects.order_by("pk").first()
    assert unit is not None
    loading.load(described, unit, "bench", house, now, known)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_consent (contact_id, purpose, given_at, how) SELECT id, 'outage', %s, 'bench'"
            " FROM customers_contactpoint WHERE kind = 'phone' AND id %% 3 > 0 ON CONFLICT DO NOTHING", [now],
        )  # fmt: skip
        cursor.execute("ANALYZE")
    roots = GridDevice.objects.system("bench").filter(kind=DeviceKind.SUBSTATION)
    told = {
        "information": "planned", "devices": list(roots.values_list("code", flat=True)[: services.MOST_DEVICES]),
        "starts_at": now + timedelta(days=10), "ends_at": now + timedelta(days=10, hours=8), "cause": "maintenance",
        "scope": "全部", "work_kind": "maintenance", "work": "检修",
    }  # fmt: skip
    row = services.plan(house, told, now)
    people = [
        Actor(pk, "bench", None, "bench") for pk in Person.objects.order_by("pk").values_list("pk", flat=True)[:2]
    ]
    times = {}
    for name, actor in (("submit_plan", people[0]), ("approve_plan", people[1]), ("announce_plan", people[0])):
        began = time.monotonic()
        casework.perform(row.pk, name, actor, now)
        times[name] = time.monotonic() - began
    row.refresh_from_db()
    keep.append(Row(GROUP, "customers concerned computed for the first time", size=size, count=row.customers,
                    rate=row.customers / times["submit_plan"], value=f"{times['submit_plan']:.1f} s"))  # fmt: skip
    keep.append(Row(GROUP, "computed again, nothing changed", size=size, count=row.customers,
                    rate=row.customers / times["approve_plan"], value=f"{times['approve_plan']:.1f} s"))  # fmt: skip
    began = time.monotonic()
    preparing.prepare(PLANNED, row.pk, "case.announce_plan", {"revision": 1}, now)
    seconds = time.monotonic() - began
    made = OutageNotice.objects.count()
    keep.append(Row(GROUP, "notices prepared", size=size, count=made, rate=made / seconds, value=f"{seconds:.1f} s",
                    goal=f"100,000 under {GOAL_SECONDS:.0f} s",
                    met=seconds * 100_000 / max(made, 1) < GOAL_SECONDS))  # fmt: skip
    bulk.execute("UPDATE outagenotices_outagenotice SET not_before = %s", [now])  # whatever hour it is
    began = time.monotonic()
    handed = sending.hand(now, HANDED)
    seconds = time.monotonic() - began
    keep.append(Row(GROUP, "notices handed to the outbox", size=size, count=handed, rate=handed / seconds,
                    value=f"{seconds:.1f} s"))  # fmt: skip


def measure(size: int) -> list[Row]:
    """Make the database and measure."""
    registry.ensure(size)
    context = get_context("spawn")
    place.create(NAME, template=registry.database_of(size), fresh=True)
    with context.Manager() as manager:
        keep = manager.list()
        fill.in_child(context, _measure, size, keep)
        return list(keep)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=0, help="accounts")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    place.start_server()
    rows = measure(given.size or (10_000 if given.quick else 160_000))
    results.show(rows)
    results.save("notices", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
