"""Supervision: once for an order and trigger, its ladder of people and clocks, an answer, nobody judging themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from open95598.casework import services as casework
from open95598.casework.models import Case, CaseClock
from open95598.control.supervision import events, listing, pages
from open95598.control.supervision.models import Supervision
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.events.models import Event
from open95598.foundation.events.registry import Heard
from open95598.foundation.journal import queries as journal
from open95598.foundation.notices.models import Notice
from open95598.foundation.people.services import make_token
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
CONSULTATION = {
    "kind": "consultation", "category": "consultation.bill", "description": "上月电费为何多了一倍？", "unit": "X11",
}  # fmt: skip
BY_HAND = {"reason": "slow", "demand": "两小时内到场并回电", "wanted_by": "2026-03-02T16:00"}


def clock_of(what, name):
    return CaseClock.objects.get(case_id=what.pk, name=name, state="running")


def again(event: Event) -> Heard:
    return Heard(event.pk, event.type, event.key, event.at, event.case_id, event.payload)


# triggers ------------------------------------------------------------------------------------------------------------


def test_each_trigger_makes_one_supervision_of_an_order_and_no_other_however_often_it_is_told(house):
    order = house.working()
    house.hear()
    assert house.supervisions(order) == []
    house.do(order, "urge", "agent", "P1", reason="not_handled")
    house.hear()
    assert house.supervisions(order) == []
    house.do(order, "urge", "agent", "P1", reason="not_handled")
    house.hear()
    (urged,) = house.supervisions(order)
    assert (urged.trigger, urged.case.state, urged.case.unit.code) == ("urged_twice", "issued", "X11")
    assert urged.case.parent_id == order.pk
    assert house.state(order) == "accepted"
    # told again, and urged again: nothing more
    for event in Event.objects.filter(case_id=order.pk, type="case.urge"):
        events.look(again(event), house.clock.now())
    house.do(order, "mark", "agent", "P1", mark="media", why="客户称已联系报社")
    house.hear()
    marked = Event.objects.get(case_id=order.pk, type="case.mark")
    events.look(again(marked), house.clock.now())
    assert [s.trigger for s in house.supervisions(order)] == ["urged_twice", "media"]
    assert house.supervisions(order, "media")[0].serious
    # withdrawn, it is not made again by the same trigger
    house.do(urged, "withdraw", "supervisor", "X11", decision="客户误拨")
    events.look(again(Event.objects.filter(case_id=order.pk, type="case.urge").last()), house.clock.now())
    assert len(house.supervisions(order)) == 2
    told = [t.kind for t in journal.timeline(order.pk, reveal=False)]
    assert told.count("case.supervised") == 2 and "case.supervision_withdrawn" in told


def test_a_missed_limit_words_of_the_customer_and_repeats_call_for_one(house):
    late = house.working(**CONSULTATION)
    house.sweep(days=9)
    assert [s.trigger for s in house.supervisions(late)] == ["overdue"]
    loud = house.working(description="再不来电我就找电视台曝光你们！")
    house.hear()
    assert [s.trigger for s in house.supervisions(loud)] == ["media"]
    WorkOrder.objects.system("test").filter(pk=loud.pk).update(repeats=3)
    said = {"kind": "fault", "count": 3, "many": True}
    events.look(Heard(1, "order.repeated", f"case/{loud.pk}", house.clock.now(), loud.pk, said), house.clock.now())
    assert [s.trigger for s in house.supervisions(loud)] == ["media", "third_repeat"]
    graded = {"kind": "fault", "grade": "special"}
    events.look(Heard(2, "complaint.graded", f"case/{loud.pk}", house.clock.now(), loud.pk, graded), house.clock.now())
    assert len(house.supervisions(loud)) == 2, "only complaints have a grade"


def test_a_limit_kept_in_truth_takes_its_supervision_back_and_a_later_one_counts(house):
    """The crew had no connection: what it tells later clears the breach, and what was made of it."""
    order = house.working()
    for action in ("send_crew", "arrive"):
        house.do(order, action, "crew_member", "X11")
    house.hear()
    house.do(order, "diagnose", "crew_member", "X11", cause="equipment", ownership="utility")
    restore = clock_of(order, "restore")
    house.sweep(hours=5)
    (row,) = house.supervisions(order, "overdue")
    true = restore.due_at - timedelta(minutes=10)
    house.clock.advance(timedelta(minutes=1))
    crew = house.actor("crew_member", "X11")
    casework.perform(order.pk, "restore", crew, house.clock.now(), data={"result": "solved"}, occurred_at=true)
    house.hear()
    row.refresh_from_db()
    assert (house.state(row), row.cleared_at) == ("withdrawn", house.clock.now())
    assert "case.supervision_withdrawn" in [t.kind for t in journal.timeline(order.pk, reveal=False)]
    house.sweep(days=4)  # the answer is late, and that is true
    assert [house.state(one) for one in house.supervisions(order, "overdue")] == ["withdrawn", "issued"]


# the ladder ----------------------------------------------------------------------------------------------------------


def test_a_serious_one_is_noted_by_two_supervisors_in_turn_within_a_quarter_of_an_hour_each(house):
    near, above, top = (house.world.person("supervisor", unit) for unit in ("X11", "C1", "P1"))
    order = house.working(priority="safety")
    house.hear()
    (row,) = house.supervisions(order, "safety")
    assert clock_of(row, "take_note").limit_minutes == 15
    told = set(Notice.objects.filter(case_id=row.pk, kind="supervision.issued").values_list("person_id", flat=True))
    assert {near.pk, above.pk} <= told and top.pk not in told
    house.sweep(minutes=16)
    heard = Notice.objects.filter(case_id=row.pk, kind="clock.breached").values_list("person_id", flat=True)
    assert near.pk in set(heard)
    house.sweep(minutes=15)
    heard = Notice.objects.filter(case_id=row.pk, kind="clock.escalated").values_list("person_id", flat=True)
    assert set(heard) == {above.pk}, "then the level above"
    house.sweep(minutes=45)
    heard = Notice.objects.filter(case_id=row.pk, kind="clock.escalated").values_list("person_id", flat=True)
    assert set(heard) == {above.pk, top.pk}, "then the province"
    assert house.do(row, "take_note", "supervisor", "X11").state == "seconding"
    assert clock_of(row, "second_note").limit_minutes == 15
    with pytest.raises(Impossible, match="另一名督办人"):
        house.do(row, "take_second_note", "supervisor", "X11")
    assert house.do(row, "take_second_note", "supervisor", "C1").state == "noted"
    assert clock_of(row, "supervision_answer")
    assert (row.noted_by_id, row.second_by_id) == (near.pk, above.pk)


def test_the_unit_answers_in_writing_the_supervisor_sends_back_or_accepts_and_it_ends_with_the_order(house):
    order = house.working()
    house.do(order, "supervise", "supervisor", "X11", **BY_HAND)
    (row,) = house.supervisions(order, "by_hand")
    assert row.case.state == "noted", "whoever asks for it has taken note"
    assert clock_of(row, "supervision_answer").due_at.isoformat() == "2026-03-02T08:00:00+00:00"
    with pytest.raises(Invalid) as refused:
        house.do(row, "answer_supervision", "handler", "X11", measures="已派人")
    assert "promised_at" in refused.value.fields
    with pytest.raises(Impossible):
        house.do(row, "answer_supervision", "handler", "X11", measures="已派人", promised_at="2026-03-01T08:00")
    answer = {"measures": "已派抢修班组，更换熔丝", "promised_at": "2026-03-02T15:00"}
    assert house.do(row, "answer_supervision", "handler", "X11", **answer).state == "answered"
    assert Notice.objects.filter(case_id=row.pk, kind="supervision.answered").exists()
    assert house.do(row, "send_back", "supervisor", "X11", decision="未说明原因").state == "rejected"
    assert row.rejections == 1
    house.do(row, "answer_supervision", "handler", "X11", **answer)
    assert house.do(row, "accept_answer", "supervisor", "X11").state == "accepted"
    assert clock_of(row, "promise").due_at == row.promised_at
    for action, data in (
        ("send_crew", {}), ("arrive", {}), ("diagnose", {"cause": "overload", "ownership": "utility"}),
        ("restore", {"result": "solved"}), ("reply", {"answer": "已更换熔丝恢复供电"}),
    ):  # fmt: skip
        house.do(order, action, "handler", "X11", **data)
    outcome = {"outcome": "satisfied", "satisfaction": "satisfied", "note": "客户满意"}
    house.do(order, "call_back", "callback_clerk", "P1", **outcome)
    if house.state(order) != "archived":
        house.do(order, "archive", "callback_clerk", "P1")
    house.hear()
    assert (house.state(order), house.state(row)) == ("archived", "closed")
    told = {t.kind for t in journal.timeline(order.pk, reveal=False)}
    assert {f"case.supervision_{x}" for x in ("answered", "sent_back", "accepted", "closed")} <= told


def test_an_unanswered_supervision_outlives_its_order_and_is_closed_when_its_answer_is_accepted(house):
    order = house.working(**CONSULTATION)
    house.do(order, "supervise", "supervisor", "X11", **BY_HAND)
    (row,) = house.supervisions(order)
    house.do(order, "begin", "handler", "X11")
    house.do(order, "reply", "handler", "X11", answer="已核对，阶梯电价所致。", result="explained")
    if house.state(order) == "reviewed":
        house.do(order, "archive", "callback_clerk", "P1", note="客户已知悉")
    house.hear()
    assert house.state(order) == "archived" and house.state(row) == "noted"
    house.do(row, "answer_supervision", "handler", "X11", measures="已办结", promised_at="2026-03-03T08:00")
    assert house.do(row, "accept_answer", "supervisor", "X11").state == "closed"


def test_it_goes_with_the_order_to_another_unit(house):
    order = house.working()
    for _time in range(2):
        house.do(order, "urge", "agent", "P1", reason="no_contact")
    house.hear()
    (row,) = house.supervisions(order)
    house.do(order, "transfer", "handler", "X11", unit="X12", note="属西山县")
    house.hear()
    row.case.refresh_from_db()
    assert row.case.unit.code == "X12"
    assert "answer_supervision" not in house.can(row, "handler", "X11")


# who may, who may not ------------------------------------------------------------------------------------------------


def test_nobody_supervises_their_own_work(house):
    order = house.working()
    manager = house.world.person("unit_manager", "X11")
    house.do(order, "urge", "agent", "P1", reason="no_contact")
    order.case.refresh_from_db()
    casework.Case.objects.system("test").filter(pk=order.pk).update(owner_id=manager.pk)
    with pytest.raises(Impossible, match="自己"):
        house.do(order, "supervise", "unit_manager", "X11", **BY_HAND)
    house.do(order, "urge", "agent", "P1", reason="no_contact")
    house.hear()
    (row,) = house.supervisions(order)
    assert row.supervised_id == manager.pk
    with pytest.raises(Impossible, match="自己"):
        house.do(row, "take_note", "unit_manager", "X11")
    house.do(row, "take_note", "supervisor", "X11")
    answer = {"measures": "已派人", "promised_at": "2026-03-02T20:00"}
    with pytest.raises(Forbidden):
        house.do(row, "answer_supervision", "crew_member", "X11", **answer)
    house.do(row, "answer_supervision", "unit_manager", "X11", **answer)
    with pytest.raises(Impossible, match="自己"):
        house.do(row, "accept_answer", "unit_manager", "X11")
    for role in ("handler", "agent"):
        assert "accept_answer" not in house.can(row, role, "X11" if role == "handler" else "P1")
    assert house.do(row, "accept_answer", "supervisor", "C1").state == "accepted"


def test_whoever_is_recused_from_the_order_neither_sees_its_supervision_nor_hears_of_it(house):
    order = house.working(kind="complaint", category="complaint.service", description="供电所人员态度恶劣", unit="X11")
    named = house.world.person("supervisor", "X11")
    house.do(order, "recuse", "supervisor", "C1", person=named.pk, note="投诉对象")
    for _time in range(2):
        house.do(order, "urge", "agent", "P1", reason="no_contact")
    house.hear()
    (row,) = house.supervisions(order)
    assert row.case.recused_people == [named.pk]
    with pytest.raises(NotFound):
        house.do(row, "take_note", "supervisor", "X11")
    actor = house.actor("supervisor", "X11")
    assert not pages.visible(actor.rights).filter(pk=row.pk).exists()
    assert pages.visible(house.actor("supervisor", "C1").rights).filter(pk=row.pk).exists()
    house.sweep(hours=30)
    assert not Notice.objects.filter(person=named, case_id__in=(row.pk, order.pk)).exists()


def test_other_units_see_nothing_and_a_stranger_unit_cannot_be_named(house):
    order = house.working()
    with pytest.raises(Invalid) as refused:
        house.do(order, "supervise", "supervisor", "X11", **BY_HAND, unit="X21")
    assert "unit" in refused.value.fields
    assert not Supervision.objects.system("test").exists()
    house.do(order, "supervise", "supervisor", "C1", **BY_HAND, unit="C1")
    (row,) = house.supervisions(order)
    assert row.case.unit.code == "C1"
    assert not pages.visible(house.actor("supervisor", "X21").rights).exists()
    assert not pages.visible(house.actor("handler", "X11").rights).exists()
    assert pages.visible(house.actor("agent", "P1").rights).exists(), "the desk that took the order sees it"


def test_what_is_wanted_lies_ahead(house):
    order = house.working()
    with pytest.raises(Impossible):
        house.do(order, "supervise", "supervisor", "X11", **(BY_HAND | {"wanted_by": "2026-03-01T08:00"}))
    house.clock.advance(timedelta(hours=1))
    assert "supervise" not in house.can(order, "handler", "X11")


def test_raised_by_hand_the_level_above_supervises_it_and_the_lower_one_decides_no_more(house):
    order = house.working()
    house.do(order, "supervise", "supervisor", "X11", **BY_HAND)
    (row,) = house.supervisions(order)
    above, top = house.world.person("supervisor", "C1"), house.world.person("supervisor", "P1")
    with pytest.raises(Invalid):
        house.do(row, "raise_level", "supervisor", "X11")
    house.do(row, "raise_level", "supervisor", "X11", why="承办单位推诿")
    heard = Notice.objects.filter(case_id=row.pk, kind="supervision.raised")
    assert set(heard.values_list("person_id", flat=True)) == {above.pk}
    told = next(t for t in journal.timeline(order.pk, reveal=True) if t.kind == "case.supervision_raised")
    assert told.data["by_unit"] == house.world.units["C1"].pk and told.personal["text"] == "承办单位推诿"
    answer = {"measures": "已派人", "promised_at": "2026-03-02T15:00"}
    house.do(row, "answer_supervision", "handler", "X11", **answer)
    for action, data in (("accept_answer", {}), ("send_back", {"decision": "不足"}), ("raise_level", {"why": "再升"})):
        with pytest.raises(Forbidden):
            house.do(row, action, "supervisor", "X11", **data)

    def waits_for(unit):
        rights = house.actor("supervisor", unit).rights
        return pages.visible(rights).filter(listing.waiting_for(rights), pk=row.pk).exists()

    assert (waits_for("X11"), waits_for("C1"), waits_for("P1")) == (False, True, True)
    house.do(row, "raise_level", "supervisor", "C1", why="市公司未到位")
    assert set(heard.values_list("person_id", flat=True)) == {above.pk, top.pk}
    assert pages.raised_to(Case.objects.system("test").get(pk=row.pk)) == "P1"
    house.do(row, "raise_level", "supervisor", "P1", why="报总部")
    with pytest.raises(Impossible, match="最高"):
        house.do(row, "raise_level", "supervisor", "HQ", why="再升")
    assert house.do(row, "accept_answer", "supervisor", "HQ").state == "accepted"


def test_the_interface_lists_supervisions_by_state_unit_and_page(house):
    def read(role="supervisor", at="C1", **params):
        token = make_token(house.world.person(role, at), "test", [], house.clock.now())
        client = Client(headers={"authorization": f"Bearer {token}"})
        return client.get("/api/v1/supervisions", params).json()["items"], client

    order = house.working()
    for _n in range(3):
        house.do(order, "supervise", "supervisor", "X11", **BY_HAND)
    rows = house.supervisions(order)
    house.do(rows[0], "withdraw", "supervisor", "X11", decision="重复")
    items, client = read(limit=1)
    page = client.get("/api/v1/supervisions", {"limit": 1}).json()
    following = client.get("/api/v1/supervisions", {"limit": 1, "cursor": page["next_cursor"]}).json()
    assert {page["items"][0]["id"], following["items"][0]["id"]} == {rows[1].pk, rows[2].pk}
    assert following["next_cursor"] is None and items[0]["level"] == 0
    assert [row["id"] for row in read(show="all", state="withdrawn")[0]] == [rows[0].pk]
    assert [row["id"] for row in read(show="closed", unit="X11")[0]] == [rows[0].pk]
    assert read(unit="X12")[0] == [] and read(unit="C2")[0] == []
    assert read("supervisor", "X21", show="all")[0] == []
    house.do(rows[1], "raise_level", "supervisor", "X11", why="推诿")
    assert {row["level"] for row in read()[0]} == {0, 1}
