"""The conversations of the last weeks: orders came in by them, some customers came again, others only asked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta

from open95598.casework.actors import Actor
from open95598.project.demo.models import Build
from open95598.registry.customers.models import ContactPoint
from open95598.service.contacts import recording
from open95598.service.contacts.kinds import Channel, Link, Outcome
from open95598.service.contacts.models import Contact
from open95598.service.contacts.recording import Led
from open95598.service.workorders.models import WorkOrder

#: so far back they are told
SPAN = timedelta(days=60)
#: of so many customers one comes again within days; after so many orders one only asks something
AGAIN, ASKS = 7, 4


def tell(build: Build) -> int:
    """Write down the conversations of the last weeks, once; return how many there were."""
    if Contact.objects.system("told already").exists():
        return 0
    return len(recording.record(list(_led(build)), Actor.house("demonstration"), build.until))


def _led(build: Build) -> Iterator[Led]:
    dice = random.Random(build.seed)  # noqa: S311 (a demonstration)
    orders = WorkOrder.objects.system("the demonstration's past").select_related("case", "registered_by__unit")
    spoken = orders.filter(
        channel__in=(Channel.PHONE, Channel.COUNTER), sealed=False, registered_by__isnull=False,
        received_at__gte=build.until - SPAN, received_at__lt=build.until - timedelta(hours=2),
    )  # fmt: skip
    points = ContactPoint.objects.system("whose numbers they are").filter(kind="phone", valid_to=None)
    whose = dict(points.values_list("value", "customer_id"))
    for order in spoken.order_by("pk"):
        at_once = order.closed_at_once
        yield _one(order, dice, whose, Outcome.ANSWERED if at_once else Outcome.ORDER, Link.MADE)
        later = timedelta(hours=dice.randint(5, 200))
        if dice.randrange(AGAIN) == 0 and order.received_at + later < build.until - timedelta(hours=1):
            yield _one(order, dice, whose, Outcome.ANSWERED, Link.ASKED, later)
        if dice.randrange(ASKS) == 0:
            yield _one(order, dice, whose, Outcome.LOST if dice.randrange(5) == 0 else Outcome.ANSWERED, None)


def _one(
    order: WorkOrder,
    dice: random.Random,
    whose: Mapping[str, int],
    outcome: str,
    how: str | None,
    later: timedelta = timedelta(),
) -> Led:
    answered = order.received_at + later - timedelta(seconds=dice.randint(40, 240))
    ended = order.received_at + later + timedelta(seconds=dice.randint(20, 260))
    known = how is not None
    assert order.registered_by is not None
    return Led(
        agent=order.registered_by, channel=order.channel, phone=order.contact_phone if known else "",
        name=order.contact_name if known else "", began_at=answered - timedelta(seconds=dice.randint(3, 25)),
        answered_at=answered, ended_at=ended, done_at=ended + timedelta(seconds=dice.randint(0, 90)), outcome=outcome,
        kind=order.case.kind if known else "consultation", category=order.category if known else "",
        case_id=order.pk if known else None, how=how or Link.ASKED,
        customer_id=whose.get(order.contact_phone) if known else None, account_id=order.account_id if known else None,
    )  # fmt: skip
