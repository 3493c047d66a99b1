"""Who is told of an outage: by consent, tier and wish, once each, not at night, again on change, people by phone."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.events.registry import Heard
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Message
from open95598.foundation.people.models import Person
from open95598.registry.customers import contacts
from open95598.registry.customers.models import ContactPoint, Customer
from open95598.service.outagenotices import events, near, preparing, queries, sending, subscribing
from open95598.service.outagenotices.models import Broadcast, OutageNotice, Subscription
from open95598.service.outagenotices.sources import INCIDENT, PLANNED
from open95598.service.outages.models import Outage
from open95598.service.planned import services
from open95598.service.planned.models import CareTask, PlannedOutage

#: two in the afternoon in China; nothing is quiet
NOW = MONDAY + timedelta(hours=4)
START, HOUR, DAY = NOW + timedelta(days=10), timedelta(hours=1), timedelta(days=1)
TELLS = {
    "announce_plan", "move_plan", "extend_planned", "cancel_plan", "restore_planned", "change_information",
    "end_information", "withdraw_information",
}  # fmt: skip


def act(row: PlannedOutage, name: str, actor: Actor, at: datetime = NOW, **data: Any) -> PlannedOutage:
    """Act, and let the room hear of it as the worker does."""
    done = casework.perform(row.pk, name, actor, at, data=data).typed
    if name in TELLS:
        preparing.prepare(PLANNED, row.pk, f"case.{name}", {"revision": done.revision}, at)
    return PlannedOutage.objects.system("t").select_related("case").get(pk=row.pk)


@pytest.fixture
def agreed(registry: Registry) -> None:
    for who in ("李小明", "曾国强", "湘江市第三小学"):
        point = ContactPoint.objects.system("t").get(customer=registry.who[who], valid_to=None)
        contacts.give(point.pk, "outage", "call", HOUSE, MONDAY)


@pytest.fixture
def announced(planner: Actor, approver: Actor, agreed: None) -> PlannedOutage:
    return announce(planner, approver)


def announce(planner: Actor, approver: Actor) -> PlannedOutage:
    told = {
        "information": "planned", "devices": ["F1"], "starts_at": START, "ends_at": START + 6 * HOUR,
        "cause": "maintenance", "scope": "芙蓉路沿线", "work_kind": "maintenance", "work": "更换配变",
    }  # fmt: skip
    row = services.plan(planner, told, NOW)
    act(row, "submit_plan", planner)
    act(row, "approve_plan", approver)
    return act(row, "announce_plan", planner)


def told(row: PlannedOutage, what: str) -> Counter[str]:
    found = OutageNotice.objects.filter(broadcast__case=row.pk, broadcast__what=what)
    return Counter(f"{way} {fate}" for way, fate in found.values_list("way", "fate"))


def texts() -> list[str]:
    return list(Message.objects.filter(key__startswith="outage/").exclude(key__startswith="outage/code").values_list(
        "body", flat=True))  # fmt: skip


def subscribe(about: str, text: str, to: str, **more: Any) -> Subscription:
    pk = subscribing.ask(about, text, to, NOW, **more)
    row = Subscription.objects.get(pk=pk)
    assert row.code
    found = re.search(r"(?<!\d)\d{6}(?!\d)", Message.objects.get(key=f"outage/code/{pk}").body)
    assert found is not None
    return subscribing.confirm(pk, found[0], NOW)


def answer(page: Any) -> str:
    """Return what a page answers whoever asked."""
    assert page.status_code == 200
    return str(page.content.decode().split('id="answer"')[1].split("</section>")[0])


def test_who_agreed_is_told_once_and_who_is_in_danger_is_called(announced: PlannedOutage, registry: Registry) -> None:
    assert told(announced, "announced") == {"sms waiting": 3, "call waiting": 2}
    preparing.prepare(PLANNED, announced.pk, "case.announce_plan", {"revision": 1}, NOW)
    assert sending.hand(NOW) == 3
    assert sending.hand(NOW) == 0
    assert told(announced, "announced") == {"sms handed": 3, "call waiting": 2}
    assert len(texts()) == 3
    assert all("设备检修" in text and "芙蓉路沿线" in text and "湘江线" in text for text in texts())
    first = OutageNotice.objects.filter(fate="handed").order_by("rank").first()
    assert first is not None
    assert first.customer_id == registry.who["曾国强"].pk
    Message.objects.filter(pk=first.message_id).update(state="unknown")
    cast = Broadcast.objects.system("t").get(case=announced.pk, what="announced")
    assert queries.states([cast.pk])[cast.pk] == [("call", "waiting", 2), ("sms", "unknown", 1), ("sms", "waiting", 2)]


def test_whose_tier_entitles_them_and_whom_no_message_reaches_is_called(
    registry: Registry, planner: Actor, approver: Actor
) -> None:
    silver = Customer.objects.system("t").filter(pk=registry.who["李小明"].pk)
    silver.update(tier="silver")
    row = announce(planner, approver)
    assert OutageNotice.objects.filter(broadcast__case=row.pk, way="call", customer=silver.get()).count() == 1
    assert told(row, "announced") == {"call waiting": 3}


def test_so_many_a_minute_leave_and_no_more(announced: PlannedOutage) -> None:
    assert sending.hand(NOW, 2) == 2
    assert sending.hand(NOW + timedelta(seconds=30), 2) == 0
    assert sending.hand(NOW + timedelta(seconds=61), 2) == 1


def test_at_night_only_those_on_life_support_and_who_wished_are_woken(
    announced: PlannedOutage, planner: Actor, approver: Actor
) -> None:
    sending.hand(NOW)
    subscribe("area", "芙蓉路", "13511112222", at_night=True)
    subscribe("area", "芙蓉路", "13511113333")
    night = NOW + DAY + 11 * HOUR  # one at night
    act(announced, "move_plan", approver, night, starts_at=START + DAY, ends_at=START + DAY + HOUR, reason="暴雨")
    assert sending.hand(night) == 2
    assert told(announced, "changed")["sms waiting"] == 3
    assert sending.hand(night + 10 * HOUR) == 3
    assert sum("暴雨" in text for text in texts()) == 5


def test_a_change_overtakes_and_a_cancellation_goes_to_those_who_were_told(
    announced: PlannedOutage, planner: Actor, registry: Registry
) -> None:
    sending.hand(NOW, 1)
    act(announced, "cancel_plan", planner, NOW + HOUR, reason="天气")
    assert told(announced, "announced") == {"sms handed": 1, "sms void": 2, "call void": 2}
    assert told(announced, "cancelled") == {"sms waiting": 1}
    point = ContactPoint.objects.system("t").get(customer=registry.who["曾国强"], valid_to=None)
    contacts.withdraw(point.pk, "outage", HOUSE, NOW)
    sending.hand(NOW + 2 * HOUR)
    assert told(announced, "cancelled") == {"sms void": 1}
    assert len(texts()) == 1


def test_who_is_no_longer_concerned_is_told_so_and_who_came_in_is_told(
    announced: PlannedOutage, planner: Actor
) -> None:
    sending.hand(NOW)
    casework.perform(announced.pk, "switch_over", planner, NOW + HOUR, data={"kept": "T2"})
    preparing.prepare(PLANNED, announced.pk, "case.affected_counted", {}, NOW + HOUR)
    assert told(announced, "spared") == {"sms waiting": 1}
    preparing.prepare(PLANNED, announced.pk, "case.affected_counted", {}, NOW + HOUR)
    assert told(announced, "spared") == {"sms waiting": 1}
    sending.hand(NOW + HOUR)
    assert sum("不再涉及" in text for text in texts()) == 1
    back = {"kept": "T2", "off_again": True}
    casework.perform(announced.pk, "switch_over", planner, NOW + HOUR, data=back)
    preparing.prepare(PLANNED, announced.pk, "case.affected_counted", {}, NOW + HOUR)
    preparing.prepare(PLANNED, announced.pk, "case.affected_counted", {}, NOW + HOUR)
    assert sending.hand(NOW + 2 * HOUR) == 1
    assert len(texts()) == 5
    casework.perform(announced.pk, "switch_over", planner, NOW + HOUR, data={"kept": "T2"})
    preparing.prepare(PLANNED, announced.pk, "case.affected_counted", {}, NOW + HOUR)
    assert sending.hand(NOW + 3 * HOUR) == 1
    assert sum("不再涉及" in text for text in texts()) == 2


def test_the_phone_list_is_worked_off_and_counts_as_told(
    announced: PlannedOutage, registry: Registry, planner: Actor, client: Client
) -> None:
    client.force_login(Person.objects.get(pk=planner.person_id), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/outage-notices/calls/").content.decode()
    assert "13900001111" not in page
    assert "曾国强" not in page
    row = OutageNotice.objects.get(way="call", customer=registry.who["曾国强"])
    client.post(f"/outage-notices/calls/{row.pk}/reached/")
    row.refresh_from_db()
    assert row.fate == "reached"
    care = CareTask.objects.system("t").get(plan=announced, customer=registry.who["曾国强"])
    assert (care.state, care.by_id) == ("acknowledged", planner.person_id)
    with pytest.raises(Impossible):
        sending.reached(row.pk, planner, NOW)
    stranger = registry.world.actor("agent", "X22", NOW)
    other = OutageNotice.objects.get(way="call", fate="waiting")
    with pytest.raises(Forbidden):
        sending.reached(other.pk, stranger, NOW)
    assert not queries.calls(stranger.rights)  # type: ignore[arg-type]
    heard = Heard(0, "case.care_told", "t", NOW, announced.pk, {"input": {"customer": other.customer_id}})
    events.told_in_person(heard, NOW)
    assert not queries.calls(planner.rights)  # type: ignore[arg-type]
    assert client.get("/outage-notices/").status_code == 200


def test_the_phone_list_is_there_for_programs(announced: PlannedOutage, registry: Registry, planner: Actor) -> None:
    client, rights = Client(), planner.rights
    assert rights is not None
    client.force_login(Person.objects.get(pk=planner.person_id), backend="django.contrib.auth.backends.ModelBackend")
    row = queries.calls(rights)[0]
    assert row.contact is not None
    first = client.get("/api/v1/outage-notices/calls").json()["items"][0]
    assert row.contact.value not in str(first)
    assert (first["id"], first["tries"], first["outage"], first["call_by"]) == (row.pk, 0, announced.pk, None)
    assert "芙蓉路沿线" in first["say"]
    assert first["say"] in html.unescape(client.get("/outage-notices/calls/").content.decode())
    assert client.post(f"/api/v1/outage-notices/calls/{row.pk}/number").json() == {"phone": row.contact.value}
    assert client.post(f"/api/v1/outage-notices/calls/{row.pk}/unanswered").status_code == 204
    [mine] = [one for one in client.get("/api/v1/outage-notices/calls").json()["items"] if one["id"] == row.pk]
    assert mine["tries"] == 1
    assert client.post(f"/api/v1/outage-notices/calls/{row.pk}/reached").status_code == 204
    assert client.post(f"/api/v1/outage-notices/calls/{row.pk}/reached").status_code == 404
    client.force_login(registry.world.person("agent", "X22"))
    other = OutageNotice.objects.filter(way="call", fate="waiting").values_list("pk", flat=True).first()
    assert client.post(f"/api/v1/outage-notices/calls/{other}/number").status_code == 404


def test_a_subscription_counts_when_it_is_confirmed_and_one_click_ends_it(
    announced: PlannedOutage, approver: Actor, client: Client
) -> None:
    row = subscribe("account", "4300000001", "13511112222")
    again = subscribe("account", "43 0000 0001", "13511112222")
    row.refresh_from_db()
    assert row.ended_at is not None
    with pytest.raises(Invalid):
        subscribing.confirm(str(again.pk), "000000", NOW)
    door = subscribe("area", "芙蓉路88号阳光花园3栋2单元501室", "13511114444")
    assert (door.about, door.location_id is not None) == ("address", True)
    assert subscribe("area", "芙蓉路88号阳光花园3栋2单元999室", "13511115555").about == "area"
    act(announced, "move_plan", approver, NOW, starts_at=START + DAY, ends_at=START + DAY + HOUR, reason="暴雨")
    sending.hand(NOW)
    assert "芙蓉路沿线" in Message.objects.get(to="13511114444", body__contains="暴雨").body
    text = Message.objects.get(to="13511112222", key__startswith="outage/", body__contains="暴雨").body
    assert "芙蓉路" not in text
    path = sending.way_out(again).split("/", 3)[3]
    assert client.get(f"/{path}").status_code == 200
    again.refresh_from_db()
    assert again.ended_at is None
    client.post(f"/{path}")
    again.refresh_from_db()
    assert again.ended_at is not None
    assert not subscribing.end(again.pk, "x" * 24, NOW)


def test_an_unknown_account_and_too_many_codes_look_like_any_other(registry: Registry) -> None:
    rows = [subscribing.ask("account", "999", "13511112222", NOW) for _each in range(5)]
    assert len(set(rows)) == 5
    assert Message.objects.filter(to="13511112222").count() == 3
    for wrong in ("12", "a@", "0731-82224444"):
        with pytest.raises(Invalid):
            subscribing.ask("area", "芙蓉路", wrong, NOW)
    with pytest.raises(Invalid):
        subscribing.ask("area", "没有这条路", "13511112222", NOW)
    assert subscribing.tidy(NOW + 2 * DAY) == 5


def test_is_it_me_says_no_more_than_it_must(announced: PlannedOutage, registry: Registry, client: Client) -> None:
    beside = registry.world.actor("dispatcher", "X12", NOW)
    services.plan(beside, {"information": "arrears", "account": "4300000014", "starts_at": NOW,
                            "ends_at": START, "cause": "arrears"}, NOW)  # fmt: skip
    assert [one.case_id for one in near.of_account("4300000001", NOW).shown] == [announced.pk]
    assert near.of_account("4300000014", NOW) == near.of_account("none", NOW) == near.Answer([])
    assert [one.case_id for one in near.of_address("湘江市东湖区芙蓉路88号", NOW).shown] == [announced.pk]
    assert not near.of_address("青山镇桃花村", NOW).shown
    nothing = [answer(client.post("/portal/outages/", {"account": number})) for number in ("4300000014", "123")]
    assert nothing[0] == nothing[1]
    yes = answer(client.post("/portal/outages/", {"account": "4300000001"}))
    assert "芙蓉路" not in yes
    assert "湘江线" not in yes
    assert yes != nothing[0]
    there = answer(client.post("/portal/outages/", {"address": "芙蓉路88号"}))
    assert "芙蓉路沿线" in there
    assert client.post("/portal/outages/", {"address": "没有这条路"}).status_code == 422


def test_what_everybody_may_read_is_there_for_programs(announced: PlannedOutage, client: Client) -> None:
    calendar = client.get("/portal/outages/outages.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert f"UID:outage-{announced.pk}@".encode() in calendar.content
    found = client.get("/portal/outages/outages.json").json()["outages"]
    assert [one["mRID"] for one in found] == [announced.number]
    assert client.get(f"/portal/outages/{announced.pk}/cap.xml").status_code == 404
    PlannedOutage.objects.system("t").filter(pk=announced.pk).update(points=5000)
    alert = client.get(f"/portal/outages/{announced.pk}/cap.xml")
    assert alert["Content-Type"].startswith("application/cap+xml")
    assert announced.number.encode() in alert.content


def test_of_an_incident_people_hear_when_it_is_sure_and_again_when_it_is_over(registry: Registry, agreed: None) -> None:
    fields = {"device": "F1", "device_name": "湘江线", "device_kind": 1, "actual_start": NOW}
    opening = casework.Opening("outage", registry.world.units["X11"].pk, fields | {"original_customers_served": 5})
    row = casework.open_many([opening], HOUSE, NOW)[0].typed
    cases, outages = Case.objects.system("t").filter(pk=row.pk), Outage.objects.system("t").filter(pk=row.pk)

    def hear(kind: str, state: str) -> Broadcast | None:
        cases.update(state=state)
        return preparing.prepare(INCIDENT, row.pk, f"case.{kind}", {}, NOW)

    assert hear("confirm_outage", "unconfirmed") is None
    assert not near.of_account("4300000001", NOW).shown
    assert hear("confirm_outage", "confirmed") is not None
    assert [one.status for one in near.of_account("4300000001", NOW).shown] == ["confirmed"]
    assert not near.of_account("4300000014", NOW).shown
    assert hear("crew_went", "crew_sent") is None
    outages.update(estimated_to=NOW + HOUR, told="抢修人员已到现场")
    changed = hear("estimate_outage", "crew_sent")
    assert changed is not None
    assert (changed.what, changed.revision) == ("changed", 2)
    assert hear("tell_everybody", "crew_sent") is None
    sending.hand(NOW)
    assert len(texts()) == 3
    assert all("抢修人员已到现场" in text for text in texts())
    # nobody had heard of it before: it is no change to them; where it is they read in names of their own
    assert all("停电通知" in text and "阳光花园" in text and "台区" not in text for text in texts())
    outages.update(estimated_to=NOW + 2 * HOUR)
    assert hear("estimate_outage", "crew_sent") is not None
    sending.hand(NOW + HOUR)
    assert sum("停电进展" in text for text in texts()) == 3
    assert hear("lead_restored", "partly_restored") is None, "nobody said where it is still dark"
    assert hear("rest_restored", "restored") is not None
    sending.hand(NOW + 2 * HOUR)
    assert sum("已恢复" in text for text in texts()) == 3


def test_limits_end_when_customers_are_told_and_the_last_important_user_was_called(
    registry: Registry, agreed: None, planner: Actor
) -> None:
    fields = {"device": "F1", "device_name": "湘江线", "device_kind": 1, "actual_start": NOW}
    opening = casework.Opening("outage", registry.world.units["X11"].pk, fields | {"original_customers_served": 5})
    row = casework.open_many([opening], HOUSE, NOW)[0].typed
    casework.perform(row.pk, "confirm_outage", planner, NOW)

    def running() -> set[str]:
        rows = CaseClock.objects.filter(case=row.pk, state=ClockState.RUNNING)
        return set(rows.values_list("name", flat=True))

    assert running() == {"fault_notice", "important_notice", "fault_estimate"}
    preparing.prepare(INCIDENT, row.pk, "case.confirm_outage", {}, NOW)
    assert running() == {"important_notice", "fault_estimate"}, "they are on the phone list"
    for call in OutageNotice.objects.filter(way="call", broadcast__case=row.pk).order_by("rank"):
        assert "important_notice" in running() or call.rank > 1
        sending.reached(call.pk, planner, NOW)
    assert running() == {"fault_estimate"}


def test_restored_in_part_both_sides_hear_their_own_and_the_rest_hears_the_end(
    registry: Registry, agreed: None
) -> None:
    """T2, with the school on it, stays dark: its customers hear so; the others of F1 that their supply is back."""
    subscribe("account", "4300000005", "13511112222")
    subscribe("account", "4300000001", "13511113333")
    fields = {"device": "F1", "device_name": "湘江线", "device_kind": 1, "actual_start": NOW}
    opening = casework.Opening("outage", registry.world.units["X11"].pk, fields | {"original_customers_served": 5})
    row = casework.open_many([opening], HOUSE, NOW)[0].typed

    def hear(kind: str, state: str, at: datetime, **given: Any) -> Counter[str]:
        Case.objects.system("t").filter(pk=row.pk).update(state=state)
        preparing.prepare(INCIDENT, row.pk, f"case.{kind}", {"input": given}, at)
        sending.hand(at)
        rows = OutageNotice.objects.filter(broadcast__case=row.pk, fate="handed", handed_at=at)
        return Counter(rows.values_list("broadcast__what", flat=True))

    assert hear("confirm_outage", "confirmed", NOW) == {"announced": 5}
    assert hear("restore_outage", "partly_restored", NOW + HOUR, still_dark="T2") == {"restored": 3, "partly": 2}
    still = OutageNotice.objects.filter(broadcast__what="partly").values_list("customer__name", "subscription__to")
    assert set(still) == {("湘江市第三小学", None), (None, "13511112222")}
    assert any("您处仍在抢修" in text for text in texts())
    # heard once more, nobody is told twice
    assert not hear("restore_outage", "partly_restored", NOW + HOUR + timedelta(minutes=1), still_dark="T2")
    assert hear("rest_restored", "restored", NOW + 2 * HOUR) == {"restored": 2}
    assert not hear("all_light", "restored", NOW + 2 * HOUR + timedelta(minutes=1))


def test_a_mail_program_ends_it_by_one_post(announced: PlannedOutage, approver: Actor, registry: Registry) -> None:
    """RFC 8058: no cookie, no token, one POST to the address in the head of the message."""
    row = subscribe("area", "芙蓉路", "li@example.com")
    customer = registry.who["李小明"]
    ContactPoint.objects.system("t").filter(customer=customer).update(preferred=False)
    point = ContactPoint.objects.system("t").create(
        customer=customer, kind="email", value="wang@example.com", preferred=True, valid_from=NOW
    )
    contacts.give(point.pk, "outage", "call", HOUSE, MONDAY)
    act(announced, "move_plan", approver, NOW, starts_at=START + DAY, ends_at=START + DAY + HOUR, reason="暴雨")
    sending.hand(NOW)
    strict = Client(enforce_csrf_checks=True)

    def subscribed() -> bool:
        return bool(Subscription.objects.get(pk=row.pk).ended_at is None)

    def agrees() -> bool:
        return subscribing.agreed(point.pk, sending.seal(f"contact {point.pk}"))

    for to, left in (("li@example.com", subscribed), ("wang@example.com", agrees)):
        message = Message.objects.get(to=to, key__startswith="outage/", body__contains="暴雨")
        path = "/" + message.unsubscribe.split("/", 3)[3]
        assert message.unsubscribe.startswith("http")
        assert strict.get(path).status_code == 405, "programs that look at links end nothing"
        assert strict.post(path, {}).status_code == 403
        wrong = path.replace("/one-click/", "x/one-click/")
        assert strict.post(wrong, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert left()
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not left()
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert strict.get(path.removesuffix("one-click/")).status_code == 200
    sms = subscribe("area", "芙蓉路", "13511119999")
    act(announced, "move_plan", approver, NOW, starts_at=START + 2 * DAY, ends_at=START + 2 * DAY + HOUR, reason="大风")
    sending.hand(NOW + timedelta(minutes=2))
    assert Message.objects.get(to=sms.to, body__contains="大风").unsubscribe == ""
    assert not Message.objects.filter(to__contains="example.com", body__contains="大风").exists()


def test_the_phone_list_shows_a_number_on_record_and_brings_back_who_did_not_answer(
    announced: PlannedOutage, registry: Registry
) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(registry.world.person("shift_leader", "X11"))
    rights = registry.world.actor("shift_leader", "X11", NOW).rights
    assert rights is not None
    first, second = queries.calls(rights)
    assert (first.rank, second.rank) == (0, 1) and first.customer is not None
    OutageNotice.objects.filter(pk=second.pk).update(rank=0)
    page = client.get("/outage-notices/calls/").content.decode()
    assert "13900001111" not in page
    shown = client.post(f"/outage-notices/calls/{first.pk}/number/").content.decode()
    assert "13900001111" in shown and "13612340000" not in shown
    entry = Entry.objects.filter(kind="customer.shown", stream=f"customer/{first.customer_id}").get()
    assert "phone" in entry.body and announced.number in entry.body
    assert client.post(f"/outage-notices/calls/{first.pk}/unanswered/").status_code == 302
    assert [row.pk for row in queries.calls(rights)] == [second.pk, first.pk]
    assert "未接通 1 次" in client.get("/outage-notices/calls/").content.decode()
    assert client.post(f"/outage-notices/calls/{first.pk}/reached/").status_code == 302
    for act in ("unanswered", "number", "reached"):
        assert client.post(f"/outage-notices/calls/{first.pk}/{act}/").status_code == 404
    stranger = Client()
    stranger.force_login(registry.world.person("shift_leader", "X21"))
    assert stranger.post(f"/outage-notices/calls/{second.pk}/number/").status_code == 404
    reader = Client()
    reader.force_login(registry.world.person("read_only_auditor", "X11"))
    assert reader.post(f"/outage-notices/calls/{second.pk}/number/").status_code in (403, 404)
