"""Outages of the demonstration: the last storm as incidents with the orders that came then, and two that are live.

The past is written as it stood when it was over. The present is told through the house's own door for reports: meters
below one section fall silent and customers report it, a switch of another feeder opens; the process ``outages`` finds
the rest when the house starts.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseLink
from open95598.casework.services import Opening, Request
from open95598.foundation.events.services import as_past
from open95598.project.demo.cast import Cast
from open95598.project.demo.models import Build
from open95598.registry.grid.models import GridDevice, GridPoint
from open95598.registry.grid.topology import Kind
from open95598.service.outages import attaching, flows, reporting
from open95598.service.outages.models import OutageAct, OutageReport
from open95598.service.workorders.models import WorkOrder

HOUSE = Actor.house("demonstration")
#: the storm that is told: the one with the most faults in so many hours, of so many days
HOURS, DAYS = 8, 300
#: devices of it; reports of the live one, and for how many minutes it is dark already
DEVICES, REPORTS, LASTS = 7, 12, 9
_WHY = "the demonstration's outages"


@transaction.atomic
def tell(build: Build) -> int:
    """Write down the last storm and begin what is live, once; return how many outages there are of the past."""
    if OutageReport.objects.system("told already").exists():
        return 0
    with as_past():
        told = _past(build)
    _live(build)
    return told


# the past ------------------------------------------------------------------------------------------------------------


def _past(build: Build) -> int:
    """Write the storm down: an outage for each section or transformer below which faults were reported."""
    faults = list(
        WorkOrder.objects.system(_WHY)
        .filter(
            case__kind=flows.FAULT, case__is_open=False, account__isnull=False, restored_at__isnull=False,
            category__startswith="fault.lv", received_at__gte=build.until - timedelta(days=DAYS),
            received_at__lt=build.until - timedelta(days=2), sealed=False,
        )
        .order_by("received_at")
    )  # fmt: skip
    points = GridPoint.objects.system(_WHY).filter(usage_point__account__in=[row.account_id for row in faults])
    columns = ("usage_point__account_id", "pk", "device__code", "device__lft")
    places = {row[0]: row[1:] for row in points.order_by("-pk").values_list(*columns)}
    faults = [row for row in faults if row.account_id in places]
    if not faults:
        return 0
    # the storm: most faults within some hours
    start = max(
        (row.received_at for row in faults),
        key=lambda at: sum(at <= one.received_at < at + timedelta(hours=HOURS) for one in faults),
    )
    storm = [row for row in faults if start <= row.received_at < start + timedelta(hours=HOURS)]
    kinds = (Kind.TRANSFORMER, Kind.SECTION)
    devices = list(GridDevice.objects.system(_WHY).filter(kind__in=kinds).select_related("unit").order_by("-lft"))
    inside: dict[GridDevice, list[WorkOrder]] = defaultdict(list)
    for row in storm:
        lft = places[row.account_id or 0][2]
        above = [device for device in devices if device.lft <= lft < device.rgt]
        if above:
            inside[above[-1]].append(row)  # the section next to the feeder
    cast = Cast(build.until)
    several = {device: rows for device, rows in inside.items() if len(rows) > 1} or inside
    largest = sorted(several.items(), key=lambda one: (-len(one[1]), one[0].pk))[:DEVICES]
    for device, orders in largest:
        _incident(device, orders, places, build, cast)
    return len(largest)


def _incident(
    device: GridDevice,
    orders: Sequence[WorkOrder],
    places: Mapping[int, tuple[int, str, int]],
    build: Build,
    cast: Cast,
) -> None:
    """Write one outage of the storm down, from its first report to its end."""
    dice = random.Random(f"{build.seed}/{device.code}")  # noqa: S311
    first = orders[0].received_at
    begun = first - timedelta(minutes=dice.randint(2, 9))
    ended = max(first + timedelta(minutes=dice.randint(70, 190)), *(row.arrived_at or first for row in orders))
    fields = {
        "device": device.code, "device_kind": device.kind, "device_name": device.name, "actual_start": begun,
        "original_customers_served": device.points, "lead_id": orders[0].pk,
        "why": {"here": {"device": device.code, "reports": len(orders), "points": device.points}, "minutes": 10,
                "speaking": [], "silent": [], "light": False, "in_line": [], "ranked": []},
    }  # fmt: skip
    made = casework.open_many([Opening(flows.KIND, device.unit_id, fields)], HOUSE, first + timedelta(minutes=1))[0]
    pk = made.case_id
    for number, row in enumerate(orders, 1):
        point, code, _lft = places[row.account_id or 0]
        OutageReport.objects.create(
            key=f"order/{row.pk}", source="order", at=row.received_at, received_at=row.received_at, device=code,
            said=code, point=point, unit_id=device.unit_id, order_id=row.pk, outage_id=pk, taken=number,
            caller=reporting.caller_of(row.contact_phone),
        )  # fmt: skip
        CaseLink.objects.create(case_id=row.pk, other_id=pk, kind=attaching.LINK, at=row.received_at)
    estimate = {"estimated_from": ended - timedelta(minutes=40), "estimated_to": ended + timedelta(minutes=30)}
    steps: list[tuple[Any, str, dict[str, Any]]] = [
        (first + timedelta(minutes=16), "outage_probable", {}),
        (first + timedelta(minutes=22), "crew_went", {}),
        (first + timedelta(minutes=24), "customers_told", {}),
        (first + timedelta(minutes=26), "estimate_outage", estimate),
        (first + timedelta(minutes=29), "important_told", {}),
        (ended, "restore_outage", {"cause": "weather"}),
        (ended + timedelta(hours=2), "close_outage", {"cause": "weather"}),
    ]
    desk = next(iter(cast.of_role("dispatcher", device.unit)), HOUSE)
    for at, action, data in steps:
        actor = desk if action in ("estimate_outage", "restore_outage", "close_outage") else HOUSE
        done = casework.perform_many([Request(pk, action, data)], actor, at, partial=True)
        if done[0].refusal is not None:
            casework.perform_many([Request(pk, action, data)], HOUSE, at)
    OutageAct.objects.filter(outage=pk).update(taken=0)  # the engine need not hear of it


# the present ---------------------------------------------------------------------------------------------------------


def _live(build: Build) -> None:
    """Let meters and customers below one section report it dark, and a switch of another feeder that it is open."""
    devices = GridDevice.objects.system(_WHY).order_by("-points", "pk")
    section = devices.filter(kind=Kind.SECTION).first()
    if section is None:
        return
    below = GridPoint.objects.system(_WHY).filter(device__lft__gte=section.lft, device__lft__lt=section.rgt)
    codes = list(below.order_by("device__lft", "pk").values_list("code", flat=True))
    dice = random.Random(f"{build.seed}/live")  # noqa: S311
    begun = build.until - timedelta(minutes=LASTS)
    told = [
        reporting.Told(
            f"demo/{code}", dice.choice(("web", "last_gasp")),
            begun + timedelta(seconds=dice.randint(20, 60 * LASTS)), point=code,
        )
        for code in dice.sample(codes, min(REPORTS, len(codes)))
    ]  # fmt: skip
    feeder = devices.filter(kind=Kind.FEEDER).exclude(unit=section.unit_id).first()
    if feeder is not None:
        told.append(reporting.Told(f"demo/{feeder.code}", "scada_open", begun, device=feeder.code))
    reporting.take(told, HOUSE, build.until)
