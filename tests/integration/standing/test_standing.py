"""Tiers, managers, the integrity file and the ratings: written, dated, decided by a second person, explained."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.casework.actors import Actor
from open95598.foundation import clock
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.models import Person
from open95598.registry.customers import services as customers
from open95598.registry.customers.models import AccountBill, AccountFacts, Customer, CustomerAccount
from open95598.registry.standing import queries, services
from open95598.registry.standing.models import ManagerPeriod, Score, TierPeriod
from open95598.registry.standing.services import NewEntry

LATER = MONDAY + timedelta(days=3)
LATE = NewEntry("late_payment", date(2026, 2, 10), "billing", "2026-01", "paid 12 days late")


def who(registry: Registry, name: str) -> Customer:
    return Customer.objects.system("a test").select_related("unit", "manager").get(pk=registry.who[name].pk)


def bill(customer: Customer, *, month: str = "2026-01", paid_on: date | None) -> None:
    account = CustomerAccount.objects.system("a test").get(parties__customer=customer)
    AccountBill.objects.create(account=account, month=month, amount=Decimal(80), due=date(2026, 2, 1),
                               paid=Decimal(80) if paid_on else None, paid_on=paid_on)  # fmt: skip
    AccountFacts.objects.system("a test").get_or_create(
        account=account, defaults={"arrears": 0, "bill_amount": Decimal(80), "as_of": LATER, "source": "test"}
    )


def actor(registry: Registry, role: str, unit: str) -> Actor:
    return registry.world.actor(role, unit, LATER)


def test_a_tier_has_a_history_whatever_changed_it(registry: Registry) -> None:
    pk = registry.who["湘江市第三小学"].pk
    manager = actor(registry, "unit_manager", "X11")
    services.set_tier(pk, "platinum", "fewer pupils", manager, LATER)
    customers.change(pk, {"tier": "silver"}, HOUSE, LATER + timedelta(days=1))
    found = queries.tiers_through_time(who(registry, "湘江市第三小学"))
    assert [(p.tier, p.reason) for p in found] == [("silver", ""), ("platinum", "fewer pupils"), ("diamond", "")]
    assert found[0].valid_to is None
    assert found[1].valid_to == found[0].valid_from
    assert found[2].valid_from == registry.who["湘江市第三小学"].created_at
    assert queries.standing(who(registry, "湘江市第三小学"), LATER).tier_since == LATER + timedelta(days=1)


def test_the_manager_is_named_with_who_stands_in_and_both_must_see_the_customer(registry: Registry) -> None:
    who_ = registry.who["湘江市第三小学"]
    boss = actor(registry, "unit_manager", "X11")
    one = registry.world.person("handler", "X11")
    other = registry.world.person("callback_clerk", "X11")
    stranger = registry.world.person("handler", "X12")
    with pytest.raises(Invalid) as refusal:
        services.name_manager(who_.pk, one.pk, stranger.pk, boss, LATER)
    assert set(refusal.value.fields) == {"delegate"}
    services.name_manager(who_.pk, one.pk, None, boss, LATER)
    services.name_manager(who_.pk, one.pk, other.pk, boss, LATER + timedelta(hours=1))
    shown = queries.standing(who(registry, "湘江市第三小学"), LATER)
    assert (shown.manager, shown.delegate) == (one, other)
    assert queries.told_for(who(registry, "湘江市第三小学")) == sorted([one.pk, other.pk])
    services.name_manager(who_.pk, None, None, boss, LATER + timedelta(hours=2))
    rows = ManagerPeriod.objects.system("a test").filter(customer=who_).order_by("valid_from")
    assert [(r.manager_id, r.delegate_id, r.valid_to is not None) for r in rows] == [
        (one.pk, None, True), (one.pk, other.pk, True),
    ]  # fmt: skip


def test_an_entry_counts_until_it_is_over_and_the_rating_says_so(registry: Registry) -> None:
    customer = who(registry, "李小明")
    bill(customer, paid_on=date(2026, 1, 20))
    before = queries.standing(customer, LATER)
    assert before.credit is not None
    entry = services.enter(customer.pk, LATE, actor(registry, "agent", "X11"), LATER)
    assert (entry.points, entry.expires_on) == (-5, date(2028, 2, 10))
    credit = queries.standing(customer, LATER).credit
    assert credit is not None
    assert before.credit.points is not None
    assert credit.points is not None
    assert credit.points < before.credit.points
    [line] = [line for line in credit.lines if line.code == "in_time"]
    assert (line.value, line.points, line.most) == ("1", Decimal(27), Decimal(30))
    assert Score.objects.system("a test").get(customer=customer, rating="credit").points == credit.points
    over = LATER + timedelta(days=3 * 365)
    [(_row, counts)] = queries.integrity(customer, over.date())
    assert not counts
    told = Entry.objects.filter(stream=customer.stream).latest("seq")
    assert told.kind == "customer.integrity_entered"
    assert "12 days" not in told.body


def test_what_is_not_known_is_said_and_not_taken_for_nothing(registry: Registry) -> None:
    customer = who(registry, "张伟")
    value = queries.standing(customer, LATER).value
    assert value is not None
    assert [line.code for line in value.missing] == ["profit"]
    account = CustomerAccount.objects.system("a test").get(parties__customer=customer)
    AccountFacts.objects.create(account=account, bill_amount=Decimal(80), arrears=0, as_of=LATER, source="test")
    after = queries.standing(customer, LATER).value
    assert after is not None
    assert not after.missing


def test_an_objection_is_decided_by_somebody_else(registry: Registry) -> None:
    customer = who(registry, "李小明")
    boss, second = actor(registry, "unit_manager", "X11"), actor(registry, "shift_leader", "X11")
    entry = services.enter(customer.pk, LATE, boss, LATER)
    with pytest.raises(Impossible):
        services.decide(entry.pk, True, "no objection yet", second, LATER)
    services.object_to(entry.pk, "paid in time at the counter", actor(registry, "agent", "X11"), LATER)
    with pytest.raises(Forbidden):
        services.decide(entry.pk, True, "mine", boss, LATER)
    with pytest.raises(Forbidden):
        services.decide(entry.pk, True, "no right", actor(registry, "agent", "X11"), LATER)
    services.decide(entry.pk, True, "the receipt was found", second, LATER)
    with pytest.raises(Impossible):
        services.object_to(entry.pk, "again", boss, LATER)
    credit = queries.standing(customer, LATER).credit
    assert credit is not None
    assert next(line.value for line in credit.lines if line.code == "in_time") is None


@pytest.mark.parametrize(("paid_on", "late"), [(date(2026, 2, 1), "0"), (date(2026, 2, 2), "1"), (None, "1")])
def test_bills_tell_who_pays_late(registry: Registry, paid_on: date | None, late: str) -> None:
    customer = who(registry, "李小明")
    bill(customer, paid_on=paid_on)
    credit = queries.standing(customer, LATER).credit
    assert credit is not None
    assert next(line.value for line in credit.lines if line.code == "in_time") == late


@pytest.mark.parametrize(
    ("role", "unit", "enters", "gives"),
    [("agent", "X11", None, Forbidden), ("unit_manager", "X11", None, None), ("unit_manager", "HQ", None, None),
     ("unit_manager", "X12", NotFound, NotFound), ("handler", "X11", Forbidden, Forbidden),
     ("supervisor", "HQ", Forbidden, Forbidden), ("read_only_auditor", "HQ", Forbidden, Forbidden),
     ("crew_member", "X11", NotFound, NotFound), ("administrator", "HQ", NotFound, NotFound)],
)  # fmt: skip
def test_who_may_do_what(registry: Registry, role: str, unit: str, enters: Any, gives: Any) -> None:
    pk, doer = registry.who["李小明"].pk, actor(registry, role, unit)
    for refusal, act in (
        (enters, lambda: services.enter(pk, LATE, doer, LATER)),
        (gives, lambda: services.set_tier(pk, "silver", "long a customer", doer, LATER)),
        (gives, lambda: services.name_manager(pk, None, None, doer, LATER)),
    ):
        if refusal is None:
            act()
        else:
            with pytest.raises(refusal):
                act()


def test_what_a_tier_entitles_to(registry: Registry) -> None:
    assert queries.entitled(who(registry, "湘江市第三小学"), "complaint_visit", LATER)
    assert not queries.entitled(who(registry, "李小明"), "outage_foreknowledge", LATER)


def test_counting_twice_changes_nothing(registry: Registry) -> None:
    services.count_all(LATER)
    first = list(Score.objects.system("a test").order_by("pk").values_list("pk", "points"))
    services.count_all(LATER)
    assert list(Score.objects.system("a test").order_by("pk").values_list("pk", "points")) == first
    assert TierPeriod.objects.system("a test").count() == 0


@pytest.fixture
def seat(registry: Registry) -> Any:
    """Return a maker of signed-in browsers."""

    def make(role: str, unit: str) -> Client:
        client = Client()
        person: Person = registry.world.person(role, unit)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    with clock.using(clock.FixedClock(LATER)):
        yield make


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [("agent", "X11", 200), ("agent", "X12", 404), ("administrator", "HQ", 403), ("read_only_auditor", "HQ", 200)],
)  # fmt: skip
def test_who_sees_the_pages(registry: Registry, seat: Any, role: str, unit: str, status: int) -> None:
    browser = seat(role, unit)
    assert browser.get(f"/standing/{registry.who['李小明'].pk}/").status_code == status
    assert browser.get(f"/api/v1/customers/{registry.who['李小明'].pk}/standing").status_code == status
    listed = browser.get("/standing/")
    assert listed.status_code == (403 if status == 403 else 200)
    if status != 403:
        services.count_all(LATER)
        assert ("第三小学" in browser.get("/standing/").content.decode()) == (unit != "X12")


def test_the_page_explains_each_part_and_takes_entries(registry: Registry, seat: Any) -> None:
    pk = registry.who["李小明"].pk
    boss = seat("unit_manager", "X11")
    bill(who(registry, "李小明"), paid_on=date(2026, 1, 20))
    form = {"kind": "late_payment", "on": "2026-02-10", "source": "billing", "evidence": "<script>1</script>",
            "words": ""}  # fmt: skip
    assert boss.post(f"/standing/{pk}/enter/", {**form, "evidence": ""}).status_code == 422
    assert boss.post(f"/standing/{pk}/enter/", form).status_code == 302
    page = boss.get(f"/standing/{pk}/").content.decode()
    assert "12 个月中迟交 1 次" in page
    assert "27/30" in page
    assert "李**" in page
    assert "李小明" not in page
    assert "<script>1" not in page
    assert boss.post(f"/standing/{pk}/tier/", {"tier": "silver", "reason": ""}).status_code == 422
    assert boss.post(f"/standing/{pk}/tier/", {"tier": "silver", "reason": "always there"}).status_code == 302
    assert who(registry, "李小明").tier == "silver"
    other = registry.who["王芳"].pk
    entry = queries.integrity(who(registry, "李小明"), LATER.date())[0][0].pk
    assert boss.post(f"/standing/{other}/entries/{entry}/object/", {"words": "x"}).status_code == 404
    assert seat("agent", "X11").post(f"/standing/{pk}/tier/", {"tier": "", "reason": "x"}).status_code == 404


def test_the_api_says_the_same(registry: Registry, seat: Any) -> None:
    pk = registry.who["湘江市第三小学"].pk
    boss = seat("unit_manager", "X11")
    shown = boss.get(f"/api/v1/customers/{pk}/standing").json()
    assert (shown["tier"], shown["notice"]) == ("diamond", ["importance", "tier"])
    assert len(shown["entitlements"]) == 7
    assert {part["code"] for part in shown["ratings"]["credit"]["parts"]} >= {"in_time", "owes"}

    def post(path: str, body: dict[str, Any]) -> Any:
        return boss.post(f"/api/v1/customers/{pk}/{path}", json.dumps(body), content_type="application/json")

    made = post("integrity", {"kind": "load_given", "on": "2026-01-05", "source": "other", "evidence": "letter 7"})
    assert made.status_code == 201
    assert made.json()["integrity"][0]["counts"] is True
    assert (
        post("integrity", {"kind": "gift", "on": "2026-01-05", "source": "other", "evidence": "x"}).status_code == 422
    )
    assert post("tier", {"tier": "gold", "reason": "x"}).status_code == 422
    assert post("manager", {"manager": registry.world.person("handler", "X11").username}).json()["manager"]
