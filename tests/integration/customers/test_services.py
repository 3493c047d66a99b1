"""Customers, accounts, contacts and consent are written, told and refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.journal.models import Entry, Personal
from open95598.registry.customers import accounts, contacts, merging, queries, services
from open95598.registry.customers.accounts import Agreement
from open95598.registry.customers.models import AccountParty, Consent, ContactPoint, Customer, CustomerAgreement, Meter
from open95598.registry.customers.services import NewCustomer

LATER = MONDAY + timedelta(days=3)


def _kinds(customer: Customer) -> list[str]:
    return list(Entry.objects.filter(stream=customer.stream).order_by("seq").values_list("kind", flat=True))


def test_a_change_is_told_with_what_was_before_and_the_name_apart(registry: Registry) -> None:
    who = registry.who["李小明"]
    leader = registry.world.actor("shift_leader", "X11", LATER)
    done = services.change(who.pk, {"name": "李晓明", "tier": "silver"}, leader, LATER, version=who.version)
    assert (done.sounds, done.tier, done.version) == ("lixiaoming", "silver", who.version + 1)
    entry = Entry.objects.filter(stream=who.stream).latest("seq")
    assert entry.kind == "customer.changed"
    assert "晓明" not in entry.body
    assert dict(Personal.objects.filter(entry_id=entry.pk).values_list("name", "content")) == {
        "name": "李晓明", "name_before": "李小明",
    }  # fmt: skip


def test_two_agents_on_one_customer(registry: Registry) -> None:
    who = registry.who["李小明"]
    agent = registry.world.actor("agent", "X11", LATER)
    services.change(who.pk, {"name": "李晓明"}, agent, LATER, version=who.version)
    with pytest.raises(Stale):
        services.change(who.pk, {"name": "李晓鸣"}, agent, LATER, version=who.version)
    with pytest.raises(Stale):
        contacts.add(who.pk, "phone", "13800000000", agent, LATER, version=who.version)


@pytest.mark.parametrize(
    ("role", "unit", "refusal"),
    [("agent", "X12", NotFound), ("handler", "X11", Forbidden), ("read_only_auditor", "HQ", Forbidden),
     ("administrator", "HQ", NotFound), ("agent", "T111", NotFound)],
)  # fmt: skip
def test_who_may_not_change(registry: Registry, role: str, unit: str, refusal: type[Exception]) -> None:
    actor = registry.world.actor(role, unit, LATER)
    with pytest.raises(refusal):
        services.change(registry.who["李小明"].pk, {"name": "李晓明"}, actor, LATER)


def test_consent_is_dated_and_ends_with_its_contact(registry: Registry) -> None:
    who = registry.who["李小明"]
    mail = contacts.add(who.pk, "email", "Li@Example.org", HOUSE, MONDAY, purposes=("bill",))
    assert mail.value == "li@example.org"
    contacts.give(mail.pk, "outage", "call", HOUSE, MONDAY)
    contacts.withdraw(mail.pk, "bill", HOUSE, LATER)
    with pytest.raises(Impossible):
        contacts.withdraw(mail.pk, "bill", HOUSE, LATER)
    contacts.prefer(mail.pk, HOUSE, LATER)
    points = ContactPoint.objects.system("test").filter(customer=who, preferred=True)
    assert [p.pk for p in points] == [mail.pk]
    contacts.end(mail.pk, HOUSE, LATER)
    assert not Consent.objects.system("test").filter(contact=mail, withdrawn_at=None).exists()
    assert _kinds(who)[-5:] == [
        "customer.contact_added", "customer.consent_given", "customer.consent_withdrawn", "customer.contact_changed",
        "customer.contact_ended",
    ]  # fmt: skip
    with pytest.raises(Invalid):
        contacts.add(who.pk, "email", "no mail", HOUSE, MONDAY)


def test_a_new_owner_follows_the_old_one(registry: Registry) -> None:
    old, new = registry.who["李小明"], registry.who["王芳"]
    accounts.add_party("4300000001", new.pk, "owner", HOUSE, LATER)
    rows = AccountParty.objects.system("test").filter(account__number="4300000001", role="owner").order_by("valid_from")
    assert [(p.customer_id, p.valid_to) for p in rows] == [
        (old.pk, accounts.day_of(LATER) - timedelta(days=1)), (new.pk, None),
    ]  # fmt: skip
    # the new owner lives in another city and is now seen in this county as well
    rights = registry.world.actor("agent", "X11", LATER).rights
    assert rights is not None
    assert queries.get(rights, new.pk).spread
    assert [a.number for a in queries.card(queries.get(rights, new.pk), rights, LATER).accounts] == ["4300000001"]
    with pytest.raises(Impossible):
        accounts.end_party(rows.last().pk, HOUSE, LATER)


def test_temporary_supply_has_an_end_within_six_months(registry: Registry) -> None:
    for expires in (None, date(2027, 1, 1), date(2026, 1, 1)):
        with pytest.raises(Invalid):
            accounts.agree("4300000001", Agreement(nature="temporary", expires_on=expires), HOUSE, MONDAY)
    accounts.agree("4300000001", Agreement(nature="temporary", expires_on=date(2026, 8, 1)), HOUSE, MONDAY)
    rows = CustomerAgreement.objects.system("test").filter(account__number="4300000001").order_by("pk")
    assert [a.ended_on is None for a in rows] == [False, True]
    assert rows.last().points.system("test").count() == 1


def test_a_meter_is_replaced_and_hangs_nowhere_else(registry: Registry) -> None:
    accounts.replace_meter("4300000001", "M90000001", Decimal(20), HOUSE, LATER)
    rows = Meter.objects.system("test").filter(point__agreement__account__number="4300000001").order_by("pk")
    assert [(m.number, m.removed_on is None) for m in rows] == [("M10000001", False), ("M90000001", True)]
    with pytest.raises(Invalid):
        accounts.replace_meter("4300000002", "M90000001", Decimal(1), HOUSE, LATER)


def test_an_account_closes_with_all_that_hangs_on_it(registry: Registry) -> None:
    who = registry.who["李小明"]
    with pytest.raises(Impossible):
        services.close(who.pk, "moved away", HOUSE, LATER)
    accounts.close_account("4300000001", "moved away", HOUSE, LATER)
    services.close(who.pk, "moved away", HOUSE, LATER)
    with pytest.raises(Impossible):
        services.change(who.pk, {"tier": "silver"}, HOUSE, LATER)


def test_a_merger_and_its_way_back(registry: Registry) -> None:
    first, second = registry.who["李小明"], registry.who["曾国强"]
    contacts.add(second.pk, "phone", "13812345678", HOUSE, MONDAY)
    done = merging.merge(first.pk, second.pk, "one person, registered twice", HOUSE, LATER)
    kept = Customer.objects.system("test").get(pk=first.pk)
    assert kept.protected
    assert AccountParty.objects.system("test").filter(customer=kept).count() == 2
    numbers = ContactPoint.objects.system("test").filter(customer=kept).values_list("value", flat=True)
    assert sorted(numbers) == ["13812345678", "13900001111"]
    rights = registry.world.actor("agent", "X11", LATER).rights
    assert rights is not None
    assert {h.customer_id for h in queries.find(rights, "4300000002")} == {first.pk}
    assert queries.find(rights, "曾国强") == []
    merging.unmerge(done.pk, "two people after all", HOUSE, LATER)
    kept.refresh_from_db(from_queryset=Customer.objects.system("test"))
    assert not kept.protected
    assert {h.customer_id for h in queries.find(rights, "4300000002")} == {second.pk}
    with pytest.raises(Impossible):
        merging.unmerge(done.pk, "again", HOUSE, LATER)


def test_the_card_is_masked_until_it_was_asked_for(registry: Registry) -> None:
    agent = registry.world.actor("agent", "X11", LATER)
    assert agent.rights is not None
    who = queries.by_phone(agent.rights, "138 1234 5678")[0]
    shown = queries.card(who, agent.rights, LATER)
    assert (shown.name, shown.contacts[0].value) == ("李**", "138****5678")
    assert (shown.accounts[0].address, shown.may_reveal, shown.may_edit) == ("湘江市东湖区芙蓉路****", True, True)
    with pytest.raises(Invalid):
        services.reveal(who.pk, ["name"], "", agent, LATER)
    services.reveal(who.pk, ["name"], "the caller asks", agent, LATER)
    assert _kinds(who)[-1] == "customer.shown"
    plain = queries.card(who, agent.rights, LATER, plain=True)
    assert (plain.name, plain.contacts[0].value) == ("李小明", "13812345678")
    auditor = registry.world.actor("read_only_auditor", "HQ", LATER)
    with pytest.raises(Forbidden):
        services.reveal(who.pk, ["name"], "curious", auditor, LATER)


def test_bad_input_names_its_fields(registry: Registry) -> None:
    unit = registry.world.units["X11"].pk
    with pytest.raises(Invalid) as refusal:
        services.create(NewCustomer(" ", unit, tier="gold", manager_id=10**9), HOUSE, MONDAY)
    assert set(refusal.value.fields) == {"name", "tier", "manager_id"}
    with pytest.raises(Forbidden):
        services.create(NewCustomer("甲", unit), registry.world.actor("agent", "X12", MONDAY), MONDAY)


def test_one_account_of_a_phone(registry: Registry) -> None:
    rights = registry.world.actor("agent", "HQ", MONDAY).rights
    assert rights is not None
    found = queries.account_of_phone(rights, "13812345678")
    assert found is not None
    assert found.number == "4300000001"
    contacts.add(registry.who["王芳"].pk, "phone", "13812345678", HOUSE, MONDAY)
    assert queries.account_of_phone(rights, "13812345678") is None
