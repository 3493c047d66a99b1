"""Appointments: booked within working time, never more than there are places, cancelled, reminded of, settled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests import registered
from tests import world as worlds
from tests.integration.hall.conftest import ACCOUNT, NAME
from tests.registered import HOUSE, Registry

from open95598.foundation.errors import Impossible, NotFound
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Message
from open95598.foundation.people import rights
from open95598.foundation.people.policy import Role
from open95598.registry.customers import contacts
from open95598.registry.customers.models import Customer
from open95598.service.contacts.models import Contact
from open95598.service.hall import booking, desk, signing
from open95598.service.hall.models import Appointment, Visit
from open95598.service.hall.signing import Guest

OTHERS = ("4300000002", "13900001111")


def guest_of(customer: Customer, phone: str, now: datetime) -> Guest:
    held = signing.accounts(customer.pk, now)
    visit = Visit(customer=customer, account=held[0].account, phone=phone)
    return Guest(visit, customer, held[0], held)


def first(client: Client, code: str = "outlet") -> str:
    """Return the first free time on the page."""
    page = client.get(f"/hall/visits/{code}/").content.decode()
    return page.split('name="at" value="', 1)[1].split('"', 1)[0]


def booked(client: Client, at: str, code: str = "outlet", **more: str) -> Any:
    matter = {"outlet": "bill", "door": "meter"}[code]
    return client.post(f"/hall/visits/{code}/", {"at": at, "matter": matter, "words": "带发票"} | more)


@pytest.mark.django_db
def test_booked_cancelled_and_told(home: Callable[..., Client], registry: Registry, clock: Any) -> None:
    client = home()
    at = first(client)
    assert booked(client, at)["Location"] == "/hall/visits/?said=booked"
    assert booked(client, at).status_code == 302  # a double click
    row = Appointment.objects.system("test").get()
    assert (row.unit.code, row.place, row.case.state) == ("X11", "outlet", "booked")
    assert row.starts_at >= clock.now() + timedelta(hours=1)
    assert Contact.objects.system("test").filter(channel="web", customer=registry.who[NAME]).count() == 1
    assert Message.objects.filter(key=f"hall/booked/{row.pk}").count() == 1
    stranger = home(*OTHERS)
    assert row.code not in stranger.get("/hall/visits/").content.decode()
    assert stranger.post("/hall/visits/cancel/", {"code": row.code}).status_code == 404
    assert client.post("/hall/visits/cancel/", {"code": row.code}).status_code == 302
    row.refresh_from_db()
    assert not row.active
    assert client.post("/hall/visits/cancel/", {"code": row.code}).status_code == 409


@pytest.mark.django_db
def test_what_is_no_time_no_matter_or_too_much_is_refused(home: Callable[..., Client], clock: Any) -> None:
    client = home()
    at = first(client)
    for said in ({"at": "yesterday"}, {"at": clock.now().isoformat()}, {"at": "2026-03-07T02:00:00+00:00"},
                 {"at": at, "matter": "x"}, {"at": at, "words": "长" * 501}, {"at": ""}):  # fmt: skip
        assert booked(client, said.pop("at"), **said).status_code == 422
    assert client.post("/hall/visits/nothing/", {"at": at}).status_code == 404
    assert not Appointment.objects.system("test").exists()
    times = client.get("/hall/visits/outlet/").content.decode().split('name="at" value="')[1:4]
    answers = [booked(client, one.split('"', 1)[0]).status_code for one in times]
    assert answers == [302, 302, 409]  # two ahead at most


@pytest.mark.django_db
def test_a_full_slot_is_not_offered_and_not_sold(home: Callable[..., Client], registry: Registry, clock: Any) -> None:
    now = clock.now()
    client = home()
    at = first(client)
    for number, name in ((2, "曾国强"), (5, "湘江市第三小学")):
        guest = guest_of(registry.who[name], f"1390000{number:04d}", now)
        booking.book(guest, "outlet", datetime.fromisoformat(at), "bill", "", now)
    assert at not in client.get("/hall/visits/outlet/").content.decode()
    answer = booked(client, at)
    assert answer.status_code == 409
    assert "该时段刚刚约满" in answer.content.decode()


@pytest.mark.django_db
def test_customers_are_reminded_once_by_the_way_they_prefer(
    home: Callable[..., Client], registry: Registry, clock: Any
) -> None:
    mail = contacts.add(registry.who[NAME].pk, "email", "li@example.org", HOUSE, clock.now(), preferred=True)
    assert mail.preferred
    client = home()
    booked(client, first(client, "door"), "door")
    row = Appointment.objects.system("test").get()
    assert "芙蓉路88号" in row.address
    clock.advance(row.starts_at - timedelta(hours=23) - clock.now())
    assert booking.remind(clock.now()) == 1
    assert booking.remind(clock.now()) == 0
    message = Message.objects.get(key=f"hall/remind/{row.pk}")
    assert (message.channel, message.to) == ("email", "li@example.org")


@pytest.mark.django_db
def test_the_clerks_day(home: Callable[..., Client], registry: Registry, clock: Any) -> None:
    customer = home()
    booked(customer, first(customer), words="<script>alert(1)</script>")
    row = Appointment.objects.system("test").get()
    day = f"{row.starts_at:%Y-%m-%d}"
    clerk, elsewhere = Client(), Client()
    for client, unit in ((clerk, "X11"), (elsewhere, "X21")):
        person = registry.world.person(Role.HANDLER, unit)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = clerk.get(f"/appointments/?day={day}").content.decode()
    assert ACCOUNT in page
    assert NAME not in page
    assert "<script>alert" not in page
    assert ACCOUNT not in elsewhere.get(f"/appointments/?day={day}").content.decode()
    for path in ("keep", "show"):
        assert elsewhere.post(f"/appointments/{row.code}/{path}/").status_code == 404
    shown = clerk.post(f"/appointments/{row.code}/show/?day={day}", {"why": "核对"}).content.decode()
    assert NAME in shown
    assert Entry.objects.filter(kind="customer.shown").count() == 1
    assert clerk.post(f"/appointments/{row.code}/miss/").status_code == 409  # it is still to come
    assert clerk.post(f"/appointments/{row.code}/keep/").status_code == 302
    assert Appointment.objects.system("test").get().case.state == "kept"


@pytest.mark.django_db
def test_whom_we_cancel_on_is_told(home: Callable[..., Client], registry: Registry, clock: Any) -> None:
    customer = home()
    booked(customer, first(customer))
    row = Appointment.objects.system("test").get()
    clerk = Client()
    person = registry.world.person(Role.HANDLER, "X11")
    clerk.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    clerk.post(f"/appointments/{row.code}/cancel/", {"note": "停电检修"})
    assert Message.objects.filter(key=f"hall/cancelled/{row.pk}").count() == 1
    with pytest.raises(NotFound):
        desk.get(rights.load(registry.world.person(Role.HANDLER, "X21"), clock.now()), row.code)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_for_the_last_place(clock: Any) -> None:
    """Nobody gets a place that another one has, however close together they ask."""
    made, now = registered.fill(worlds.small()), clock.now()
    made.world.person(Role.DISPATCHER, "P1")
    names = ("李小明", "曾国强", "湘江市第三小学")
    guests = [guest_of(made.who[name], f"1380000000{n}", now) for n, name in enumerate(names)]
    signing.actor(now)  # the portal's account is there
    at = next(slot.starts_at for slot in booking.offers(guests[0], now)[0].slots)
    together, outcomes = threading.Barrier(len(guests)), []

    def go(guest: Guest) -> None:
        together.wait()
        try:
            outcomes.append(booking.book(guest, "outlet", at, "bill", "", now).pk)
        except Impossible:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(guest,)) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert outcomes.count(None) == 1
    assert len(set(outcomes)) == 3
