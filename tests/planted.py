"""A utility in which every text that somebody can type is hostile, and every order carries a phone number to guard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.reliability.models import Improvement
from open95598.control.supervision.models import Supervision
from open95598.foundation.notices.services import notify, send
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.registry.customers import services as registry
from open95598.registry.customers.models import Customer
from open95598.registry.grid import loading, loadkeeping, loads
from open95598.registry.grid.described import Described, Device
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind
from open95598.service.bulletins import services as bulletins
from open95598.service.chat import customer, desk
from open95598.service.chat.models import Chat
from open95598.service.contacts import services as contacts
from open95598.service.contacts.models import Contact
from open95598.service.crews import services as crews
from open95598.service.crews.models import Crew
from open95598.service.dataquality import services as findings
from open95598.service.dataquality.models import DataFinding
from open95598.service.field import services as sheets
from open95598.service.outagenotices import preparing, webhooks
from open95598.service.outagenotices.models import Broadcast, OutageNotice, Subscription
from open95598.service.outagenotices.sources import PLANNED
from open95598.service.outages import attaching
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.planned import services as planned
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder
from tests import world as worlds

#: must never stand in a page as it is
HOSTILE = "<img src=x onerror=alert(95598)>\"'{{7*7}}"
#: must be seen by nobody who did not ask for it
PHONE = "13987654321"


@dataclass
class Planted:
    """The utility, its almighty account, and one order of it."""

    world: worlds.World
    almighty: Person
    order: WorkOrder
    supervision: Supervision | None = None
    contact: Contact | None = None
    chat: Chat | None = None
    finding: DataFinding | None = None
    webhook: Subscription | None = None

    @property
    def webhook_page(self) -> dict[str, object]:
        """Where the owner of the webhook looks after it."""
        pk = self.webhook.pk if self.webhook is not None else UUID(int=1)
        return {"pk": pk, "sealed": webhooks.seal_of(pk)}


def almighty(world: worlds.World) -> Person:
    """Return an account that holds every role at the top."""
    person = world.person(Role.ADMINISTRATOR, "HQ")
    for role in Role:
        RoleAssignment.objects.get_or_create(
            person=person, role=role, unit=world.units["HQ"], defaults={"valid_from": worlds.LONG_AGO}
        )
    return person


def hostile_facts(n: int, **more: Any) -> dict[str, Any]:
    """Return the facts of a fault whose every text is hostile."""
    return worlds.fault(
        description=f"{HOSTILE} 请回电{PHONE}，第{n}件", contact_name=HOSTILE, contact_phone=PHONE,
        address=f"湘江市东湖区芙蓉路{HOSTILE}{n}号", **more,
    )  # fmt: skip


def plant(now: datetime) -> Planted:
    """Make the utility with three orders, a notice and a message each."""
    world = worlds.small()
    Unit.objects.filter(code="X11").update(name=HOSTILE)
    person = almighty(world)
    Person.objects.filter(pk=person.pk).update(name=HOSTILE)
    person.refresh_from_db()
    order = more(world, person, 3, now)[0]
    agent, leader = world.actor(Role.AGENT, "P1", now), Actor.of(person, rights.load(person, now), "page")
    bulletins.post(leader, {"title": HOSTILE, "text": HOSTILE, "severity": "urgent"}, world.units["HQ"], now)
    casework.perform(order.case_id, "note", agent, now, data={"text": f"{HOSTILE} 另一个电话 {PHONE}"})
    contact = Contact.objects.system("test").filter(channel="phone").order_by("pk").first()
    chat = desk.take_next(agent, world.person(Role.AGENT, "P1"), now)
    finding = DataFinding.objects.system("test").order_by("pk").first()
    devices = [Device(f"{HOSTILE}{at}", Kind.SECTION, HOSTILE if at else "", HOSTILE, at, at) for at in range(3)]
    loading.load(
        Described([Device(HOSTILE, Kind.SUBSTATION, "", HOSTILE), *devices]),
        world.units["X11"],
        HOSTILE,
        Actor.house("test"),
        now,
    )
    overload(devices[0].code, now)
    for at in range(3):
        plan_outage(person, now + timedelta(days=at))
    supervision = Supervision.objects.system("test").get(order=order)
    webhook = Subscription.objects.filter(way="webhook").order_by("asked_at").first()
    return Planted(world, person, order, supervision, contact, chat, finding, webhook)


def outage(world: worlds.World, order: WorkOrder, now: datetime) -> Outage:
    """Make an outage with an order inside it, of which every word is hostile."""
    below = {"device": HOSTILE, "reports": 3, "points": 12}
    why = {"here": below, "minutes": 4, "speaking": [below], "silent": [below], "light": True, "in_line": [HOSTILE],
           "ranked": [{"device": HOSTILE, "probability": 0.7}]}  # fmt: skip
    fields = {"device": HOSTILE, "device_name": HOSTILE, "device_kind": 3, "actual_start": now, "why": why,
              "told": f"{HOSTILE} {PHONE}", "told_at": now}  # fmt: skip
    opening = casework.Opening("outage", world.units["X11"].pk, fields)
    made: Outage = casework.open_many([opening], Actor.house("test"), now)[0].typed
    OutageReport.objects.create(key=f"order/{order.pk}", source="order", at=now, received_at=now, device=HOSTILE,
                                unit=world.units["X11"], order_id=order.pk, outage=made)  # fmt: skip
    attaching.attach(made.pk, [order.pk], now)
    again(world, order, now)
    return made


def crew(world: worlds.World, order: WorkOrder, now: datetime) -> Crew:
    """Put a crew with a hostile name on duty, whose only member is the colleague made with the order."""
    lead = Person.objects.get(username=f"p{order.case_id}")
    Person.objects.filter(pk=lead.pk).update(skills=["low_voltage", "medium_voltage"])
    house = Actor.house("test")
    made = crews.make(world.units["X11"], f"{HOSTILE}{order.pk}", lead.pk, [], house, now, (112.0, 28.0))
    crews.begin_duty(made, house, now)
    crews.report(made, 112.0, 28.0, house, now)
    return made


def again(world: worlds.World, order: WorkOrder, now: datetime) -> None:
    """Let a device have been out three times and overloaded, and begin its improvement, each with hostile words."""
    code = f"{HOSTILE}{order.pk % 3}"
    overload(code, now)
    for back in range(3):
        at = now - timedelta(days=back, hours=2)
        fields = {"device": code, "device_name": HOSTILE, "device_kind": 2, "actual_start": at,
                  "actual_end": at + timedelta(hours=1), "original_customers_served": 3}  # fmt: skip
        row = casework.open_many([casework.Opening("outage", world.units["X11"].pk, fields)], Actor.house("test"), at)
        Case.objects.system("test").filter(pk=row[0].case_id).update(state="closed", is_open=False)
        Outage.objects.system("test").filter(pk=row[0].case_id).update(is_open=False)
    if not Improvement.objects.system("test").exists():
        told = {"device": code, "device_kind": 2, "device_name": HOSTILE, "times": 3, "months": 2, "measures": HOSTILE}
        opening = casework.Opening("improvement", world.units["X11"].pk, told)
        casework.open_many([opening], Actor.house("test"), now)


def overload(code: str, now: datetime) -> None:
    """Let a device, where it is there, carry more than its rating for two hours."""
    placed = loads.place(now.replace(minute=0, second=0, microsecond=0), loadkeeping.zone())
    for device in GridDevice.objects.system("test").filter(code=code):
        GridDevice.objects.system("test").filter(pk=device.pk).update(rated=10)
        assert placed is not None
        loadkeeping.keep({(device.pk, placed[0]): dict.fromkeys(range(8), 12.0)}, now)


def plan_outage(person: Person, now: datetime) -> None:
    """Announce an outage of which every word is hostile."""
    leader = Actor.of(person, rights.load(person, now), "page")
    told = {
        "information": "fault", "devices": [HOSTILE], "starts_at": now, "ends_at": now + timedelta(days=3),
        "cause": "failure", "scope": HOSTILE,
    }  # fmt: skip
    row = planned.plan(leader, told, now)
    preparing.prepare(PLANNED, row.pk, "case.opened", {}, now)
    customer = Customer.objects.system("test").filter(name=HOSTILE).order_by("pk").last()
    cast = Broadcast.objects.system("test").get(case=row.pk, what="announced")
    OutageNotice.objects.create(broadcast=cast, receiver=f"c{row.pk}", way="call", rank=0, not_before=now,
                                customer=customer)  # fmt: skip
    more = {"ends_at": now + timedelta(days=4), "reason": HOSTILE}
    casework.perform(row.pk, "change_information", leader, now, data=more)


def more(world: worlds.World, person: Person, count: int, now: datetime) -> list[WorkOrder]:
    """Make so many more orders, colleagues, notices and messages."""
    agent, supervisor = world.actor(Role.AGENT, "P1", now), world.actor(Role.SUPERVISOR, "HQ", now)
    orders = services.register_many(agent, [services.NewOrder(hostile_facts(n)) for n in range(count)], now)
    for order in orders:
        Person.objects.create(username=f"p{order.case_id}", name=HOSTILE, unit=world.units["X11"])
        words = Label(HOSTILE, HOSTILE)
        notify([person.pk], "test", words, words, order.case_id, now=now, key=f"planted/{order.case_id}")
        demand = {"reason": "slow", "demand": f"{HOSTILE} {PHONE}", "wanted_by": now + timedelta(hours=5)}
        casework.perform(order.case_id, "supervise", supervisor, now, data=demand)
        told = {"channel": "phone", "phone": PHONE, "name": HOSTILE, "words": f"{HOSTILE} {PHONE}"}
        contacts.begin(agent, told, now)
        chat, _token = customer.begin(told | {"language": "zh"}, f"address {order.case_id}", now)
        customer.say(chat, f"planted-{order.case_id}", f"{HOSTILE} {PHONE}", now)
        outage(world, order, now)
        crew(world, order, now)
        Subscription.objects.create(
            about="area", way="webhook", to=f"https://example.com/{HOSTILE}{order.pk}", owner=PHONE, by=person,
            asked_at=now + timedelta(seconds=order.pk), expires_at=now, used_at=now,
        )  # fmt: skip
        send("sms", PHONE, "", f"{HOSTILE} {PHONE}", now, f"planted/{order.case_id}", order.case_id)
        registry.create(registry.NewCustomer(HOSTILE, world.units["X11"].pk, protected=True), Actor.house("test"), now)
    if count > 3:
        for _each in range(count):
            plan_outage(person, now)
    sheets.make(Actor.of(person, rights.load(person, now), "page"), world.units["X11"].pk, None, now)
    findings.run(now)
    return orders
