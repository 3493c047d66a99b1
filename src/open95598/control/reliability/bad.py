"""Lines and devices that were out again and again (DOMAIN 4, C8): what improvement begins with.

A line is a feeder: it was out when it was itself, or a section of it. Devices below (transformer areas, boxes) are
listed by themselves. Announced outages of the same devices count beside the faults: customers were in the dark as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from open95598.control.reliability import reading
from open95598.control.reliability.reading import Interruption
from open95598.control.reliability.times import together
from open95598.foundation import months
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook.reliability_rows import FrequentRules
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.planned.models import PlannedDevice

_WHY = "what feeds the devices of outages that the reader may see"


@dataclass
class Bad:
    """A line or device with the outages that put it on the list."""

    device: str
    name: str
    kind: int
    unit_id: int
    unit_name: str
    pk: int
    outages: list[Interruption] = field(default_factory=list)
    #: how often it was out: outages that overlap or touch are one
    times: int = 0
    alert: bool = False

    @property
    def last(self) -> datetime:
        """When it went out last."""
        return max(one.start for one in self.outages)

    @property
    def customers(self) -> int:
        """The most supply points that one of the outages darkened."""
        return max(one.customers for one in self.outages)


def since(rules: FrequentRules, now: datetime) -> datetime:
    """Return from when outages count: the beginning of the same day so many months ago, in the utility's zone."""
    day = months.local_day(now)
    back = months.moved(months.of(day), -rules.months)
    last = months.moved(back, 1) - timedelta(days=1)
    first, _end = months.bounds(back)
    return first + timedelta(days=min(day.day, last.day) - 1)


def frequent(rights: Rights | None, unit_id: int, rules: FrequentRules, now: datetime) -> list[Bad]:
    """Return the lines and devices that were out often enough lately, the most often first. About eight queries."""
    start = since(rules, now)
    listed = []
    for one in on(reading.load(rights, unit_id, start, now, now), start).values():
        one.times = number(one.outages, now)
        if one.times >= rules.times:
            one.alert = one.times >= rules.alert
            listed.append(one)
    return sorted(listed, key=lambda one: (-one.times, one.kind, one.device))


def number(outages: Iterable[Interruption], now: datetime) -> int:
    """Return how often something was out: outages that overlap or touch are one."""
    return len(together((row.start, row.end or now) for row in outages))


def on(rows: Iterable[Interruption], start: datetime) -> dict[str, Bad]:
    """Return lines and devices with the outages that began from ``start`` on, by their code. Three queries."""
    rows = [row for row in rows if row.start >= start]
    plans: dict[int, list[str]] = defaultdict(list)
    ids = [row.pk for row in rows if row.planned]
    for plan, code in PlannedDevice.objects.filter(plan__in=ids, kept=False).values_list("plan_id", "device"):
        plans[plan].append(code)
    return _at((code, row) for row in rows for code in (plans[row.pk] if row.planned else [row.device]))


def _at(where: Iterable[tuple[str, Interruption]]) -> dict[str, Bad]:
    """Return lines and devices with their outages: what is out at a section is out at its feeder."""
    where = list(where)
    columns = ("code", "pk", "name", "kind", "lft", "rgt", "unit_id", "unit__name")
    devices = GridDevice.objects.system(_WHY)
    rows = {row[0]: row for row in devices.filter(code__in={code for code, _row in where}).values_list(*columns)}
    feeders: list[Any] = []
    if any(row[3] == DeviceKind.SECTION for row in rows.values()):
        feeders = list(devices.filter(kind=DeviceKind.FEEDER).order_by("lft").values_list(*columns))
    found: dict[str, Bad] = {}
    for code, outage in where:
        row = rows.get(code)
        if row is None or row[3] == DeviceKind.SUBSTATION:
            continue
        if row[3] == DeviceKind.SECTION:
            row = next((one for one in feeders if one[4] <= row[4] < one[5]), row)
        one = found.setdefault(row[0], Bad(row[0], row[2] or row[0], row[3], row[6], row[7], row[1]))
        one.outages.append(outage)
    return found
