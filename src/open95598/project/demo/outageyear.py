"""A year of outages of the demonstration: faults and works that are over, so that figures have something to tell.

A few lines fail more often than the others, as lines do. Customers of each month are counted as the grid stands.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.services import Opening, Request
from open95598.control.reliability import serving
from open95598.control.reliability.models import Served
from open95598.foundation import months
from open95598.foundation.events.services import as_past
from open95598.project.demo.models import Build
from open95598.registry.grid import areas
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind
from open95598.service.outages import flows
from open95598.service.outages.models import OutageAct
from open95598.service.planned.flows import PLAN
from open95598.service.planned.kinds import Care
from open95598.service.planned.models import CareTask, PlannedDevice

HOUSE = Actor.house("demonstration")
#: an outage for so many orders of the year; works for so many outages; the share of a month's outages of bad lines
ORDERS, WORKS, BAD = 36, 4, 0.3
#: months, of which the last are worse for the bad lines; minutes that an outage lasts
MONTHS, MINUTES = 12, (25, 320)
CAUSES = ("equipment", "equipment", "weather", "weather", "external", "animal", "overload", "works")
ANNOUNCED = ("maintenance", "construction", "connection", "municipal", "defect", "overload")
_WHY = "the demonstration's outages"


@transaction.atomic
def tell(build: Build) -> int:
    """Write the year's outages and works down, once; return how many there are."""
    if Served.objects.exists():
        return 0
    devices = list(GridDevice.objects.system(_WHY).filter(points__gt=0, kind__in=(
        Kind.FEEDER, Kind.SECTION, Kind.TRANSFORMER, Kind.BOX)).order_by("lft"))  # fmt: skip
    if not devices:
        return 0
    customers = serving.present()
    first = months.of(build.until)
    Served.objects.bulk_create(
        Served(month=months.moved(first, -back), unit_id=unit, customers=n, at=build.until)
        for back in range(MONTHS + 1)
        for unit, n in customers.items()
    )
    dice = random.Random(f"{build.seed}/year of outages")  # noqa: S311
    feeders = [one for one in devices if one.kind == Kind.FEEDER]
    bad = [feeders[len(feeders) // 3], feeders[2 * len(feeders) // 3]] if feeders else []
    lines = [one for one in devices if any(f.lft <= one.lft < f.rgt for f in bad) and one.kind <= Kind.SECTION]
    last = build.until - timedelta(days=2)
    count = max(build.orders // ORDERS, 4)
    with as_past():
        for number in range(count):
            poor = bool(lines) and dice.random() < BAD
            days = dice.triangular(0, 365, 20) if poor else dice.uniform(0, 365)
            device = dice.choice(lines) if poor else _any(devices, dice)
            _fault(device, last - timedelta(days=days), dice)
            if number % WORKS == 0:
                _works(_any(devices, dice), last - timedelta(days=dice.uniform(5, 360)), dice)
    return count


def _any(devices: Sequence[GridDevice], dice: random.Random) -> GridDevice:
    """Return a device: rather a small one, as there are more of them and they fail apart."""
    kind = dice.choices((Kind.FEEDER, Kind.SECTION, Kind.TRANSFORMER, Kind.BOX), (1, 3, 6, 4))[0]
    return dice.choice([one for one in devices if one.kind == kind] or devices)


def _fault(device: GridDevice, start: datetime, dice: random.Random) -> None:
    """Write one fault down, from the first report to its end."""
    end = start + timedelta(minutes=dice.randint(*MINUTES))
    cause = dice.choice(CAUSES)
    fields = {
        "device": device.code, "device_kind": device.kind, "device_name": device.name, "actual_start": start,
        "original_customers_served": device.points,
        "why": {"here": {"device": device.code, "reports": 2, "points": device.points}, "minutes": 10, "speaking": [],
                "silent": [], "light": False, "in_line": [], "ranked": []},
    }  # fmt: skip
    made = casework.open_many([Opening(flows.KIND, device.unit_id, fields)], HOUSE, start + timedelta(minutes=3))[0]
    for at, action in ((end, "restore_outage"), (end + timedelta(hours=2), "close_outage")):
        casework.perform_many([Request(made.case_id, action, {"cause": cause})], HOUSE, at)
    OutageAct.objects.filter(outage=made.case_id).update(taken=0)  # the engine need not hear of it


def _works(device: GridDevice, day: datetime, dice: random.Random) -> None:
    """Write works down that were announced, as they were done: begun on time, over a little early or late."""
    start = (day + timedelta(hours=8)).replace(minute=0, second=0, microsecond=0)
    end = start + timedelta(hours=dice.randint(2, 8))
    cause = dice.choice(ANNOUNCED)
    fields = {
        "information": "planned", "starts_at": start, "ends_at": end, "first_starts_at": start, "cause": cause,
        "line": device.name or device.code, "scope": areas.of_device(device.code).zh or device.code,
        "points": device.points, "known": device.points, "counted_at": start,
    }  # fmt: skip
    made = casework.open_many([Opening(PLAN, device.unit_id, fields)], HOUSE, start - timedelta(days=12))[0]
    PlannedDevice.objects.create(plan=made.typed, device=device.code)
    steps = (("submit_plan", -11.0), ("approve_plan", -10.0), ("announce_plan", -9.0), ("begin_outage", 0.0),
             ("restore_planned", (end - start) / timedelta(days=1) + dice.uniform(-0.02, 0.01)))  # fmt: skip
    for action, days in steps:
        casework.perform_many([Request(made.case_id, action)], HOUSE, start + timedelta(days=days))
        if action == "announce_plan":
            _tell_in_person(made.case_id, start - timedelta(days=2))


def _tell_in_person(pk: int, at: datetime) -> None:
    """Visit whoever depends on supply: without that nobody switches it off."""
    waiting = CareTask.objects.system(_WHY).filter(plan=pk, state=Care.OPEN)
    for customer in waiting.order_by("pk").values_list("customer_id", flat=True):
        casework.perform_many([Request(pk, "care_told", {"customer": customer, "how": Care.VISITED.value})], HOUSE, at)
