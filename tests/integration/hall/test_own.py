"""What a customer sees and changes of their own, and that nothing of anybody else's is within reach."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.integration.hall.conftest import ACCOUNT, NAME, PHONE, browser
from tests.registered import HOUSE, Registry

from open95598.foundation.notices.models import Message
from open95598.foundation.people.policy import Role
from open95598.registry.customers import accounts, contacts
from open95598.registry.customers.models import AccountFacts, Consent, ContactPoint, Customer, CustomerAccount
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
OTHERS_PHONE = "13900001111"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def at_home(home: Callable[..., Client]) -> Client:
    return home()


def _order(registry: Registry, now: datetime, **more: object) -> Any:
    return services.register(registry.world.actor(Role.AGENT, "P1", now), worlds.fault(**more), now)


def _facts(number: str, now: datetime, **more: Any) -> None:
    given = {
        "balance": Decimal("12.30"), "arrears": Decimal("45.60"), "supply": "on", "bill_month": "2026-02",
        "bill_amount": Decimal("99.10"), "reading": Decimal("4321.00"), "as_of": now, "source": "test",
        "received_at": now,
    }  # fmt: skip
    account = CustomerAccount.objects.system("test").get(number=number)
    AccountFacts.objects.create(account=account, **(given | more))


def test_facts_say_how_old_they_are(at_home: Client, clock: Any) -> None:
    assert "尚未掌握" in at_home.get("/hall/account/").content.decode()
    _facts(ACCOUNT, clock.now() - timedelta(days=2))
    page = at_home.get("/hall/account/").content.decode()
    assert "45.60" in page
    assert "4321.00" in page
    assert "数据较旧" in page


def test_a_tenant_sees_no_money_of_the_owner(registry: Registry, home: Callable[..., Client], clock: Any) -> None:
    accounts.add_party(ACCOUNT, registry.who["曾国强"].pk, "tenant", HOUSE, clock.now())  # moved in in March
    _facts(ACCOUNT, clock.now())
    page = home(ACCOUNT, OTHERS_PHONE).get("/hall/account/").content.decode()
    assert "4321.00" in page
    for owners in ("12.30", "45.60", "99.10", "2026-02", "电价类别"):
        assert owners not in page


def test_orders_are_ones_own_and_no_others(registry: Registry, at_home: Client, clock: Any) -> None:
    clock.advance(timedelta(minutes=1))
    by_phone = _order(registry, clock.now())
    of_tenant = _order(registry, clock.now(), contact_phone="13755556666", account=ACCOUNT)
    nameless = _order(registry, clock.now(), anonymous=True, contact_phone="")
    page = at_home.get("/hall/orders/").content.decode()
    assert by_phone.number in page
    for foreign in (of_tenant, nameless):
        assert foreign.number not in page
        assert at_home.post("/hall/orders/open/", {"number": foreign.number}).status_code == 404
    answer = at_home.post("/hall/orders/open/", {"number": by_phone.number})
    assert answer["Location"] == "/portal/order/"
    assert by_phone.number in at_home.get("/portal/order/").content.decode()


def test_a_recycled_number_shows_nothing_of_who_had_it_before(registry: Registry, at_home: Client, clock: Any) -> None:
    before = _order(registry, clock.now())
    rows = WorkOrder.objects.system("test").filter(pk=before.pk)
    assert before.number in at_home.get("/hall/orders/").content.decode()
    rows.update(account=None, received_at=clock.now() - timedelta(days=100))  # of another home, before it was theirs
    assert before.number not in at_home.get("/hall/orders/").content.decode()


def test_consent_and_channel_are_the_customers_own(registry: Registry, at_home: Client, clock: Any) -> None:
    point = ContactPoint.objects.system("test").get(value=PHONE)
    mail = contacts.add(registry.who[NAME].pk, "email", "li@example.org", HOUSE, clock.now())
    answer = at_home.post("/hall/contact/", {"contact": point.pk, "act": "agree", "purpose": ["outage", "bill"]})
    assert answer.status_code == 302
    given = Consent.objects.system("test").filter(contact=point, withdrawn_at=None)
    assert set(given.values_list("purpose", "how")) == {("outage", "online"), ("bill", "online")}
    at_home.post("/hall/contact/", {"contact": mail.pk, "act": "prefer"})
    assert ContactPoint.objects.system("test").get(preferred=True, customer=registry.who[NAME]).pk == mail.pk
    theirs = ContactPoint.objects.system("test").get(value=OTHERS_PHONE)
    for act in ("agree", "prefer"):
        assert at_home.post("/hall/contact/", {"contact": theirs.pk, "act": act}).status_code == 404
    assert at_home.post("/hall/contact/", {"contact": point.pk, "purpose": "everything"}).status_code == 422
    page = at_home.get("/hall/contact/").content.decode()
    assert "l***@example.org" in page
    assert "li@example.org" not in page


def _two_codes() -> list[str]:
    rows = Message.objects.filter(key__startswith="hall/code/").order_by("-id")[:2]
    return [re.findall(r"(?<!\d)\d{6}(?!\d)", row.body)[0] for row in reversed(rows)]


def test_another_phone_takes_both_codes(registry: Registry, at_home: Client, home: Callable[..., Client]) -> None:
    elsewhere = home()
    assert at_home.post("/hall/contact/phone/", {"act": "ask", "phone": "13755556666"}).status_code == 302
    old, new = _two_codes()
    assert at_home.post("/hall/contact/phone/", {"act": "codes", "old": new, "new": old}).status_code == 422
    assert elsewhere.post("/hall/contact/phone/", {"act": "codes", "old": old, "new": new}).status_code == 422
    assert at_home.post("/hall/contact/phone/", {"act": "codes", "old": old, "new": new}).status_code == 302
    numbers = ContactPoint.objects.system("test").filter(customer=registry.who[NAME], valid_to=None)
    assert list(numbers.values_list("value", flat=True)) == ["13755556666"]
    assert at_home.get("/hall/account/").status_code == 200
    assert elsewhere.get("/hall/account/").status_code == 302
    assert Message.objects.filter(to=PHONE, key__startswith="hall/changed/").count() == 1


def test_texts_of_strangers_do_not_run(registry: Registry, at_home: Client, clock: Any) -> None:
    Customer.objects.system("test").filter(pk=registry.who[NAME].pk).update(name=HOSTILE)
    contacts.add(registry.who[NAME].pk, "wechat", HOSTILE, HOUSE, clock.now(), label=HOSTILE)
    for path in ("/hall/account/", "/hall/contact/", "/hall/orders/", "/hall/accounts/", "/hall/outages/"):
        assert HOSTILE not in at_home.get(path).content.decode()


def test_nothing_is_done_without_the_pages_own_token(registry: Registry, home: Callable[..., Client]) -> None:
    client = home(client=Client(enforce_csrf_checks=False, headers={"user-agent": "test"}))
    strict = Client(enforce_csrf_checks=True, headers={"user-agent": "test"})
    strict.cookies["hall_visit"] = client.cookies["hall_visit"].value
    for path in ("/hall/", "/hall/code/", "/hall/leave/", "/hall/accounts/", "/hall/contact/", "/hall/contact/phone/",
                 "/hall/orders/open/"):  # fmt: skip
        assert strict.post(path, {"contact": "1"}).status_code == 403, path


def test_nobody_gets_in_without_signing_in(registry: Registry) -> None:
    client = browser()
    for path in ("account", "accounts", "contact", "orders", "outages"):
        answer = client.get(f"/hall/{path}/")
        assert answer["Location"] == "/hall/?ended=1"
        assert "no-store" in client.get("/hall/")["Cache-Control"]


def test_without_an_announced_outage_the_page_says_so(at_home: Client) -> None:
    assert "目前没有已公告的计划停电" in at_home.get("/hall/outages/").content.decode()
