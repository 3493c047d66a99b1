"""What does not fit is found once, put right or dismissed, and closes when it is found no more."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.casework import services as casework
from open95598.casework.models import CaseClock
from open95598.foundation import clock
from open95598.foundation.errors import Forbidden, NotFound
from open95598.foundation.events.registry import Heard
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.registry.customers import accounts, contacts, lifecycle, merging, services
from open95598.registry.customers.models import (
    AccountParty,
    ContactPoint,
    CustomerAgreement,
    Meter,
    ServiceLocation,
    UsagePoint,
)
from open95598.registry.customers.services import NewCustomer
from open95598.service.dataquality import events, queries
from open95598.service.dataquality import services as findings
from open95598.service.dataquality.models import DataFinding

LATER, NEXT = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
#: at three of the six accounts no meter hangs
ALWAYS = {"no_meter": 3}


def one(rule: str) -> DataFinding:
    row: DataFinding = DataFinding.objects.system("a test").select_related("case").get(rule=rule, is_open=True)
    return row


def state(row: DataFinding) -> str:
    return str(DataFinding.objects.system("a test").values_list("case__state", flat=True).get(pk=row.pk))


def kinds(row: DataFinding) -> list[str]:
    return list(Entry.objects.filter(case_id=row.pk).order_by("seq").values_list("kind", flat=True))


def hear(handler: Any, kind: str, **more: Any) -> None:
    handler(Heard(0, kind, "a test", NEXT, more.pop("case_id", None), more), NEXT)


def spoil(registry: Registry) -> None:
    """Put one thing of each sort out of order."""
    unit = registry.world.units["X11"].pk
    rows: Any = ContactPoint.objects.system("a test")
    rows.filter(customer=registry.who["曾国强"]).update(valid_to=MONDAY)
    rows.filter(customer=registry.who["王芳"]).update(valid_to=MONDAY)
    points: Any = UsagePoint.objects.system("a test")
    points.filter(account__number="4300000014").delete()
    ServiceLocation.objects.filter(points__account__number="4300000003").update(road=None, community=None)
    AccountParty.objects.system("a test").filter(account__number="4300000005").update(valid_to=MONDAY.date())
    terms: Any = CustomerAgreement.objects.system("a test")
    terms.filter(account__number="4300000001").update(nature="temporary", expires_on=date(2026, 1, 31))
    terms.create(account=registry.who["曾国强"].parties.system("a test").get().account, valid_from=date(2025, 1, 1))
    twin = services.create(NewCustomer("李晓明", unit), HOUSE, MONDAY)
    contacts.add(twin.pk, "phone", "13812345678", HOUSE, MONDAY)
    for name in ("甲大", "乙大", "丙大", "丁大"):
        other = services.create(NewCustomer(name, unit), HOUSE, MONDAY)
        contacts.add(other.pk, "phone", "13000000000", HOUSE, MONDAY)
    services.create(NewCustomer("湘江市第三小学", unit, kind="organisation"), HOUSE, MONDAY)
    Meter.objects.system("a test").filter(number="M10000003").update(number="0M10000001")


def test_each_is_found_once_however_often_one_looks(registry: Registry) -> None:
    first = findings.run(LATER)
    assert (dict(first.seen), dict(first.opened)) == (ALWAYS, ALWAYS)
    spoil(registry)
    second = findings.run(LATER + timedelta(hours=1))
    new = dict.fromkeys(
        ("protected_unreachable", "no_owner", "supply_over", "agreements_overlap", "no_point", "meters_alike",
         "address_unread", "duplicate", "same_organisation", "shared_phone", "no_phone"), 1,
    )  # fmt: skip
    assert dict(second.opened) == new
    assert dict(second.closed) == {"no_meter": 1}, "where the point is gone no meter is missed any more"
    third = findings.run(LATER + timedelta(hours=2))
    assert (third.opened, third.closed) == ({}, {})
    assert third.seen == second.seen
    assert not any("曾国强" in body or "1390000" in body for body in Entry.objects.values_list("body", flat=True))
    assert CaseClock.objects.get(case_id=one("no_owner").pk).name == "data_confirm"


def test_one_name_at_one_address_is_one_customer_perhaps(registry: Registry) -> None:
    findings.run(LATER)
    door = "湘江市东湖区芙蓉路88号阳光花园3栋2单元501室"
    registry.make("李小明", "X11", "4300000091", door, phone="13755556666", meter="M9100001")
    registry.make("陈某", "X11", "4300000092", door, phone="13755557777", meter="M9100002")  # somebody else there
    done = findings.run(LATER + timedelta(hours=1))
    assert dict(done.opened) == {"same_door": 1}
    row = one("same_door")
    assert row.other_id != row.customer_id
    again = findings.look_again([row.pk], LATER + timedelta(hours=2))
    assert not again, "it is so still"


def test_a_run_opens_so_many_of_a_check_and_says_what_it_held_back(registry: Registry) -> None:
    done = findings.run(LATER, most=2)
    assert (done.opened["no_meter"], done.held_back["no_meter"]) == (2, 1)
    assert findings.run(LATER + timedelta(hours=1), most=2).opened["no_meter"] == 1


def test_what_is_corrected_is_looked_at_again_at_once(registry: Registry) -> None:
    spoil(registry)
    findings.run(LATER)
    agent = registry.world.actor("agent", "X11", NEXT)
    row = one("supply_over")
    casework.perform(row.pk, "confirm_finding", agent, NEXT)
    casework.perform(row.pk, "correct_finding", agent, NEXT, data={"done": "prolonged"})
    hear(events.corrected, "case.correct_finding", case_id=row.pk)
    assert state(row) == "confirmed", "it is still there: back to whoever said so"
    lifecycle.end_agreement("4300000001", "removed", agent, NEXT)
    casework.perform(row.pk, "correct_finding", agent, NEXT, data={"done": "ended"})
    hear(events.corrected, "case.correct_finding", case_id=row.pk)
    assert state(row) == "closed"
    assert kinds(row)[-3:] == ["case.still_there", "case.correct_finding", "case.not_there"]


def test_every_finding_has_a_way_to_be_put_right_and_closes_by_it(registry: Registry) -> None:
    spoil(registry)
    findings.run(LATER)
    agent = registry.world.actor("unit_manager", "HQ", NEXT)
    pair, school = one("duplicate"), one("same_organisation")
    unit = registry.world.units["X11"].pk
    owner = services.create(NewCustomer("新户主", unit), HOUSE, MONDAY)
    contacts.add(owner.pk, "phone", "13511110000", HOUSE, MONDAY)
    for mend in (
        lambda: contacts.add(registry.who["曾国强"].pk, "phone", "13511112222", agent, NEXT),
        lambda: contacts.add(registry.who["王芳"].pk, "phone", "13511113333", agent, NEXT),
        lambda: accounts.add_party("4300000005", owner.pk, "owner", agent, NEXT, "found in the file"),
        lambda: accounts.agree("4300000001", accounts.Agreement(), agent, NEXT, "permanent now"),
        lambda: accounts.agree("4300000002", accounts.Agreement(), agent, NEXT, "one contract"),
        lambda: accounts.relocate("4300000014", "湘江市西山县青山镇桃花村5组12号", "no point", agent, NEXT),
        lambda: accounts.relocate("4300000003", "湘江市东湖区韶山路12号", "written out", agent, NEXT),
        lambda: merging.merge(pair.customer_id, pair.other_id, "one person", agent, NEXT),
        lambda: merging.merge(school.customer_id, school.other_id, "one school", agent, NEXT),
    ):
        mend()
    for number, meter in (("4300000003", "M30000003"), ("4300000005", "M30000005"), ("4300000014", "M30000014"),
                          ("4300000021", "M30000021")):  # fmt: skip
        accounts.replace_meter(number, meter, 1, agent, NEXT)  # type: ignore[arg-type]
    shared = one("shared_phone")
    held = ContactPoint.objects.system("a test").get(customer=shared.customer_id)
    contacts.end(held.pk, agent, NEXT)
    done = findings.run(NEXT)
    assert done.opened == {}
    assert not DataFinding.objects.system("a test").filter(is_open=True).exists()
    assert set(DataFinding.objects.system("a test").values_list("gone", "case__state")) == {(True, "closed")}


def test_a_change_of_the_customer_closes_what_it_mends_without_waiting_for_the_night(registry: Registry) -> None:
    spoil(registry)
    findings.run(LATER)
    row, pair, who = one("protected_unreachable"), one("duplicate"), registry.who["曾国强"]
    contacts.add(who.pk, "phone", "13511112222", HOUSE, NEXT)
    hear(events.mended, "customer.contact_added", customer=who.pk)
    assert (state(row), kinds(row)) == ("closed", ["case.opened", "case.seen_no_more"])
    assert state(pair) == "found"
    merging.merge(pair.customer_id, pair.other_id, "one person", HOUSE, NEXT)
    hear(events.mended, "customer.merged", customer=pair.customer_id)
    assert state(pair) == "closed"
    contacts.end(ContactPoint.objects.system("a test").get(value="13511112222").pk, HOUSE, NEXT)
    again = findings.run(NEXT + timedelta(hours=1))
    assert again.opened["protected_unreachable"] == 1, "what comes back is found again, as a case of its own"


def test_what_was_dismissed_is_not_told_again_until_it_is_another_matter(registry: Registry) -> None:
    spoil(registry)
    findings.run(LATER)
    agent = registry.world.actor("agent", "X11", NEXT)
    row = one("shared_phone")
    casework.perform(row.pk, "dismiss_finding", agent, NEXT, data={"why_not": "the housing office's number"})
    assert findings.run(NEXT).opened == {}
    more = services.create(NewCustomer("戊大", registry.world.units["X11"].pk), HOUSE, NEXT)
    contacts.add(more.pk, "phone", "13000000000", HOUSE, NEXT)
    assert findings.run(NEXT + timedelta(hours=1)).opened == {"shared_phone": 1}


@pytest.mark.parametrize(
    ("role", "unit", "sees", "mends"),
    [("agent", "X11", True, True), ("agent", "X12", False, False), ("handler", "X11", True, False),
     ("read_only_auditor", "HQ", True, False), ("crew_member", "X11", False, False),
     ("administrator", "HQ", False, False)],
)  # fmt: skip
def test_who_sees_and_who_mends(
    registry: Registry, client: Client, role: str, unit: str, sees: bool, mends: bool
) -> None:
    spoil(registry)
    findings.run(LATER)
    row, person = one("duplicate"), registry.world.person(role, unit)
    actor = registry.world.actor(role, unit, NEXT)
    assert actor.rights is not None
    assert queries.findings(actor.rights).filter(pk=row.pk).exists() == sees
    client.force_login(person)
    with clock.using(clock.FixedClock(NEXT)):
        page = client.get(f"/data-findings/{row.pk}/")
        assert (page.status_code == 200) == sees
        merge = f"/customers/{row.customer_id}/?act=merge&amp;other={row.other_id}#merge"
        assert (merge in page.content.decode()) == mends
        assert "李小明" not in page.content.decode()
        token = people.make_token(person, "test", (), NEXT)
        api = Client(headers={"authorization": f"Bearer {token}"})
        told = api.get("/api/v1/data-findings?open=true&rule=duplicate")
        if sees:
            assert [item["id"] for item in told.json()["items"]] == [row.pk]
            assert "李小明" not in told.content.decode()
        url = f"/api/v1/data-findings/{row.pk}/actions/dismiss_finding"
        done = api.post(url, json.dumps({"why_not": "two people"}), content_type="application/json")
        assert (done.status_code == 200) == mends
        if not mends:
            assert done["Content-Type"].startswith("application/problem+json")
    refusal = None if mends else (Forbidden, NotFound)
    if refusal is not None:
        with pytest.raises(refusal):
            casework.perform(row.pk, "confirm_finding", actor, NEXT)


def test_the_fix_stands_open_on_the_customer_s_page(registry: Registry, client: Client) -> None:
    spoil(registry)
    findings.run(LATER)
    row = one("duplicate")
    client.force_login(registry.world.person("agent", "X11"))
    with clock.using(clock.FixedClock(NEXT)):
        page = client.get(f"/customers/{row.customer_id}/?act=merge&other={row.other_id}").content.decode()
        assert f'value="{row.other_id}"' in page
        assert row.number in page, "the open finding stands on the page"
        for hostile in ("change", "../x", "<script>"):
            shown = client.get(f"/customers/{row.customer_id}/", {"act": hostile, "other": "<script>"})
            assert shown.status_code == 200
            assert "李小明" not in shown.content.decode(), "no address opens the form that holds the name in full"
        client.force_login(registry.world.person("unit_manager", "HQ"))
        for each in DataFinding.objects.system("a test"):
            shown = client.get(f"/data-findings/{each.pk}/")
            assert shown.status_code == 200, each.rule
            assert "前往更正" in shown.content.decode(), each.rule
        listed = client.get("/data-findings/?open=1&rule=duplicate").content.decode()
        assert "李**" in listed
        assert "李小明" not in listed
