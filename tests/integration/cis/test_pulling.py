"""The feed and the comparison against the reference billing system: in order, complete, and honest while it is away."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from tests.integration.cis.conftest import NUMBERS, ONE, OTHER, Billing, push
from tests.world import MONDAY

from open95598.casework.actors import Actor
from open95598.exchange.cis import links, queries, services
from open95598.exchange.cis.models import Kept, Tally, Why
from open95598.exchange.cis.reference import inventing
from open95598.foundation.journal.models import Entry
from open95598.registry.customers import accounts, facts
from open95598.registry.customers.models import (
    AccountBill,
    AccountFacts,
    AccountParty,
    ContactPoint,
    Customer,
    CustomerAccount,
    CustomerAgreement,
)


def known(number: str, now: Any = MONDAY) -> facts.Facts:
    return facts.of_one(CustomerAccount.objects.system("a test").get(number=number), None, now)


def same(billing: Billing) -> None:
    """Assert that facts and bills are what the billing system says, of every account that it keeps and that is here."""
    for number in billing.store.numbers():
        row = AccountFacts.objects.system("a test").filter(account__number=number).first()
        told = billing.store.account(number)
        assert told is not None
        if not CustomerAccount.objects.system("a test").filter(number=number).exists():
            assert row is None
            continue
        if told.get("closed"):
            assert row is None or row.gone
            continue
        assert row is not None
        assert (row.sequence, row.gone, row.supply) == (told["version"], False, told["supply"]["state"])
        assert (row.balance, row.arrears) == (Decimal(told["balance"]), Decimal(told["arrears"]))
        assert row.reading == Decimal(told["reading"]["value"])
        bills = AccountBill.objects.system("a test").filter(account=row.account_id).order_by("-month")
        assert [(b.month, b.amount, b.paid) for b in bills] == [
            (b["month"], Decimal(b["amount"]), Decimal(b["paid"])) for b in told["bills"]
        ]
        assert row.bill_month == max(b["month"] for b in told["bills"])


def test_the_first_thing_is_a_comparison_then_the_feed(billing: Billing) -> None:
    billing.sync()
    link = links.row()
    assert (link.epoch, link.generation, link.cursor, link.compare_why) == (billing.store.epoch, 1, 4, "")
    same(billing)
    assert known(ONE).age == timedelta(0)
    for _ in range(8):
        billing.happens(ONE)
    billing.sync(MONDAY + timedelta(minutes=1))
    same(billing)
    assert (links.row().cursor, links.row().head) == (12, 12)
    assert known("4300000021").known is False, "of an account that it does not keep nothing is known"
    tally = {row.way: row.applied for row in Tally.objects.all()}
    assert tally == {"compare": 4, "feed": 3}, "the newest of each page"


def test_an_hour_away_is_told_and_caught_up(billing: Billing) -> None:
    billing.sync()
    billing.line.cut = True
    now = MONDAY
    agent = Client(headers={"accept-language": "en"})
    agent.force_login(
        billing.registry.world.person("agent", "X11"), backend="django.contrib.auth.backends.ModelBackend"
    )
    asked = 0
    for minute in range(1, 61):
        now = MONDAY + timedelta(minutes=minute)
        billing.happens(NUMBERS[minute % 4], now)
        before = links.row().failures
        billing.puller.round(now)
        asked += links.row().failures - before
        assert known(ONE, now).age == timedelta(minutes=minute)
    assert 25 <= asked <= 61, "asked again about once a minute, not less"
    late = known(ONE, now + timedelta(minutes=1))
    assert (late.stale, late.away_since) == (True, MONDAY + timedelta(minutes=1))
    billing.line.cut = False
    billing.sync(now + timedelta(minutes=2))
    same(billing)
    fresh = known(ONE, now + timedelta(minutes=2))
    assert (fresh.stale, fresh.age, fresh.away_since) == (False, timedelta(0), None)


def test_what_the_feed_no_longer_holds_is_compared(billing: Billing) -> None:
    billing.sync()
    for _ in range(10):
        billing.happens(ONE)
        billing.happens(OTHER)
    billing.store.change([inventing.close(billing.store.account(OTHER) or {}, MONDAY)])
    billing.store.cut(keep=5)
    now = MONDAY + timedelta(minutes=1)
    assert billing.puller.round(now) == 1
    assert (links.row().compare_why, links.row().cursor) == (Why.TOO_OLD, 4)
    assert known(ONE, now).age == timedelta(minutes=1), "until it is compared, not all is here"
    billing.sync(now)
    same(billing)
    gone = known(OTHER, now)
    assert (gone.gone, gone.stale) == (True, True)
    entry = Entry.objects.filter(stream="cis", kind="cis.compared").latest("pk")
    assert '"missing":1' in entry.body.replace(" ", "")


def test_a_hole_in_the_feed_is_noticed(billing: Billing) -> None:
    billing.sync()
    for _ in range(3):
        billing.happens(ONE)
    billing.store._base.execute("DELETE FROM change WHERE position = 6")
    assert billing.puller.round(MONDAY) == 1
    assert links.row().compare_why == Why.GAP
    billing.sync()
    same(billing)


def test_a_new_life_of_the_billing_system_stands_above_the_old_one(billing: Billing) -> None:
    """It was set back to a copy: its versions are lower now, and still they are what counts."""
    for _ in range(5):
        billing.happens(ONE)
    billing.sync()
    assert known(ONE).sequence == 6
    billing.store._base.execute("UPDATE about SET value = 'second-life' WHERE name = 'epoch'")
    billing.store._base.execute("DELETE FROM change WHERE position > 4")
    billing.store._base.execute("UPDATE account SET version = 1, document = json_set(document, '$.version', 1)")
    billing.happens(OTHER)
    billing.sync(MONDAY + timedelta(minutes=1))
    assert (links.row().epoch, links.row().generation) == ("second-life", 2)
    same(billing)


def test_a_comparison_goes_on_where_it_was_interrupted(billing: Billing) -> None:
    billing.puller.round(MONDAY)
    assert (links.row().compare_after, AccountFacts.objects.system("t").count()) == ("4300000003", 3)
    billing.line.cut = True
    assert billing.puller.round(MONDAY) == 0
    billing.line.cut = False
    billing.happens(ONE)
    billing.sync(MONDAY + timedelta(minutes=2))
    assert queries.state(MONDAY).link.compared_at is not None
    same(billing)


def test_a_snapshot_that_lost_half_is_not_believed(billing: Billing) -> None:
    billing.sync()
    unit = billing.registry.world.units["X11"].pk
    who = billing.registry.who["李小明"]
    numbers = [f"44000000{n:02}" for n in range(30)]
    for number in numbers:
        given = accounts.NewAccount(number, unit, who.pk, "湘江市东湖区芙蓉路88号")
        accounts.open_account(given, Actor.house("test"), MONDAY)
    billing.store.change([inventing.account(billing.dice, number, MONDAY) for number in numbers])
    billing.sync()
    billing.store._base.execute("DELETE FROM account WHERE number LIKE '44%'")
    later = MONDAY + timedelta(hours=1)
    services.compare(None, later)
    billing.sync(later)
    assert (links.row().missing, AccountFacts.objects.system("t").filter(gone=True).count()) == (30, 0)
    services.compare(None, later + timedelta(minutes=1), trusts=True)
    billing.sync(later + timedelta(minutes=1))
    assert (links.row().missing, AccountFacts.objects.system("t").filter(gone=True).count()) == (0, 30)


def test_an_account_that_is_not_here_waits_until_it_comes(billing: Billing) -> None:
    billing.store.change([inventing.account(billing.dice, "4399999999", MONDAY)])
    billing.sync()
    assert list(Kept.objects.values_list("number", "why")) == [("4399999999", "")]
    billing.happens("4399999999")
    billing.sync(MONDAY + timedelta(seconds=1))
    assert Kept.objects.get().sequence == 2
    given = accounts.NewAccount(
        "4399999999", billing.registry.world.units["X11"].pk, billing.registry.who["李小明"].pk, "湘江市东湖区芙蓉路1号"
    )
    accounts.open_account(given, Actor.house("test"), MONDAY)
    billing.sync(MONDAY + timedelta(minutes=2))
    assert not Kept.objects.exists()
    same(billing)


def test_one_bad_document_holds_nothing_up(billing: Billing) -> None:
    billing.sync()
    good = billing.store.account(OTHER) or {}
    billing.store.change([(billing.store.account(ONE) or {}) | {"balance": "a lot", "supply": {"state": "on fire"}}])
    billing.store.change([good | {"balance": "77.00"}])
    billing.sync()
    kept = Kept.objects.get()
    assert (kept.number, kept.why, kept.document) == (ONE, "balance, supply.state", None)
    assert known(OTHER).balance == Decimal("77.00")
    billing.store.change([(billing.store.account(ONE) or {}) | {"balance": "1.00", "supply": {"state": "on"}}])
    billing.sync()
    assert not Kept.objects.exists(), "a good one settles it"
    same(billing)


def test_nonsense_is_no_word_of_it(billing: Billing, monkeypatch: Any) -> None:
    billing.sync()

    def nonsense(environ: Any, start: Any) -> Any:
        start("200 OK", [("Content-Type", "text/html")])
        return [b"<html>captive portal</html>"]

    monkeypatch.setattr(billing.line._way, "app", nonsense)
    assert billing.puller.round(MONDAY) == 0
    assert "no JSON" in links.row().problem
    assert known(ONE, MONDAY + timedelta(minutes=3)).away_since == MONDAY


def test_pushes_and_the_feed_come_to_the_same(billing: Billing) -> None:
    billing.sync()
    first, second = billing.happens(ONE), billing.happens(ONE)
    taken = push(Client(), billing, [second])
    assert taken.json() == {"applied": 1, "passed": 0, "unknown": 0, "bad": 0}
    assert push(Client(), billing, [first]).json()["passed"] == 1, "late ones are passed over"
    same(billing)
    assert links.row().cursor == 4
    billing.sync()
    same(billing)
    assert links.row().cursor == 6


REGISTERED = {
    "name": "赵小兰", "unit": "X11", "address": "湘江市东湖区芙蓉路12号", "phone": "13900001111", "meter": "M9001",
    "price_class": "commercial", "opened_on": "2026-03-02",
}  # fmt: skip


def test_an_account_that_the_billing_system_opens_is_opened_here(billing: Billing) -> None:
    billing.sync()
    new = inventing.account(billing.dice, "4388888888", MONDAY)
    lost = inventing.account(billing.dice, "4388888889", MONDAY)
    first, second = billing.store.change(
        [new | {"registered": REGISTERED}, lost | {"registered": REGISTERED | {"unit": "nowhere", "meter": "M9002"}}]
    )
    pushed = push(Client(), billing, [first, second]).json()
    assert (pushed["applied"], pushed["unknown"]) == (1, 1)
    billing.sync(MONDAY + timedelta(minutes=1))  # the feed tells it once more
    account = CustomerAccount.objects.system("t").get(number="4388888888")
    assert (account.unit.code, str(account.opened_on), account.closed_on) == ("X11", "2026-03-02", None)
    owner = Customer.objects.system("t").get(parties__account=account)
    phone = ContactPoint.objects.system("t").get(customer=owner)
    terms = CustomerAgreement.objects.system("t").get(account=account)
    assert (owner.name, phone.value, terms.price_class) == ("赵小兰", "13900001111", "commercial")
    assert known("4388888888").known
    assert list(Kept.objects.values_list("number", "why")) == [("4388888889", "registered.unit")]
    bodies = [entry.body for entry in Entry.objects.filter(stream__in=("cis", "registry")).order_by("pk")]
    assert any('"opened":["4388888888"]' in body for body in bodies)
    assert not any("赵小兰" in body or "13900001111" in body for body in bodies)
    same(billing)


def test_an_account_closes_and_opens_again_with_the_billing_system(billing: Billing) -> None:
    billing.sync()
    before = billing.store.account(OTHER) or {}
    ended = billing.store.change([inventing.close(before, MONDAY)])[0]
    billing.sync(MONDAY + timedelta(minutes=1))
    account = CustomerAccount.objects.system("t").get(number=OTHER)
    assert account.closed_on is not None
    parties = AccountParty.objects.system("t").filter(account=account, valid_to=None)
    assert not parties.exists()
    billing.store.change([before | {"as_of": MONDAY.isoformat()}])
    billing.sync(MONDAY + timedelta(minutes=2))
    account.refresh_from_db()
    assert account.closed_on is None
    assert push(Client(), billing, [ended]).json()["passed"] == 1, "a late word closes nothing"
    account.refresh_from_db()
    assert account.closed_on is None
    stream = f"customer/{parties.get(role='owner').customer_id}"
    kinds = set(Entry.objects.filter(stream=stream).values_list("kind", flat=True))
    assert {"customer.account_closed", "customer.account_reopened"} <= kinds


def test_an_account_closed_by_people_stays_closed_whatever_is_still_billed(billing: Billing) -> None:
    billing.sync()
    accounts.close_account(OTHER, "moved away", Actor.house("test"), MONDAY)
    billing.happens(OTHER)
    billing.sync(MONDAY + timedelta(minutes=1))
    assert CustomerAccount.objects.system("t").get(number=OTHER).closed_on is not None
