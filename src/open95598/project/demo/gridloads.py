"""What the demonstration's lines and transformers carried lately: most have room, a few are heavy, some overloaded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import exp

from django.db import transaction

from open95598.project.demo.models import Build
from open95598.registry.grid import loadkeeping, loads
from open95598.registry.grid.loadkeeping import Key
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind

_WHY = "the demonstration's loads"
#: days of curves; lines and areas that have some; one in so many of them carries too much
DAYS, LINES, AREAS, BAD = 35, 8, 16, 4
#: what there is: A of lines, kVA of areas by how many usage points they have
AMPS, KVA = (300, 400, 600), ((20, 200), (60, 315), (120, 400), (10**9, 630))


@transaction.atomic
def tell(build: Build) -> int:
    """Rate the lines and areas, and write the last weeks' curves of some, once; return of how many."""
    devices = GridDevice.objects.system(_WHY).filter(kind__in=(Kind.FEEDER, Kind.SECTION, Kind.TRANSFORMER))
    if devices.filter(rated__isnull=False).exists():
        return 0
    dice = random.Random(f"{build.seed}/loads")  # noqa: S311
    rows = list(devices.order_by("lft"))
    for one in rows:
        one.rated = next(kva for most, kva in KVA if one.points <= most) if not one.is_line else dice.choice(AMPS)
    GridDevice.objects.system(_WHY).bulk_update(rows, ("rated",), batch_size=1000)
    some = [*_some(rows, Kind.FEEDER, LINES), *_some(rows, Kind.TRANSFORMER, AREAS)]
    told: dict[Key, dict[int, float]] = {}
    for at, device in enumerate(some):
        used = dice.uniform(0.78, 1.12) if at % BAD == 1 else dice.uniform(0.3, 0.62)
        told.update(_curves(device, used, build.until, dice))
    loadkeeping.keep(told, build.until)
    return len(some)


def _some(rows: list[GridDevice], kind: Kind, most: int) -> list[GridDevice]:
    """Return devices of a kind spread over all of them."""
    found = [one for one in rows if one.kind == kind]
    return found[:: max(len(found) // most, 1)][:most]


def _curves(
    device: GridDevice, used: float, until: datetime, dice: random.Random
) -> Iterator[tuple[Key, dict[int, float]]]:
    """Yield days: low at night, a height at noon and a higher one in the evening, warm days above the others."""
    zone = loadkeeping.zone()
    day = loads.place(until.replace(minute=0, second=0, microsecond=0), zone)
    assert day is not None
    for back in range(DAYS, 0, -1):
        start = loads.next_day(day[0], zone, -back)
        warm = dice.uniform(0.8, 1.0)
        values = {}
        for slot in range(loads.slots(start, zone)):
            hour = (start + timedelta(minutes=loads.SLOT * slot)).astimezone(zone).hour + slot % 4 / 4
            shape = 0.35 + 0.4 * exp(-((hour - 12) ** 2) / 6) + 0.65 * exp(-((hour - 20) ** 2) / 5)
            values[slot] = round((device.rated or 0) * used * warm * shape * dice.uniform(0.98, 1.02), 1)
        yield (device.pk, start), values
