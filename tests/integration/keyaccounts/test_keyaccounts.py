"""What a tier entitles to happens: visits, complaints at the door, managers who are told, orders that go first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.registered import Registry
from tests.world import MONDAY, fault

from open95598.casework import services as casework
from open95598.casework.models import Case, CaseClock
from open95598.foundation import clock
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.events.registry import Heard
from open95598.foundation.notices.models import Notice
from open95598.registry.customers.models import AccountBill, Customer, CustomerAccount
from open95598.registry.standing import services as standings
from open95598.service.keyaccounts import events, hooks, proposals, queries, visits
from open95598.service.keyaccounts.models import TierProposal, Visit
from open95598.service.workorders import services as orders
from open95598.service.workorders.models import WorkOrder

LATER = MONDAY + timedelta(days=31)
SCHOOL = "湘江市第三小学"
COMPLAINT = {"kind": "complaint", "category": "complaint.service", "description": "抄表员态度恶劣，多次推诿。",
             "contact_phone": "13612340000", "contact_name": "王校长"}  # fmt: skip


def register(registry: Registry, **more: Any) -> WorkOrder:
    return orders.register(registry.world.actor("agent", "X11", LATER), fault(**more), LATER)


def hear(order: WorkOrder) -> None:
    events.look(Heard(0, "case.opened", f"case/{order.pk}", LATER, order.pk, {"kind": order.case.kind}), LATER)


def named(registry: Registry) -> Any:
    """Name a manager and who stands in for the school; return both."""
    manager, deputy = registry.world.person("handler", "X11"), registry.world.person("callback_clerk", "X11")
    boss = registry.world.actor("unit_manager", "X11", MONDAY)
    standings.name_manager(registry.who[SCHOOL].pk, manager.pk, deputy.pk, boss, MONDAY)
    return manager, deputy


def test_a_visit_falls_due_by_the_tier_once_and_again_after_it_was_made(registry: Registry) -> None:
    manager, _deputy = named(registry)
    assert visits.open_due(MONDAY + timedelta(days=29)) == []
    [visit] = visits.open_due(LATER)
    assert visits.open_due(LATER) == []
    assert (visit.customer_id, visit.case.owner_id, visit.tier) == (registry.who[SCHOOL].pk, manager.pk, "diamond")
    assert CaseClock.objects.get(case_id=visit.pk).name == "visit"
    actor = registry.world.actor("handler", "X11", LATER)
    told = {"visited_at": LATER + timedelta(hours=1), "met": "王校长", "heard": "变压器噪音大", "wishes": ""}
    with pytest.raises((Impossible, Invalid)):
        casework.perform(visit.pk, "report_visit", actor, LATER, data=told)
    casework.perform(visit.pk, "report_visit", actor, LATER, data={**told, "visited_at": LATER - timedelta(hours=2)})
    assert Case.objects.system("a test").get(pk=visit.pk).state == "made"
    assert visits.open_due(LATER + timedelta(days=29)) == []
    assert len(visits.open_due(LATER + timedelta(days=31))) == 1


def test_a_complaint_of_an_entitled_customer_is_taken_at_the_door_once(registry: Registry) -> None:
    named(registry)
    order = register(registry, **COMPLAINT)
    hear(order)
    hear(order)
    [visit] = Visit.objects.system("a test").select_related("case")
    assert (visit.case.kind, visit.order_id, visit.case.parent_id) == ("door_visit", order.pk, order.pk)
    hear(register(registry, **{**COMPLAINT, "contact_phone": "13812345678"}))  # nobody of a tier
    hear(register(registry, **COMPLAINT, confidential=True, disclosed="态度问题"))
    assert Visit.objects.system("a test").count() == 1


def test_who_is_entitled_to_it_is_called_on_during_a_connection_once(registry: Registry) -> None:
    named(registry)
    asked = {"kind": "service_request", "category": "service_request.apply.increase", "contact_phone": "13612340000"}
    order = register(registry, **asked)
    hear(order)
    hear(order)
    hear(register(registry, **{**asked, "contact_phone": "13812345678"}))  # nobody of a tier
    hear(register(registry, **{**asked, "category": "service_request.apply.vat"}))  # nothing is connected
    [visit] = Visit.objects.system("a test").select_related("case")
    assert (visit.case.kind, visit.order_id, visit.case.parent_id) == ("connection_visit", order.pk, order.pk)
    assert CaseClock.objects.filter(case=visit.case, name="connection_visit").exists()
    assert hooks.marks([order.pk])[order.pk][-1].icon == "home"


def test_an_order_of_a_high_tier_goes_first_and_says_why(registry: Registry) -> None:
    plain = register(registry, **{**COMPLAINT, "contact_phone": "13812345678"})
    first = register(registry, **COMPLAINT)
    assert (plain.priority, plain.preferred_for) == ("urgent", "")
    assert (first.priority, first.preferred_for) == ("key", "diamond")
    due = {c.case_id: c.due_at for c in CaseClock.objects.filter(name="answer", case_id__in=[plain.pk, first.pk])}
    assert due[first.pk] < due[plain.pk]
    danger = register(registry, contact_phone="13612340000", priority="safety")
    assert (danger.priority, danger.preferred_for) == ("safety", "")  # nothing goes before danger to people
    secret = register(registry, **COMPLAINT, confidential=True, disclosed="态度问题")
    assert (secret.priority, secret.preferred_for) == ("urgent", "")


def test_the_manager_and_who_stands_in_are_told_of_every_order_but_not_of_secrets(registry: Registry) -> None:
    manager, deputy = named(registry)
    order = register(registry, contact_phone="13612340000")
    hear(order)
    hear(order)
    rows = Notice.objects.filter(key=f"manager/{order.pk}")
    assert set(rows.values_list("person_id", flat=True)) == {manager.pk, deputy.pk}
    assert rows.count() == 2
    secret = register(registry, **COMPLAINT, confidential=True, disclosed="态度问题")
    hear(secret)
    assert not Notice.objects.filter(key=f"manager/{secret.pk}").exists()


def test_a_tier_is_proposed_by_the_formula_and_decided_by_another(registry: Registry) -> None:
    pk = registry.who[SCHOOL].pk
    boss, other = (registry.world.actor(r, "X11", LATER) for r in ("unit_manager", "shift_leader"))
    made = proposals.propose(pk, boss, LATER)
    assert (made.before, made.tier) == ("diamond", "platinum")
    assert made.points is not None
    with pytest.raises(Impossible):
        proposals.propose(pk, boss, LATER)
    with pytest.raises(Impossible):
        casework.perform(made.pk, "approve_tier", boss, LATER, data={"decision": "by myself"})
    agent = registry.world.actor("agent", "X11", LATER)
    with pytest.raises(Forbidden):
        casework.perform(made.pk, "approve_tier", agent, LATER, data={"decision": "no right"})
    casework.perform(made.pk, "approve_tier", other, LATER, data={"decision": "the formula is right"})
    assert Customer.objects.system("a test").get(pk=pk).tier == "platinum"
    assert TierProposal.objects.system("a test").get().decided_by_id == other.person_id


def test_a_tier_that_changed_meanwhile_is_not_overwritten(registry: Registry) -> None:
    pk = registry.who[SCHOOL].pk
    boss, other = (registry.world.actor(r, "X11", LATER) for r in ("unit_manager", "shift_leader"))
    made = proposals.propose(pk, boss, LATER)
    standings.set_tier(pk, "silver", "meanwhile", boss, LATER)
    with pytest.raises(Impossible):
        casework.perform(made.pk, "approve_tier", other, LATER, data={"decision": "late"})
    assert Customer.objects.system("a test").get(pk=pk).tier == "silver"


def test_value_counts_what_serving_costs_and_says_what_is_not_known(registry: Registry) -> None:
    month = date(LATER.year, LATER.month, 1)
    register(registry)
    register(registry, contact_phone="13699999999")
    rights = registry.world.actor("unit_manager", "X11", LATER).rights
    assert rights is not None
    home, rest = queries.by_segment(rights, "price_class", month, LATER)
    assert (home.code, home.customers, home.accounts, home.orders, home.cost) == (
        "residential", 4, 4, 1, Decimal("180.00"),
    )  # fmt: skip
    assert (home.earned, home.value) == (None, None)
    assert (rest.code, rest.orders) == ("?", 1)
    for account in CustomerAccount.objects.system("a test"):
        AccountBill.objects.create(account=account, month=f"{month:%Y-%m}", amount=Decimal(100))
    [home, _rest] = queries.by_segment(rights, "price_class", month, LATER)
    assert (home.earned, home.value) == (Decimal(400), Decimal("55.00"))
    tiers = {s.code: s.customers for s in queries.by_segment(rights, "tier", month, LATER)}
    assert tiers == {"": 3, "diamond": 1, "?": 0}


@pytest.fixture
def seat(registry: Registry) -> Any:
    """Return a maker of signed-in browsers."""

    def make(role: str, unit: str) -> Client:
        client = Client()
        client.force_login(registry.world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    with clock.using(clock.FixedClock(LATER)):
        yield make


@pytest.mark.parametrize(
    ("role", "unit", "case", "value"),
    [("unit_manager", "X11", 200, 200), ("handler", "X11", 200, None), ("unit_manager", "X12", 404, 200),
     ("administrator", "HQ", 403, 403)],
)  # fmt: skip
def test_who_sees_the_pages(registry: Registry, seat: Any, role: str, unit: str, case: int, value: int | None) -> None:
    [visit] = visits.open_due(LATER)
    browser = seat(role, unit)
    assert browser.get(f"/keyaccounts/{visit.pk}/").status_code == case
    listed = browser.get("/keyaccounts/visits/")
    assert listed.status_code == (403 if role == "administrator" else 200)
    assert ("第三小学" in listed.content.decode()) == (case == 200)
    if value is not None:
        assert browser.get("/keyaccounts/value/").status_code == value
    if case != 403:
        assert ("第三小学" in browser.get("/keyaccounts/invitations/").content.decode()) == (unit == "X11")


def test_pages_and_interface_carry_a_visit_through(registry: Registry, seat: Any) -> None:
    [visit] = visits.open_due(LATER)
    boss = seat("unit_manager", "X11")
    form = boss.get(f"/keyaccounts/{visit.pk}/actions/report_visit/")
    assert form.status_code == 200
    assert "登记走访" in form.content.decode()
    base = "/api/v1/customer-visits"
    shown = boss.get(f"{base}/{visit.pk}").json()
    assert (shown["state"], shown["name"]) == ("due", SCHOOL)
    assert "report_visit" in shown["possible_actions"]
    done = boss.post(
        f"{base}/{visit.pk}/actions/drop_visit", {"why_not": "<b>放假</b>"}, content_type="application/json",
        headers={"If-Match": str(shown["version"])},
    )  # fmt: skip
    assert done.status_code == 200, done.content
    assert done.json()["state"] == "dropped"
    page = boss.get(f"/keyaccounts/{visit.pk}/").content.decode()
    assert "&lt;b&gt;" in page
    assert "<b>放假" not in page
    customer = registry.who[SCHOOL].pk
    assert "ZF-" in boss.get(f"/customers/{customer}/").content.decode()
    value = boss.get("/api/v1/customer-value", {"month": "2026-03", "by": "tier"})
    assert value.status_code == 200
    assert boss.get("/api/v1/customer-value", {"month": "2026-13"}).status_code == 422
    assert boss.get("/api/v1/invitations").json()["items"][0]["tier"] == "diamond"
    assert boss.post(f"/keyaccounts/propose/{customer}/").status_code == 302
    assert seat("agent", "X12").post(f"/keyaccounts/propose/{customer}/").status_code == 404
