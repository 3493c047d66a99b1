"""The small world under supervision: people of every role, and the worker's ears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.models import Case
from open95598.control.supervision.models import Supervision
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.service.workorders import services

EARS = ("supervision.triggers", "supervision.orders", "supervision.cleared", "casework.clocks")


class House:
    """The small world with a clock and hands: ``do(order, "accept", "handler", "X11")``."""

    def __init__(self, world, clock) -> None:
        self.world, self.clock = world, clock

    def actor(self, role, unit, name=""):
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def working(self, **facts):
        order = services.register(self.actor("agent", "P1"), worlds.fault(**facts), self.clock.now())
        if order.case.state == "created":
            self.do(order, "dispatch", "dispatcher", "P1", unit="X11")
        self.do(order, "accept", "handler", "X11")
        return order

    def do(self, what, action, role, at, name="", /, **data):
        self.clock.advance(timedelta(seconds=30))
        outcome = casework.perform(what.pk, action, self.actor(role, at, name), self.clock.now(), data=data)
        what.refresh_from_db()
        return outcome.case

    def can(self, what, role, unit, name=""):
        row = type(what).objects.system("test").select_related("case__unit").get(pk=what.pk)
        return casework.possible_names(row.case, row, self.actor(role, unit, name), self.clock.now())

    def hear(self):
        """Let the worker deliver what was said, until nothing more follows."""
        for _round in range(3):
            keys = set(Event.objects.values_list("key", flat=True))
            for ear in EARS:
                delivery.deliver_keys(ear, keys)

    def sweep(self, **length):
        self.clock.advance(timedelta(**length))
        sweeper.sweep(self.clock.now())
        self.hear()

    def supervisions(self, order, trigger=None):
        found = Supervision.objects.system("test").filter(order_id=order.pk).select_related("case__unit")
        return list((found.filter(trigger=trigger) if trigger else found).order_by("pk"))

    def state(self, what):
        return Case.objects.system("test").get(pk=what.pk).state


@pytest.fixture
def house(clock):
    return House(worlds.small(), clock)
