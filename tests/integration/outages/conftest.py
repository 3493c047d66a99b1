"""A small grid below the small utility: two feeders of three transformers, of two boxes of ten points each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from tests import world as worlds
from tests.registered import Registry, fill

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Delivery, DeliveryState
from open95598.registry.customers.models import UsagePoint
from open95598.registry.grid import loading
from open95598.registry.grid.described import Described, Device, Point
from open95598.registry.grid.topology import Kind
from open95598.service.outages.following import Follower
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

EARS = ("outages.orders", "outages.switches", "outages.still_out", "outages.lead", "outages.back",
        "outages.gathered", "outages.acted", "workorders.answered")  # fmt: skip
#: who of the registry hangs where, in the order in which they were made
POINTS = ("B11-0", "B11-1", "B12-0", "B21-0", "B21-1", "B41-0")
#: three of them below one transformer
CALLERS = ("13812345678", "13900001111", "0731-82224444")
MACHINE = Actor(None, "command", None, "command")


def grid() -> Described:
    """Return the grid: feeder F1 with T1 to T3, F2 with T4 to T6; the boxes of T1 are B11 and B12."""
    rows, points = [Device("S", Kind.SUBSTATION)], []
    for feeder in (1, 2):
        rows.append(Device(f"F{feeder}", Kind.FEEDER, "S"))
        for area in range(feeder * 3 - 2, feeder * 3 + 1):
            rows.append(Device(f"T{area}", Kind.TRANSFORMER, f"F{feeder}"))
            for box in (f"B{area}1", f"B{area}2"):
                rows.append(Device(box, Kind.BOX, f"T{area}"))
                points += [Point(f"{box}-{n}", box) for n in range(10)]
    return Described(rows, points)


class House:
    """The utility with its grid, a clock, the worker's ears and the process that follows what is reported."""

    def __init__(self, registry: Registry, clock: Any) -> None:
        self.registry, self.world, self.clock = registry, registry.world, clock
        self.follower = Follower()
        self.load(grid())

    def load(self, described: Described) -> None:
        """Bring a grid in, with the registry's points on it."""
        ids = UsagePoint.objects.system("a test").order_by("pk").values_list("pk", flat=True)
        on = dict(zip(POINTS, ids, strict=False))
        loading.load(described, self.world.units["X11"], "test", MACHINE, self.clock.now(), on)

    def actor(self, role: str, unit: str = "X11") -> Actor:
        """Return somebody of a role."""
        return self.world.actor(role, unit, self.clock.now())

    def call(self, phone: str, **more: Any) -> WorkOrder:
        """Take the call of somebody who is dark, half a minute after the one before."""
        self.clock.advance(timedelta(seconds=30))
        return services.register(self.actor("agent"), worlds.fault(contact_phone=phone, **more), self.clock.now())

    def calls(self) -> list[WorkOrder]:
        """Take three calls from below one transformer, and let the house follow."""
        orders = [self.call(phone) for phone in CALLERS]
        self.follow()
        return orders

    def do(self, what: Any, action: str, role: str = "dispatcher", unit: str = "X11", /, **data: Any) -> Case:
        """Let somebody act on a case, and the house follow."""
        self.clock.advance(timedelta(seconds=30))
        outcome = casework.perform(what.pk, action, self.actor(role, unit), self.clock.now(), data=data)
        self.follow()
        assert outcome.case is not None
        return outcome.case

    def follow(self, **length: float) -> None:
        """Let time pass, the engine be told and everything said be heard, until nothing more follows."""
        self.clock.advance(timedelta(**length))
        for _round in range(4):
            heard = self.hear()
            if not self.follower.round(self.clock.now()) and not heard:
                break

    def hear(self) -> bool:
        """Let the worker deliver to the room; nothing may fail. Return whether there was anything."""
        heard = False
        for ear in EARS:
            waits = Delivery.objects.filter(subscriber=ear, state=DeliveryState.PENDING)
            tally = delivery.deliver_keys(ear, set(waits.values_list("key", flat=True)))
            assert set(tally) <= {delivery.Outcome.DONE, delivery.Outcome.EMPTY, delivery.Outcome.NOT_YET}, (ear, tally)
            heard |= delivery.Outcome.DONE in tally
        return heard

    def outages(self) -> QuerySet[Outage]:
        """Return all outages, the oldest first."""
        rows: QuerySet[Outage] = Outage.objects.system("a test").select_related("case").order_by("pk")
        return rows

    def report(self, order: WorkOrder) -> OutageReport:
        """Return the report that an order made."""
        found: OutageReport = OutageReport.objects.system("a test").get(key=f"order/{order.pk}")
        return found

    def state(self, what: Any) -> str:
        """Return the state of a case."""
        return str(Case.objects.system("a test").values_list("state", flat=True).get(pk=what.pk))


@pytest.fixture
def house(db: None, clock: Any) -> House:
    """Return the utility."""
    return House(fill(worlds.small()), clock)
