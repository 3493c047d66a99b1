"""Many callers, one incident: reports become an outage, orders wait for one crew, one act reaches all."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from tests import world as worlds
from tests.integration.outages.conftest import CALLERS, MACHINE, House
from tests.registered import fill

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock, CaseLink, ClockState
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.registry.customers import accounts
from open95598.registry.grid import services as switches
from open95598.registry.grid.described import Described, Device
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind
from open95598.service.outages import attaching, linepage, mappage, mapping, queries, reporting, storm
from open95598.service.outages.following import Follower
from open95598.service.outages.models import OutageReport
from open95598.service.outages.reporting import Told
from open95598.service.workorders import directory

HOUSE = Actor.house("test")


def test_three_calls_are_one_outage_with_one_crew(house: House) -> None:
    first, second, third = house.calls()
    [outage] = house.outages()
    assert outage.case.state == "unconfirmed"
    assert outage.original_customers_served >= 20
    assert {house.report(order).outage_id for order in (first, second, third)} == {outage.pk}
    assert outage.why["here"]["reports"] == 3
    assert sum(one["probability"] for one in outage.why["ranked"]) <= 1.001
    assert outage.lead_id == first.pk
    assert [house.state(order) for order in (second, third)] == ["merged", "merged"]
    assert house.state(first) != "merged"
    assert CaseLink.objects.filter(other_id=outage.pk, kind="outage").count() == 3
    house.follow(minutes=20)
    assert house.state(outage) == "probable"


def test_one_act_restores_all_and_each_customer_is_called_back(house: House) -> None:
    orders = house.calls()
    [outage] = house.outages()
    house.do(outage, "estimate_outage", estimated_from=house.clock.now() + timedelta(hours=1),
             estimated_to=house.clock.now() + timedelta(hours=2), text="预计一小时后送电")  # fmt: skip
    house.do(outage, "restore_outage", cause="weather", text="已送电，请留意")
    assert house.state(outage) == "restored"
    assert {house.state(order) for order in orders} == {"reviewed"}
    for order in orders:
        order.refresh_from_db()
        assert order.answer == "已送电，请留意"
    house.follow(minutes=20)
    # one of them is still dark: an outage of its own, below the one that was restored
    house.do(orders[1], "call_back", "callback_clerk", outcome="unsatisfied", reason="not_solved")
    assert house.state(orders[1]) == "reopened"
    _old, nested = house.outages()
    assert nested.case.parent_id == outage.pk
    rights = house.actor("dispatcher").rights
    assert rights is not None
    assert [order.pk for order in queries.still_dark(rights, outage)] == [orders[1].pk]
    with pytest.raises(Impossible):
        house.do(outage, "close_outage", cause="weather")
    house.do(nested, "restore_outage", cause="equipment")
    house.do(outage, "close_outage", cause="weather")
    assert house.state(outage) == "closed"


def test_the_crew_of_the_lead_is_the_crew_of_all(house: House) -> None:
    first, second, _third = house.calls()
    [outage] = house.outages()
    if house.state(first) == "created":
        house.do(first, "dispatch", unit="X11")
    for action, data in (("accept", {}), ("send_crew", {}), ("arrive", {}),
                         ("diagnose", {"cause": "equipment", "ownership": "utility"})):  # fmt: skip
        house.do(first, action, "handler", **data)
    assert house.state(outage) == "crew_sent"
    second.refresh_from_db()
    assert second.arrived_at is not None
    house.clock.advance(timedelta(minutes=20))
    true = house.clock.now() - timedelta(minutes=15)  # there was no network
    casework.perform(
        first.pk, "restore", house.actor("handler"), house.clock.now(), data={"result": "solved"}, occurred_at=true
    )
    house.follow()
    assert house.state(outage) == "restored"
    assert house.state(second) == "reviewed"
    outage.refresh_from_db()
    assert (outage.cause_kind, outage.actual_end) == ("equipment", true)


def test_what_is_certain_is_told_and_estimated_within_its_limits(house: House) -> None:
    """DOMAIN 4 [Q8, Q10]: told in 5 minutes, important users called in 10, an estimate in 5; from certain on."""
    house.calls()
    [outage] = house.outages()

    def running() -> dict[str, float]:
        rows = CaseClock.objects.filter(case=outage.pk, state=ClockState.RUNNING)
        return {row.name: (row.due_at - row.started_at).total_seconds() / 60 for row in rows}

    house.follow(minutes=20)
    assert (house.state(outage), running()) == ("probable", {})
    house.do(outage, "confirm_outage")
    assert running() == {"fault_notice": 5, "important_notice": 10, "fault_estimate": 5}
    begun = CaseClock.objects.get(case=outage.pk, name="fault_notice").started_at
    house.do(outage, "send_outage_crew")
    assert CaseClock.objects.get(case=outage.pk, name="fault_notice").started_at == begun
    now = house.clock.now()
    house.do(outage, "estimate_outage", estimated_from=now + timedelta(hours=1), estimated_to=now + timedelta(hours=2))
    assert set(running()) == {"fault_notice", "important_notice"}
    house.do(outage, "restore_outage", cause="equipment")
    assert running() == {}


def test_a_crew_sent_for_the_outage_itself_is_the_only_one(house: House) -> None:
    first, second, _third = house.calls()
    [outage] = house.outages()
    assert house.state(first) != "merged"
    house.do(outage, "send_outage_crew")
    assert house.state(first) == "merged"
    with pytest.raises(Impossible):
        house.do(first, "send_crew", "handler")
    # whoever calls now waits with the others, and is nobody's second crew
    late = house.call("13612340000")
    house.follow()
    assert house.report(late).outage_id == outage.pk
    assert house.state(late) == "merged"
    house.do(outage, "reach_outage", "handler")
    second.refresh_from_db()
    assert second.arrived_at is not None
    with pytest.raises(Impossible):
        house.do(outage, "reach_outage", "handler")
    house.do(outage, "restore_outage", cause="equipment")
    assert {house.state(order) for order in (first, second, late)} == {"reviewed"}


def test_whoever_is_sent_to_an_outage_has_it_on_the_phone_until_it_is_over(house: House) -> None:
    house.calls()
    [outage] = house.outages()
    crew = house.world.person("crew_member", "X11")
    client = Client()
    client.force_login(crew)
    assert outage.number not in client.get("/crew/").content.decode()
    house.do(outage, "send_outage_crew", person=crew.pk)
    page = client.get("/crew/").content.decode()
    assert outage.number in page
    assert f"/outages/{outage.pk}/" in page
    assert client.get(f"/outages/{outage.pk}/").status_code == 200
    house.do(outage, "reach_outage", "crew_member")
    house.do(outage, "restore_outage", "crew_member", cause="equipment")
    assert outage.number not in client.get("/crew/").content.decode()


def test_who_called_twice_before_anybody_knew_of_the_outage_waits_with_both_orders(house: House) -> None:
    first = house.call(CALLERS[0])
    house.follow()
    again = house.call(CALLERS[0], description="还是没电")
    house.follow()
    assert house.report(again).apart == "again"
    assert house.report(again).outage_id is None
    house.call(CALLERS[1])
    house.call(CALLERS[2])
    house.follow()
    [outage] = house.outages()
    assert {house.report(order).outage_id for order in (first, again)} == {outage.pk}
    house.do(outage, "send_outage_crew")
    assert {house.state(order) for order in (first, again)} == {"merged"}


def test_an_order_with_others_merged_into_it_waits_for_the_outages_crew_and_all_are_answered(house: House) -> None:
    first, second, third = [house.call(phone) for phone in CALLERS]
    neighbour = house.call(CALLERS[1], description="又打来问一次")
    casework.perform(neighbour.pk, "merge", house.actor("dispatcher"), house.clock.now(), data={"into": second.number})
    house.follow()
    [outage] = house.outages()
    house.do(outage, "send_outage_crew")
    assert {house.state(order) for order in (first, second, third, neighbour)} == {"merged"}
    house.do(outage, "restore_outage", cause="equipment", text="已送电")
    orders = (first, second, third, neighbour)
    for order in orders:
        order.refresh_from_db()
    assert {house.state(order) for order in orders} == {"reviewed"}
    assert {order.answer for order in orders} == {"已送电"}


def test_who_stays_behind_when_the_lead_moves_to_another_outage_keeps_a_crew(house: House) -> None:
    first, second, third = house.calls()
    [outage] = house.outages()
    assert outage.lead_id == first.pk
    switches.switch(GridDevice.objects.system("a test").get(code="F2").pk, True, "page", HOUSE, house.clock.now())
    house.follow()
    [_outage, other] = house.outages()
    attaching.attach(other.pk, [first.pk], house.clock.now())
    outage.refresh_from_db()
    other.refresh_from_db()
    assert (outage.lead_id, other.lead_id) == (second.pk, first.pk)
    assert [house.state(order) for order in (first, second, third)].count("merged") == 1


@pytest.mark.django_db(transaction=True)
def test_a_crew_sent_while_a_fault_is_being_bound_stays_the_only_one(clock: Any) -> None:
    """Another process binds a fault to the outage in the moment in which its crew is sent: it waits for that crew."""
    house = House(fill(worlds.small()), clock)
    switches.switch(GridDevice.objects.system("a test").get(code="F1").pk, True, "page", HOUSE, clock.now())
    house.follow()
    [outage] = house.outages()
    order = house.call(CALLERS[0])

    def bind() -> None:
        try:
            with transaction.atomic():
                attaching.attach(outage.pk, [order.pk], clock.now())
        finally:
            connection.close()

    other = Thread(target=bind)
    with transaction.atomic():
        casework.perform(outage.pk, "send_outage_crew", house.actor("dispatcher"), clock.now())
        other.start()
        _until_one_waits()
    other.join(60)
    outage.refresh_from_db()
    assert (outage.lead_id, house.state(order)) == (None, "merged")


def _until_one_waits() -> None:
    """Return when another connection to this database waits for a lock of ours."""
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    for _turn in range(600):
        with connection.cursor() as cursor:
            cursor.execute(waits)
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    raise AssertionError("nobody waits for our lock")


def test_no_crew_is_sent_where_that_of_an_order_is_on_its_way(house: House) -> None:
    first, _second, _third = house.calls()
    [outage] = house.outages()
    if house.state(first) == "created":
        house.do(first, "dispatch", unit="X11")
    house.do(first, "accept", "handler")
    actor = house.actor("handler")
    casework.perform(first.pk, "send_crew", actor, house.clock.now())  # the house has not heard of it yet
    with pytest.raises(Invalid) as refusal:
        casework.perform(outage.pk, "send_outage_crew", house.actor("dispatcher"), house.clock.now())
    assert first.number in refusal.value.fields["person"]
    house.follow()
    outage.refresh_from_db()
    assert (house.state(outage), outage.crew_sent_at) == ("crew_sent", None)


def test_who_sent_a_crew_before_anybody_knew_of_the_outage_keeps_it_for_all(house: House) -> None:
    first, second, _third = [house.call(phone) for phone in CALLERS]
    for order in (first, second):
        house.hear()
        if house.state(order) == "created":
            casework.perform(order.pk, "dispatch", house.actor("dispatcher"), house.clock.now(), data={"unit": "X11"})
    for action in ("accept", "send_crew"):
        casework.perform(second.pk, action, house.actor("handler"), house.clock.now())
    house.follow()
    [outage] = house.outages()
    assert (outage.lead_id, house.state(outage)) == (second.pk, "crew_sent")
    assert house.state(first) == "merged"


def test_power_is_back_before_the_house_has_heard_so_and_nobody_goes_again(house: House) -> None:
    first, second, _third = house.calls()
    [outage] = house.outages()
    if house.state(first) == "created":
        house.do(first, "dispatch", unit="X11")
    for action, data in (("accept", {}), ("send_crew", {}), ("arrive", {}),
                         ("diagnose", {"cause": "equipment", "ownership": "utility"})):  # fmt: skip
        house.do(first, action, "handler", **data)
    late = house.call("13612340000")  # told before, heard after
    house.clock.advance(timedelta(seconds=30))
    now = house.clock.now()
    casework.perform(first.pk, "restore", house.actor("handler"), now, data={"result": "solved"})
    attaching.attach(outage.pk, [late.pk], now)
    outage.refresh_from_db()
    assert (outage.lead_id, house.state(late)) == (first.pk, "merged")
    with pytest.raises(Impossible):  # its crew is out, by the case's own state
        casework.perform(outage.pk, "send_outage_crew", house.actor("dispatcher"), now)
    house.follow()
    assert house.state(outage) == "restored"
    assert {house.state(order) for order in (second, late)} == {"reviewed"}


def test_an_order_that_could_not_wait_when_it_was_bound_sends_nobody_and_waits_as_soon_as_it_can(house: House) -> None:
    """Two units threw it at each other when the outage was found; decided, it is not handled beside the outage."""
    first = house.call(CALLERS[0])
    now, back = house.clock.now(), {"reason": "wrong_unit", "note": "不属本县"}

    def do(action: str, role: str, at: str, /, **data: Any) -> None:
        casework.perform(first.pk, action, house.actor(role, at), now, data=data)

    house.hear()
    if house.state(first) == "created":
        do("dispatch", "dispatcher", "P1", unit="X11")
    do("return", "handler", "X11", **back)
    do("dispatch", "dispatcher", "P1", unit="X12")
    do("return", "handler", "X12", **back)
    house.call(CALLERS[1])
    house.call(CALLERS[2])
    house.follow()
    [outage] = house.outages()
    assert house.report(first).outage_id == outage.pk
    house.do(outage, "send_outage_crew")
    assert house.state(first) == "disputed"
    now = house.clock.now()
    do("decide", "shift_leader", "P1", unit="X11", decision="台区属X11")
    do("accept", "handler", "X11")
    with pytest.raises(Impossible, match=outage.number):
        do("send_crew", "handler", "X11")
    house.follow()
    assert house.state(first) == "merged"
    house.do(outage, "restore_outage", cause="equipment")
    assert house.state(first) == "reviewed"


def test_a_crew_that_is_out_takes_the_place_of_one_that_is_not(house: House) -> None:
    first, _second, _third = house.calls()
    [outage] = house.outages()
    assert outage.lead_id == first.pk
    late = house.call("13612340000")
    if house.state(late) == "created":
        casework.perform(late.pk, "dispatch", house.actor("dispatcher"), house.clock.now(), data={"unit": "X11"})
    for action in ("accept", "send_crew"):  # before the house has heard of the call
        casework.perform(late.pk, action, house.actor("handler"), house.clock.now())
    house.follow()
    outage.refresh_from_db()
    assert (outage.lead_id, house.state(outage), house.state(first)) == (late.pk, "crew_sent", "merged")


def test_a_new_engine_believes_what_the_old_one_did(house: House) -> None:
    house.calls()
    [outage] = house.outages()
    before = outage.why["ranked"][0]["device"]
    house.follower = Follower()
    house.follow(minutes=1)
    [outage] = house.outages()
    assert outage.why["ranked"][0]["device"] == before
    assert house.state(outage) == "unconfirmed"
    house.do(outage, "confirm_outage", at_device="T1")
    house.follower = Follower()
    house.follow(minutes=50)
    [outage] = house.outages()
    assert (outage.device, house.state(outage), outage.settled) == ("T1", "confirmed", True)
    house.do(outage, "restore_outage")
    house.follower = Follower()
    house.follow(minutes=30)
    assert house.outages().count() == 1


def test_a_feeder_is_renumbered_during_an_outage(house: House) -> None:
    house.calls()
    more = Described([Device("A0", Kind.SUBSTATION), *(Device(f"A{n}", Kind.FEEDER, "A0") for n in range(1, 4))])
    house.load(more)
    house.follow(minutes=1)
    [outage] = house.outages()
    assert house.state(outage) == "unconfirmed"
    again = house.call("13612340000", address="别处")
    house.follow()
    assert house.report(again).device == "B21"


def test_what_cannot_be_evidence_is_kept_apart(house: House) -> None:
    now = house.clock.now()
    told = [
        Told("a", "order", now, device="nowhere"),
        Told("b", "order", now + timedelta(hours=3), device="B11"),
        Told("c", "order", now - timedelta(days=3), device="B11"),
        *(Told(f"t{n}", "order", now, device=f"B{n}1", caller="13700000001") for n in range(1, 7)),
        *(Told(f"u{n}", "order", now, device=f"B{n}2", caller="13700000001") for n in range(1, 5)),
    ]
    kept = reporting.take(told, HOUSE, now)
    assert [row.apart for row in kept[:4]] == ["unknown_place", "impossible_time", "impossible_time", ""]
    assert [row.pk for row in reporting.take(told, HOUSE, now)] == [row.pk for row in kept]
    house.follow()
    rows = dict(OutageReport.objects.system("a test").values_list("key", "apart"))
    assert [rows[one.key] for one in told[4:]] == ["caller"] * 9
    assert not house.outages().exists()
    caller = reporting.caller_of("13700000002")
    for n in range(3):
        [row] = reporting.take([Told(f"w{n}", "order", now, device="B11")], HOUSE, now)
        OutageReport.objects.system("a test").filter(pk=row.pk).update(
            caller=caller, found_wrong=True, outage=_an_outage(house, n)
        )
    [doubted] = reporting.take([Told("x", "order", now, device="B11", caller="+86 137 0000 0002")], HOUSE, now)
    assert doubted.apart == "doubted"
    assert "13700000002" not in doubted.caller


def _an_outage(house: House, n: int) -> Any:
    from open95598.casework import services as casework

    fields = {"device": f"B{n}1", "device_kind": 4, "actual_start": house.clock.now(), "settled": True}
    opening = casework.Opening("outage", house.world.units["X11"].pk, fields)
    return casework.open_many([opening], HOUSE, house.clock.now())[0].typed


def test_a_dispatcher_takes_apart_and_together_and_finds_it_wrong(house: House) -> None:
    orders = house.calls()
    [outage] = house.outages()
    house.do(outage, "confirm_outage", at_device="F1")
    with pytest.raises(Invalid):
        house.do(outage, "split_outage", devices="T1 T4")
    house.do(outage, "split_outage", devices="T1，T2")
    one, two = house.outages()
    assert {one.device, two.device} == {"T1", "T2"}
    assert two.split_from_id == one.pk
    assert house.state(two) == "confirmed"
    house.do(two, "merge_outage", into_number=one.number)
    assert house.state(two) == "merged"
    one.refresh_from_db()
    assert one.device == "F1"
    house.do(one, "not_outage", why_wrong="现场有电")
    assert house.state(one) == "withdrawn"
    assert {house.state(order) for order in orders}.isdisjoint({"merged"})
    assert OutageReport.objects.system("a test").filter(found_wrong=True).count() == 3
    house.follow(minutes=1)
    assert house.outages().filter(is_open=True).count() == 0


def test_restored_in_part_leaves_the_rest_dark(house: House) -> None:
    first, second, third = house.calls()
    [outage] = house.outages()
    house.do(outage, "confirm_outage", at_device="T1")
    house.do(outage, "restore_outage", still_dark="B12")
    assert house.state(outage) == "partly_restored"
    _old, nested = house.outages()
    assert (nested.device, nested.case.parent_id) == ("B12", outage.pk)
    assert house.report(third).outage_id == nested.pk
    assert [house.state(order) for order in (first, second)] == ["reviewed", "reviewed"]
    house.do(nested, "restore_outage")
    assert house.state(third) == "reviewed"
    assert house.state(outage) == "restored"


def test_other_rooms_ask_who_is_in_the_dark(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _second, third = house.calls()
    [outage] = house.outages()
    assert first.account_id is not None
    assert third.account_id is not None
    assert queries.over([first.account_id]) == {first.account_id: outage}
    house.do(outage, "confirm_outage", at_device="T1")
    outage.refresh_from_db()
    assert queries.affected(outage).count() == 20
    assert set(queries.affected(outage, but=["B12"]).values_list("device__code", flat=True)) == {"B11"}
    house.do(outage, "restore_outage", still_dark="B12")
    nested = house.outages().get(case__parent_id=outage.pk)
    assert queries.over([first.account_id, third.account_id]) == {third.account_id: nested}
    # a room that knows plans says so before the engine hears of a report
    monkeypatch.setattr(reporting, "planned", [lambda codes, _at: {"B21"} & set(codes)])
    told = [Told("p", "order", house.clock.now(), device="B21"), Told("q", "order", house.clock.now(), device="B31")]
    assert [row.apart for row in reporting.take(told, HOUSE, house.clock.now())] == ["planned", ""]


def test_only_this_customer_and_arrears_are_no_outage(house: House) -> None:
    now = house.clock.now()
    told = [Told(f"s{n}", source, now, device="B11") for n, source in enumerate(("single", "arrears", "planned"))]
    reporting.take(told, HOUSE, now)
    house.follow()
    rows = OutageReport.objects.system("a test").order_by("pk").values_list("apart", flat=True)
    assert list(rows) == ["single", "arrears", "planned"]
    assert not house.outages().exists()


def test_a_switch_that_opens_and_closes_is_an_outage_and_its_end(house: House) -> None:
    device = GridDevice.objects.system("a test").get(code="F2")
    switches.switch(device.pk, True, "page", HOUSE, house.clock.now())
    house.follow()
    [outage] = house.outages()
    assert (outage.device, house.state(outage)) == ("F2", "confirmed")
    house.clock.advance(timedelta(minutes=5))
    switches.switch(device.pk, False, "page", HOUSE, house.clock.now())
    house.follow()
    assert house.state(outage) == "restored"
    outage.refresh_from_db()
    assert outage.actual_end == house.clock.now()


def test_the_storm_board_and_the_feeders_tree_show_what_is_dark(house: House) -> None:
    house.calls()
    house.follow(minutes=5)
    [outage] = house.outages()
    house.do(outage, "confirm_outage", at_device="T1")
    house.do(outage, "estimate_outage", estimated_from=house.clock.now() + timedelta(hours=1),
             estimated_to=house.clock.now() + timedelta(hours=9))  # fmt: skip
    manager, stranger = (house.actor("unit_manager", code).rights for code in ("X11", "X21"))
    assert manager is not None
    assert stranger is not None
    units = {u.code: u for u in directory.units()}
    board = storm.load(manager, units["X11"], house.clock.now())
    figures = {str(one.name): one.number for one in board.figures}
    assert figures["停电事件"] == figures["尚未派抢修"] == 1
    assert figures["停电户数"] == 20
    assert figures["近一小时报告"] == 3
    assert figures["停电生命支持用户"] == 1
    assert [user.name for user in board.named] == ["曾**"]
    assert board.reports and sum(board.reports.values()) == 3
    dark, reports = storm.dark_chart(board), storm.report_chart(board)
    assert dark["series"][0]["data"][-1] == 20
    assert dark["series"][0]["data"][0] == 0
    assert round(sum(reports["series"][0]["data"]) * storm.SPANS[board.span]) == 3
    [large] = board.largest
    assert (large.row.pk, large.protected) == (outage.pk, 1)
    other = storm.load(stranger, units["X21"], house.clock.now())
    assert [one.number for one in other.figures] == [0] * len(other.figures)
    house.do(outage, "restore_outage", still_dark="B12")
    after = storm.load(manager, units["X11"], house.clock.now())
    figures = {str(one.name): one.number for one in after.figures}
    assert figures["停电户数"] == 10
    device = GridDevice.objects.system("a test").get(code="B12")
    page = linepage.load(manager, device.pk, house.clock.now())
    assert page.feeder.code == "F1"
    assert [one.line.device.code for one in page.lines if one.line.dark] == ["B12"]
    assert {one.line.device.code: one.line.reports for one in page.lines}["T1"] == 3
    with pytest.raises(NotFound):
        linepage.load(stranger, device.pk, house.clock.now())


def test_the_map_shows_what_of_a_unit_is_dark_and_nothing_of_others(house: House) -> None:
    house.calls()
    [outage] = house.outages()
    house.do(outage, "confirm_outage", at_device="T1")
    for row in GridDevice.objects.system("a test"):
        GridDevice.objects.system("a test").filter(pk=row.pk).update(x=112 + row.lft / 100, y=28 + row.depth / 100)
    manager, stranger = (house.actor("unit_manager", code).rights for code in ("X11", "X21"))
    assert manager is not None
    assert stranger is not None
    units = {u.code: u for u in directory.units()}
    page = mappage.MapPage(manager, units["X11"], None, house.clock.now())
    assert {dot.name for dot in page.dots if dot.dark} == {"T1", "B11", "B12"}
    assert {dot.kind for dot in page.dots} == {"substation", "feeder", "transformer", "box"}
    assert all(0 <= dot.at[0] <= 1000 and 0 <= dot.at[1] <= 620 for dot in page.dots)
    [ring] = page.rings
    assert ring.at == next(dot.at for dot in page.dots if dot.name == "T1")
    near = mappage.MapPage(manager, units["X11"], mapping.Window(112.02, 28.02, 0.005), house.clock.now())
    assert [dot.name for dot in near.dots] == ["T1"]
    assert mappage.MapPage(stranger, units["X21"], None, house.clock.now()).window is None
    there = mappage.MapPage(stranger, units["X21"], page.window, house.clock.now())
    assert not there.dots
    assert not there.rings
    client = Client()
    client.force_login(house.world.person("unit_manager", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/outages/map/?x=nan&y=1&width=-5").content.decode()
    assert f"/outages/{outage.pk}/" in shown
    assert client.get(f"/outages/map/?unit={units['X21'].id}").status_code == 403


def test_pages_and_interface(house: House) -> None:
    manager, stranger = house.world.person("unit_manager", "X11"), house.world.person("unit_manager", "X21")
    client = Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(manager, backend=backend)
    at = house.clock.now().isoformat()
    body = {"reports": [{"key": "1", "source": "scada_open", "at": at, "device": "F1"},
                        {"key": "2", "source": "last_gasp", "at": at, "meter": "M10000001"},
                        {"key": "3", "source": "last_gasp", "at": at, "point": "nothing"}]}  # fmt: skip
    for _twice in range(2):
        kept = client.post("/api/v1/outages/reports", body, content_type="application/json").json()["items"]
        assert [one["apart"] for one in kept] == ["", "", "unknown_place"]
    bad = {"reports": [{"key": "4", "source": "tale", "at": at, "device": "F1"}]}
    assert client.post("/api/v1/outages/reports", bad, content_type="application/json").status_code == 422
    house.follow()
    [outage] = house.outages()
    assert (outage.device, house.state(outage)) == ("F1", "confirmed")
    told = client.get(f"/api/v1/outages/{outage.pk}").json()
    assert (told["device_kind"], told["original_customers_served"], told["reports"]) == ("feeder", 60, 2)
    assert "restore_outage" in told["possible_actions"]
    for n in range(9):  # outages that are over say when this one is likely to be
        row, before = _an_outage(house, n), house.clock.now() - timedelta(hours=2)
        type(row).objects.system("a test").filter(pk=row.pk).update(
            actual_start=before, actual_end=before + timedelta(minutes=70)
        )
    page = client.get(f"/outages/{outage.pk}/")
    assert page.status_code == 200
    assert "比较9起" in page.content.decode()
    assert outage.number in page.content.decode()
    assert outage.number in client.get("/outages/").content.decode()
    assert outage.number in client.get(f"/outages/board/?unit={house.world.units['X11'].pk}").content.decode()
    assert 'value="weather"' in client.get(f"/outages/{outage.pk}/actions/restore_outage/").content.decode()
    client.force_login(stranger, backend=backend)
    assert client.get(f"/outages/{outage.pk}/").status_code == 404
    assert client.get(f"/api/v1/outages/{outage.pk}").status_code == 404
    assert client.post("/api/v1/outages/reports", body, content_type="application/json").status_code == 403
    client.force_login(house.world.person("agent", "X11"), backend=backend)
    assert client.post("/api/v1/outages/reports", body, content_type="application/json").status_code == 403
    with pytest.raises(NotFound):
        queries.get(house.actor("unit_manager", "X21").rights, outage.pk)
    with pytest.raises(Forbidden):
        house.do(outage, "confirm_outage", "agent")


def test_a_feeder_renumbered_during_an_outage_does_not_lose_it(house: House) -> None:
    """The grid is numbered afresh with devices before it, and the device and its feeder get other codes."""
    first, second, third = house.calls()
    [outage] = house.outages()
    before, below = outage.device, GridDevice.objects.system("t").get(code=outage.device).lft
    called = {"F1": "F-801", "T1": "T-801"}[before]
    more = Described([Device("A", Kind.SUBSTATION), Device("A1", Kind.FEEDER, "A"),
                      Device("F-801", Kind.FEEDER, "S", formerly="F1"),
                      Device("T-801", Kind.TRANSFORMER, "F-801", formerly="T1")])  # fmt: skip
    house.load(more)
    device = GridDevice.objects.system("t").get(code=called)
    assert device.lft > below, "it stands elsewhere among the numbers"
    outage.refresh_from_db()
    assert outage.device == called
    house.follow(minutes=1)
    # a system that still says the former code means the same device
    reporting.take([Told("meter-1", "last_gasp", house.clock.now(), device=before)], HOUSE, house.clock.now())
    house.follow()
    [same] = house.outages()
    assert same.pk == outage.pk
    late = OutageReport.objects.system("t").get(key="meter-1")
    assert (late.device, late.outage_id) == (called, outage.pk)
    assert {house.report(order).outage_id for order in (first, second, third)} == {outage.pk}
    house.do(outage, "restore_outage", cause="weather", text="已送电")
    assert {house.state(order) for order in (first, second, third)} == {"reviewed"}


def test_a_caller_whom_nobody_knows_is_placed_by_the_address(house: House) -> None:
    known, unknown = house.call(CALLERS[0]), "13987654321"
    door = house.call(unknown, address="湘江市东湖区芙蓉路88号阳光花园3栋2单元502室")
    flat = house.call(unknown, address="湘江市东湖区芙蓉路88号阳光花园3栋2单元1103室")  # a flat that is no account
    road = house.call(unknown, address="湘江市东湖区芙蓉路")
    nowhere = house.call(unknown, address="湘江市东湖区火星路5号")
    house.follow()
    at = [(report.device, report.point is not None) for report in map(house.report, (known, door, flat))]
    assert at == [("B11", True), ("B11", True), ("B11", False)]
    assert [house.report(order).apart for order in (road, nowhere)] == ["unknown_place"] * 2
    again = house.call(unknown, address="湘江市东湖区芙蓉路88号阳光花园3栋2单元1103室")
    house.follow()
    assert (house.report(door).apart, house.report(again).apart) == ("", "caller")  # one voice at one place


def test_a_number_of_two_accounts_is_placed_where_both_are_supplied(house: House) -> None:
    owner = house.registry.who["李小明"]
    accounts.add_party("4300000002", owner.pk, "payer", MACHINE, house.clock.now())
    both = house.call(CALLERS[0], address="湘江市")
    one = house.call(CALLERS[0], address="湘江市东湖区芙蓉路88号阳光花园3栋2单元502室")
    assert (both.account_id, one.account_id) == (None, None)
    house.follow()
    assert (house.report(both).device, house.report(both).point) == ("B11", None)
    assert house.report(one).point is not None
    # a shop at the other end of the utility: what both have in common says nothing
    accounts.add_party("4300000005", owner.pk, "payer", MACHINE, house.clock.now())
    third = house.call(CALLERS[0], address="湘江市")
    house.follow()
    assert house.report(third).apart == "unknown_place"
