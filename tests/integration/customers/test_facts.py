"""What is known of an account: its age, who sees money, and that nothing is invented where nothing was told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation import clock
from open95598.foundation.people import rights as rights_of
from open95598.foundation.people import services as people
from open95598.registry.customers import facts
from open95598.registry.customers.models import AccountBill, AccountFacts, CustomerAccount, FactsSource

MONEY_WORDS = ("12.50", "86.40")


def account(number: str = "4300000001") -> CustomerAccount:
    return CustomerAccount.objects.system("a test").get(number=number)


@pytest.fixture
def owing(registry: Registry) -> Registry:
    """Return the registry; the first account owes, is stopped for it, and its prepaid meter shows credit (R3)."""
    AccountFacts.objects.create(
        account=account(), balance=Decimal("-12.50"), arrears=Decimal("12.50"), owed_since=date(2026, 2, 20),
        credit=Decimal("31.7"), credit_unit="kwh", supply="stopped", supply_why="arrears",
        supply_since=MONDAY - timedelta(days=2), bill_month="2026-02", bill_amount=Decimal("86.40"),
        bill_kwh=Decimal(147), bill_due=date(2026, 2, 20), bill_paid=Decimal("73.90"), reading=Decimal(90210),
        read_kwh=Decimal(147), read_at=MONDAY - timedelta(days=5), as_of=MONDAY - timedelta(days=2),
        received_at=MONDAY - timedelta(days=2), source="cis", sequence=7,
    )  # fmt: skip
    return registry


def test_of_an_account_that_nobody_told_of_nothing_is_known(registry: Registry) -> None:
    told = facts.of_one(account(), None, MONDAY)
    assert (told.known, told.balance, told.age, told.stale, told.owes) == (False, None, None, False, False)
    assert facts.of([], None, MONDAY) == {}


def test_facts_of_many_accounts_take_three_queries(owing: Registry, django_assert_num_queries: Any) -> None:
    who = rights_of.load(owing.world.person("agent", "X11"), MONDAY)
    accounts = list(CustomerAccount.objects.restrict(who))
    with django_assert_num_queries(3):
        told = facts.of(accounts, who, MONDAY)
    assert sorted(told) == sorted(a.pk for a in accounts)
    one = told[account().pk]
    assert (one.balance, one.days_owed, one.owes, one.contradicts) == (Decimal("-12.50"), 10, True, True)
    assert one.bill and not one.bill.settled
    assert one.reading and one.reading.value == 90210


def test_a_fact_is_as_old_as_the_last_time_its_source_was_heard_to_the_end(owing: Registry) -> None:
    assert facts.of_one(account(), None, MONDAY).stale, "told once, two days ago"
    source = FactsSource.objects.create(name="cis", current_at=MONDAY, old_after=timedelta(hours=1))
    fresh = facts.of_one(account(), None, MONDAY + timedelta(minutes=59))
    assert (fresh.stale, fresh.age, fresh.away_since) == (False, timedelta(minutes=59), None)
    source.away_since = MONDAY
    source.save()
    old = facts.of_one(account(), None, MONDAY + timedelta(minutes=61))
    assert (old.stale, old.age, old.away_since) == (True, timedelta(minutes=61), MONDAY)
    AccountFacts.objects.system("test").update(gone=True)
    gone = facts.of_one(account(), None, MONDAY)
    assert (gone.stale, gone.current_at) == (True, MONDAY - timedelta(days=2)), "its source confirms it no more"


@pytest.mark.parametrize(
    ("role", "unit", "status", "money"),
    [("agent", "X11", 200, True), ("shift_leader", "X11", 200, True), ("unit_manager", "C1", 200, True),
     ("supervisor", "C1", 200, True), ("integration", "HQ", 200, True), ("handler", "X11", 200, False),
     ("callback_clerk", "X11", 200, False), ("read_only_auditor", "HQ", 200, False), ("agent", "X12", 404, False),
     ("administrator", "HQ", 403, False), ("crew_member", "X11", 403, False)],
)  # fmt: skip
def test_who_sees_money(owing: Registry, role: str, unit: str, status: int, money: bool) -> None:
    token = people.make_token(owing.world.person(role, unit), "test", (), MONDAY)
    with clock.using(clock.FixedClock(MONDAY)):
        answer = Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/accounts/4300000001/facts")
    assert answer.status_code == status
    assert any(word in answer.content.decode() for word in MONEY_WORDS) is money
    if status == 200:
        document = answer.json()
        assert (document["supply"], document["money_shown"]) == ("stopped", money)
        assert document["bill"]["month"] == "2026-02"
        assert document["reading"]["value"] == "90210.00"
        assert (document["owed_since"] is not None) is money


@pytest.mark.parametrize(("role", "money"), [("agent", True), ("handler", False)])
def test_the_page_says_age_and_hides_money(owing: Registry, role: str, money: bool) -> None:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(owing.world.person(role, "X11"), backend="django.contrib.auth.backends.ModelBackend")
    with clock.using(clock.FixedClock(MONDAY)):
        page = browser.get(f"/customers/{owing.who['李小明'].pk}/").content.decode()
    assert any(word in page for word in MONEY_WORDS) is money
    assert ("Not for your role" in page) is not money
    assert "Stopped" in page
    assert "customer-old" in page
    assert ("shows credit while the account owes" in page) is money


def test_revenue_is_what_was_billed(registry: Registry) -> None:
    one, other = account(), account("4300000002")
    AccountBill.objects.bulk_create(
        AccountBill(account=one, month=month, amount=Decimal(amount))
        for month, amount in (("2025-12", 10), ("2026-01", 20), ("2026-02", 40))
    )
    assert facts.revenue([one.pk, other.pk], "2026-01", "2026-02") == {one.pk: Decimal(60)}
    assert [bill.month for bill in facts.bills(one, None, most=2)] == ["2026-02", "2026-01"]
    agent = rights_of.load(registry.world.person("handler", "X11"), MONDAY)
    assert [bill.amount for bill in facts.bills(one, agent)] == [None] * 3
