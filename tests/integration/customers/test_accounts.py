"""What becomes of an account, on its page: who moves in and out, contracts, meters, closing and opening again."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.foundation import clock
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Notice
from open95598.registry.customers import accounts, expiry, lifecycle, queries
from open95598.registry.customers.accounts import Agreement
from open95598.registry.customers.lifecycle import Exchange
from open95598.registry.customers.models import CustomerAccount, Meter, Place

NUMBER = "4300000002"


@pytest.fixture
def seat(registry: Registry) -> Any:
    with clock.using(clock.FixedClock(MONDAY)):
        yield _browser(registry, "agent", "X11")


def _browser(registry: Registry, role: str, unit: str) -> Client:
    client = Client()
    client.force_login(registry.world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _account(number: str = NUMBER) -> CustomerAccount:
    found: CustomerAccount = CustomerAccount.objects.system("a test").get(number=number)
    return found


def _told(registry: Registry, name: str) -> list[tuple[str, str | None]]:
    entries = Entry.objects.filter(stream=registry.who[name].stream).order_by("seq")
    return [(e.kind, json.loads(e.body)["data"].get("reason")) for e in entries]


def test_a_tenant_moves_in_and_out(registry: Registry, seat: Client) -> None:
    url = f"/accounts/{_account().pk}/"
    other = registry.who["李小明"]
    refused = seat.post(f"{url}party/", {"role": "tenant", "other": other.pk, "reason": ""})
    assert refused.status_code == 422
    assert seat.post(f"{url}party/", {"role": "tenant", "other": other.pk, "reason": "租房"}).status_code == 302
    tenant = _account().parties.system("a test").get(role="tenant")
    page = seat.get(url).content.decode()
    assert ("李**" in page, "李小明" in page) == (True, False)
    assert seat.post(f"{url}parties/{tenant.pk}/end/", {"reason": ""}).status_code == 422
    assert seat.post(f"{url}parties/{tenant.pk}/end/", {"reason": "退租"}).status_code == 302
    tenant.refresh_from_db(from_queryset=type(tenant).objects.system("a test"))
    assert tenant.valid_to == accounts.day_of(MONDAY)
    assert _told(registry, "李小明")[-2:] == [("customer.party_added", "租房"), ("customer.party_ended", "退租")]


def test_a_meter_is_exchanged_with_both_readings(registry: Registry, seat: Client) -> None:
    url = f"/accounts/{_account().pk}/exchange/"
    given = {"meter": "M20000002", "multiplier": "1", "first": "3.5", "reason": "轮换"}
    refused = seat.post(url, given)
    assert refused.status_code == 422
    assert seat.post(url, {**given, "final": "18234.2"}).status_code == 302
    rows = Meter.objects.system("a test").filter(point__account=_account()).order_by("pk")
    assert [(m.number, m.first_reading, m.final_reading, m.removed_on is None) for m in rows] == [
        ("M10000002", None, Decimal("18234.2"), False), ("M20000002", Decimal("3.5"), None, True),
    ]  # fmt: skip
    assert "18234.20" in seat.get(f"/accounts/{_account().pk}/").content.decode()
    with pytest.raises(Invalid):
        lifecycle.exchange_meter(NUMBER, Exchange("M20000009", final=Decimal(3)), "x", HOUSE, MONDAY)
    with pytest.raises(Invalid):
        lifecycle.exchange_meter(NUMBER, Exchange("M10000003", final=Decimal(4)), "x", HOUSE, MONDAY)


def test_closed_found_and_opened_again(registry: Registry, seat: Client) -> None:
    owner = registry.who["曾国强"]
    url = f"/accounts/{_account().pk}/"
    assert seat.post(f"{url}close/", {"reason": "销户"}).status_code == 302
    rights = registry.world.actor("agent", "X11", MONDAY).rights
    assert rights is not None
    assert [hit.customer_id for hit in queries.find(rights, NUMBER)] == [owner.pk]
    (card,) = queries.card(owner, rights, MONDAY).accounts
    assert card.closed
    assert seat.post(f"{url}exchange/", {"meter": "M1", "reason": "x"}).status_code == 422
    assert seat.post(f"{url}reopen/", {"reason": "复户"}).status_code == 302
    again = _account()
    assert again.closed_on is None
    assert again.agreements.system("a test").filter(ended_on=None).count() == 1
    assert [hit.account for hit in queries.find(rights, "阳光花园3栋2单元502")] == [NUMBER]
    with pytest.raises(Impossible):
        lifecycle.reopen_account(NUMBER, "x", HOUSE, MONDAY)
    kinds = [kind for kind, _reason in _told(registry, "曾国强")]
    assert kinds[-2:] == ["customer.account_closed", "customer.account_reopened"]


def test_supplies_that_end_are_listed_where_one_may_see_them(registry: Registry, seat: Client) -> None:
    day = accounts.day_of(MONDAY)
    accounts.agree(NUMBER, Agreement(nature="temporary", expires_on=day.replace(day=day.day + 5)), HOUSE, MONDAY)
    assert NUMBER in seat.get("/customers/expiring/").content.decode()
    assert NUMBER not in _browser(registry, "agent", "X12").get("/customers/expiring/").content.decode()
    assert seat.post(f"/accounts/{_account().pk}/end-agreement/", {"reason": "到期"}).status_code == 302
    assert NUMBER not in seat.get("/customers/expiring/").content.decode()


def test_the_unit_s_managers_are_told_of_supplies_that_end_once_a_day(registry: Registry) -> None:
    world = registry.world
    day = accounts.day_of(MONDAY)
    accounts.agree(NUMBER, Agreement(nature="temporary", expires_on=day + timedelta(days=7)), HOUSE, MONDAY)
    accounts.agree("4300000014", Agreement(nature="seasonal", expires_on=day + timedelta(days=8)), HOUSE, MONDAY)
    manager, other = world.person("unit_manager", "X11"), world.person("unit_manager", "X12")
    assert expiry.tell(MONDAY) == 1
    assert expiry.tell(MONDAY + timedelta(hours=1)) == 0
    told = Notice.objects.filter(kind="customer.supply_ends")
    assert [(n.person_id, "1 户" in n.title["zh"]) for n in told] == [(manager.pk, True)]
    expiry.tell(MONDAY + timedelta(days=1))
    assert set(told.values_list("person_id", flat=True)) == {manager.pk, other.pk}


def test_a_place_gets_another_name_on_record(registry: Registry, seat: Client) -> None:
    place = Place.objects.get(name="阳光花园")
    url = f"/accounts/{_account().pk}/alias/"
    assert seat.post(url, {"place": place.pk, "name": "向日葵家园", "reason": "居民习称"}).status_code == 302
    rights = registry.world.actor("agent", "X11", MONDAY).rights
    assert rights is not None
    assert {hit.account for hit in queries.find(rights, "向日葵家园3栋")} == {"4300000001", NUMBER}
    elsewhere = Place.objects.get(name="龙湖新城")
    assert seat.post(url, {"place": elsewhere.pk, "name": "别处", "reason": "x"}).status_code == 422
    assert _told(registry, "曾国强")[-1] == ("place.named", "居民习称")


def test_only_whoever_may(registry: Registry, seat: Client) -> None:
    pk = _account().pk
    assert _browser(registry, "agent", "X12").get(f"/accounts/{pk}/").status_code == 404
    reader = _browser(registry, "read_only_auditor", "HQ")
    page = reader.get(f"/accounts/{pk}/")
    assert page.status_code == 200
    assert f"/accounts/{pk}/close/" not in page.content.decode()
    assert reader.post(f"/accounts/{pk}/close/", {"reason": "x"}).status_code == 403
    assert _browser(registry, "agent", "X12").post(f"/accounts/{pk}/close/", {"reason": "x"}).status_code == 404
    assert _account().closed_on is None
