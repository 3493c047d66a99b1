"""The difficult tenth: returned twice, urged, escalated, extended, coordinated, merged, repeated, terminated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.models import Case, CaseClock
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.journal import queries as journal
from open95598.foundation.notices.models import Notice
from open95598.service.workorders import services
from open95598.service.workorders.models import OrderPart, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
CONSULTATION = {
    "kind": "consultation",
    "category": "consultation.bill",
    "description": "上月电费为何多了一倍？",
    "unit": "X11",
}


class House:
    """The small world with a clock and hands: ``do(order, "accept", "handler", "X11")``."""

    def __init__(self, world, clock) -> None:
        self.world, self.clock = world, clock

    def actor(self, role, unit, name=""):
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def register(self, **facts):
        return services.register(self.actor("agent", "P1"), worlds.fault(**facts), self.clock.now())

    def dispatched(self, unit="X11", **facts):
        order = self.register(**facts)
        if order.case.state == "created":
            self.do(order, "dispatch", "dispatcher", "P1", unit=unit)
        return order

    def working(self, **facts):
        order = self.dispatched(**facts)
        self.do(order, "accept", "handler", "X11")
        return order

    def do(self, what, action, role, at, name="", /, **data):
        self.clock.advance(timedelta(minutes=1))
        outcome = casework.perform(what.pk, action, self.actor(role, at, name), self.clock.now(), data=data)
        what.refresh_from_db()
        return outcome.case

    def can(self, what, role, unit, name=""):
        what.refresh_from_db()
        case = Case.objects.system("test").select_related("unit").get(pk=what.pk)
        return casework.possible_names(case, what, self.actor(role, unit, name), self.clock.now())

    def deliver(self):
        keys = set(Event.objects.values_list("key", flat=True))
        delivery.deliver_keys("workorders.answered", keys)

    def later(self, **length):
        self.clock.advance(timedelta(**length))


@pytest.fixture
def house(clock):
    return House(worlds.small(), clock)


def case_of(what):
    return Case.objects.system("test").select_related("unit").get(pk=what.pk)


def said(what, name):
    """Return what the one entry of that name on the timeline of a case says."""
    entry = next(t for t in journal.timeline(what.pk, reveal=True) if t.kind == f"case.{name}")
    return {**entry.data, **entry.personal}


def clock_of(what, name, state="running"):
    return CaseClock.objects.get(case_id=what.pk, name=name, state=state)


# return --------------------------------------------------------------------------------------------------------------


def test_the_second_return_goes_to_the_province_which_decides_for_good(house):
    order = house.dispatched()
    back = {"reason": "wrong_unit", "note": "不属本县"}
    case = house.do(order, "return", "handler", "X11", **back)
    assert (case.state, case.unit.code) == ("returned", "P1")
    house.do(order, "dispatch", "dispatcher", "P1", unit="X12")
    case = house.do(order, "return", "handler", "X12", **back)
    assert (case.state, case.unit.code) == ("disputed", "P1")
    assert clock_of(order, "decide").limit_minutes == 10
    assert "dispatch" not in house.can(order, "dispatcher", "P1")
    with pytest.raises(Forbidden):
        house.do(order, "decide", "dispatcher", "P1", unit="X11", decision="台区属X11")
    case = house.do(order, "decide", "shift_leader", "P1", unit="X11", decision="台区属X11")
    assert (case.state, case.unit.code) == ("dispatched", "X11")
    assert clock_of(order, "arrive") and clock_of(order, "accept")
    with pytest.raises(Impossible, match="裁定"):
        house.do(order, "return", "handler", "X11", **back)


def test_what_was_decided_above_is_passed_on_below_the_decided_unit_and_else_decided_again(house):
    order, leader = house.dispatched(), house.world.person("shift_leader", "P1")
    back = {"reason": "wrong_unit", "note": "不属本县"}
    for unit in ("X11", "X12"):
        house.do(order, "return", "handler", unit, **back)
        if unit == "X11":
            house.do(order, "dispatch", "dispatcher", "P1", unit="X12")
    house.do(order, "decide", "shift_leader", "P1", unit="X11", decision="台区属X11")
    order.refresh_from_db()
    assert order.settled_unit == house.world.units["X11"]
    house.do(order, "accept", "handler", "X11")
    case = house.do(order, "transfer", "handler", "X11", unit="T111", note="本县供电所")
    assert (case.state, case.unit.code) == ("dispatched", "T111"), "below the decided unit"
    house.do(order, "accept", "handler", "T111")
    began = clock_of(order, "arrive").started_at
    case = house.do(order, "transfer", "handler", "T111", unit="X12", note="实属西山")
    assert (case.state, case.unit.code, case.owner_id) == ("disputed", "P1", None), "back to whoever decided"
    assert clock_of(order, "decide") and clock_of(order, "arrive").started_at == began
    assert Notice.objects.filter(case_id=order.pk, kind="order.asked", person=leader).count() == 2
    case = house.do(order, "decide", "shift_leader", "P1", unit="X12", decision="台区已划归西山")
    assert (case.state, case.unit.code) == ("dispatched", "X12")
    assert clock_of(order, "arrive").started_at == began, "deciding again gives the crew no new time"
    free = house.dispatched()
    house.do(free, "accept", "handler", "X11")
    assert house.do(free, "transfer", "handler", "X11", unit="X12", note="属西山").state == "dispatched"


def test_an_order_is_returned_within_its_limit_only(house):
    order = house.dispatched()
    house.later(minutes=3)
    with pytest.raises(Impossible, match="3"):
        house.do(order, "return", "handler", "X11", reason="wrong_unit", note="不属本县")
    slow = house.dispatched(**CONSULTATION)
    house.later(minutes=110)
    assert house.do(slow, "return", "handler", "X11", reason="missing_data", note="缺户号").state == "returned"
    with pytest.raises(Invalid) as refused:
        house.do(house.dispatched(), "return", "handler", "X11", reason="busy", note="人手不足")
    assert "reason" in refused.value.fields


# time ----------------------------------------------------------------------------------------------------------------


def test_an_extension_is_asked_in_time_granted_once_one_level_up_and_moves_the_end_on_the_calendar(house):
    order = house.working(**CONSULTATION)
    before = clock_of(order, "answer")
    above = house.world.person("unit_manager", "C1")
    asked = {"days": 3, "reason": "investigation", "note": "需现场核对表计"}
    house.do(order, "ask_extension", "handler", "X11", **asked)
    assert "ask_extension" not in house.can(order, "handler", "X11")
    assert Notice.objects.filter(person=above, kind="order.asked").exists()
    for role, unit in (("unit_manager", "X11"), ("handler", "X11")):
        assert "grant_extension" not in house.can(order, role, unit)
    with pytest.raises(Forbidden):
        house.do(order, "grant_extension", "unit_manager", "X11", decision="同意")
    house.do(order, "grant_extension", "unit_manager", "C1", decision="情况属实，同意")
    after = clock_of(order, "answer")
    from open95598.foundation.calendars import store as calendars

    calendar = calendars.get(before.calendar)
    assert after.pk == before.pk
    assert after.due_at == calendar.add(before.due_at, 3 * calendar.nominal_day)
    assert after.limit_minutes == before.limit_minutes + 3 * calendar.nominal_day
    assert (order.extension, order.extensions) == ("granted", 1)
    entry = said(order, "grant_extension")
    assert entry["decision"] == "情况属实，同意"
    assert entry["clocks"][0]["extended"] == 3
    with pytest.raises(Impossible, match="1"):
        house.do(order, "ask_extension", "handler", "X11", **asked)


def test_an_extension_comes_too_late_after_the_limit_and_may_be_refused(house):
    order = house.working(**CONSULTATION)
    asked = {"days": 2, "reason": "works", "note": "等停电配合"}
    with pytest.raises(Impossible, match="10"):
        house.do(order, "ask_extension", "handler", "X11", **(asked | {"days": 11}))
    house.do(order, "ask_extension", "handler", "X11", **asked)
    due = clock_of(order, "answer").due_at
    house.do(order, "refuse_extension", "unit_manager", "C1", decision="可在时限内办结")
    assert clock_of(order, "answer").due_at == due and order.extension == "refused"
    house.later(days=30)
    with pytest.raises(Impossible):
        house.do(order, "ask_extension", "handler", "X11", **asked)


def test_an_extension_that_was_asked_in_time_makes_good_what_was_missed_while_it_was_decided(house):
    order = house.working(**CONSULTATION)
    house.do(order, "ask_extension", "handler", "X11", days=10, reason="works", note="等停电配合")
    clock = clock_of(order, "answer")
    house.later(minutes=int((clock.due_at - house.clock.now()).total_seconds() // 60) + 5)
    sweeper.sweep(house.clock.now())
    assert clock_of(order, "answer").breached_at is not None and case_of(order).breached
    house.do(order, "grant_extension", "supervisor", "C1", decision="申请在时限内提出")
    assert clock_of(order, "answer").breached_at is None and not case_of(order).breached


def test_nobody_approves_what_they_asked_for(house):
    order = house.dispatched()
    house.do(order, "accept", "unit_manager", "X11")
    house.do(order, "ask_suspension", "unit_manager", "X11", reason="weather", note="雷暴")
    with pytest.raises(Forbidden):
        house.do(order, "approve_suspension", "unit_manager", "X11")
    house.do(order, "approve_suspension", "supervisor", "X11")
    assert case_of(order).state == "suspended"


def test_coming_back_from_a_suspension_does_not_start_the_time_anew(house):
    order = house.dispatched()
    for action in ("accept", "send_crew", "arrive"):
        house.do(order, action, "crew_member", "X11")
    restore = clock_of(order, "restore")
    house.later(minutes=50)
    house.do(order, "ask_suspension", "crew_member", "X11", reason="weather", note="雷暴")
    house.do(order, "approve_suspension", "unit_manager", "X11")
    house.later(minutes=300)
    house.do(order, "resume", "crew_member", "X11")
    again = clock_of(order, "restore")
    assert again.pk == restore.pk and case_of(order).state == "arrived"
    left = (again.due_at - house.clock.now()).total_seconds() / 60
    assert 120 <= left <= 130


# others --------------------------------------------------------------------------------------------------------------


def part_of(order, kind):
    return OrderPart.objects.system("test").select_related("case").get(case__parent_id=order.pk, case__kind=kind)


def test_an_urge_is_passed_on_within_ten_minutes_and_answered(house):
    order = house.working()
    house.do(order, "urge", "agent", "P1", reason="no_contact")
    part = part_of(order, "urge")
    assert (part.case.state, part.case.unit.code, part.number) == ("created", "P1", order.number)
    assert clock_of(part, "urge").limit_minutes == 10
    house.later(minutes=11)
    sweeper.sweep(house.clock.now())
    assert Event.objects.filter(type="clock.breached", case_id=part.pk).exists()
    case = house.do(part, "pass_on", "dispatcher", "P1")
    assert (case.state, case.unit.code) == ("passed_on", "X11")
    assert Notice.objects.filter(person=house.world.person("handler", "X11"), kind="order.urged").exists()
    assert "answer_urge" in house.can(part, "handler", "X11")
    house.do(part, "answer_urge", "handler", "X11", result="抢修人员已到现场，18时前恢复")
    assert Notice.objects.filter(person=house.world.person("agent", "P1"), kind="order.part").exists()
    assert said(order, "urge_answered")["text"].startswith("抢修人员")
    assert order.urge_count() == 1 and case_of(order).state == "accepted"


def test_who_may_dispatch_passes_an_urge_on_in_the_same_act_and_it_ends_with_the_answer(house):
    order = house.working(**CONSULTATION)
    house.do(order, "urge", "dispatcher", "P1", reason="not_handled")
    assert part_of(order, "urge").case.state == "passed_on"
    house.do(order, "begin", "handler", "X11")
    house.do(order, "reply", "handler", "X11", answer="按阶梯电价计算，已解释。", result="explained")
    if case_of(order).state == "replied":
        house.do(order, "approve", "quality_auditor", "X11")
    house.deliver()
    assert part_of(order, "urge").case.state == "archived"


def test_an_escalation_is_decided_by_the_unit_above_and_stands_on_the_order(house):
    order = house.working(**CONSULTATION)
    house.do(order, "escalate", "handler", "X11", reason="beyond_powers", task="是否可减免违约金？")
    part = part_of(order, "escalation")
    assert part.case.unit.code == "C1" and clock_of(part, "escalation")
    assert "instruct" not in house.can(part, "unit_manager", "X11")
    house.do(part, "instruct", "unit_manager", "C1", outcome="instruct", result="按规定不予减免，做好解释")
    assert said(order, "instructed")["outcome"] == "instruct"
    assert case_of(order).state == "accepted"


def test_a_coordination_invites_units_decides_and_is_carried_out(house):
    order = house.working()
    house.do(order, "coordinate", "handler", "X11", unit="X12", task="联络线由谁操作")
    part = part_of(order, "coordination")
    house.do(part, "invite", "handler", "X11", unit="X21")
    house.do(part, "meet", "handler", "X11", meeting_at="2026-03-02T11:00", place="视频会议", text="双方到会")
    for unit in ("X12", "X21"):
        actor = house.actor("handler", unit)
        assert OrderPart.objects.restrict(actor.rights).filter(pk=part.pk).exists()
        assert WorkOrder.objects.restrict(actor.rights).filter(pk=order.pk).exists()
    with pytest.raises(Invalid) as refused:
        house.do(part, "conclude", "handler", "X11", result="由X12操作", unit="X12")
    assert "task" in refused.value.fields
    house.do(part, "conclude", "handler", "X11", result="由X12操作", unit="X12", task="今日完成联络线操作")
    follow = part_of(order, "joint")
    assert (follow.case.unit.code, follow.task) == ("X12", "今日完成联络线操作")
    assert said(order, "coordinated")["text"] == "由X12操作"


def test_a_joint_part_tells_its_progress_and_the_owner_is_warned_while_it_is_open(house):
    order = house.working(**CONSULTATION)
    house.do(order, "begin", "handler", "X11")
    house.do(order, "joint", "handler", "X11", unit="X12", task="核对台区")
    part = part_of(order, "joint")
    owner = house.actor("handler", "X11")
    assert OrderPart.objects.restrict(owner.rights).filter(pk=part.pk).exists()
    warned = casework.cautions(case_of(order), order, owner, house.clock.now())
    assert "1" in warned["reply"].en
    house.do(part, "accept", "handler", "X12")
    house.do(part, "progress", "handler", "X12", text="已核对一半")
    assert said(order, "part_progress")["text"] == "已核对一半"
    house.do(part, "finish", "handler", "X12", result="台区无误")
    assert "reply" not in casework.cautions(case_of(order), order, owner, house.clock.now())


def test_parts_of_a_confidential_order_are_confidential_and_keep_the_recused_out(house):
    report = house.register(**worlds.fault(kind="report", category="report.damage", unit="X11", disclosed="请核查。"))
    if report.case.state == "created":
        house.do(report, "dispatch", "dispatcher", "P1", unit="X11")
    house.do(report, "accept", "unit_manager", "X11")
    named = house.world.person("unit_manager", "C1")
    house.do(report, "recuse", "supervisor", "P1", person=named.pk, note="被举报人")
    house.do(report, "escalate", "unit_manager", "X11", reason="risk", task="如何核查")
    part = part_of(report, "escalation")
    assert part.case.confidential and part.case.recused_people == [named.pk]
    assert not OrderPart.objects.restrict(house.actor("unit_manager", "C1").rights).filter(pk=part.pk).exists()
    other = house.world.person("supervisor", "C1")
    house.do(report, "recuse", "supervisor", "P1", person=other.pk, note="亲属")
    assert other.pk in case_of(part).recused_people


# one matter, several orders ------------------------------------------------------------------------------------------


def test_a_merged_order_gets_the_answer_and_its_own_call_back(house):
    first, second = house.working(**CONSULTATION), house.dispatched(**CONSULTATION, contact_phone="13900001111")
    house.do(second, "merge", "dispatcher", "P1", into=first.number)
    first.refresh_from_db()
    assert (case_of(second).state, second.merged_into_id, first.absorbed) == ("merged", first.pk, 1)
    assert said(first, "merged_in")["other"] == second.number
    assert clock_of(second, "answer")  # the promise to this customer runs on
    with pytest.raises(Impossible):
        house.do(first, "merge", "dispatcher", "P1", into=second.number)
    house.do(first, "begin", "handler", "X11")
    house.do(first, "reply", "handler", "X11", answer="已解释清楚。", result="explained")
    if case_of(first).state == "replied":
        assert case_of(second).state == "merged"
        house.do(first, "approve", "quality_auditor", "X11")
    house.deliver()
    first.refresh_from_db(), second.refresh_from_db()
    assert case_of(second).state == "reviewed" and clock_of(second, "call_back")
    assert (second.answer, second.result, first.absorbed) == ("已解释清楚。", "explained", 0)
    assert not CaseClock.objects.filter(case_id=second.pk, name="answer").exclude(state="stopped").exists()
    case = house.do(second, "call_back", "callback_clerk", "P1", outcome="unsatisfied", reason="slow")
    assert case.state == "reopened" and case_of(first).state == "reviewed"


def test_unmerging_restores_the_order_with_its_clocks_as_they_would_stand(house):
    first, second = house.working(), house.dispatched()
    accept = clock_of(second, "accept")
    house.do(second, "merge", "agent", "P1", into=first.number)
    assert not CaseClock.objects.filter(case_id=second.pk, name="accept", state="running").exists()
    house.do(second, "unmerge", "agent", "P1", note="不是同一件事")
    first.refresh_from_db()
    again = clock_of(second, "accept")
    assert (again.pk, again.due_at, again.round) == (accept.pk, accept.due_at, accept.round)
    assert (case_of(second).state, second.merged_into_id, first.absorbed) == ("dispatched", None, 0)
    house.later(minutes=10)
    assert sweeper.sweep(house.clock.now()).total
    assert clock_of(second, "accept").breached_at is not None


def test_what_cannot_be_merged(house):
    done, mine = house.working(), house.dispatched()
    for number in ("20260302-P1-NOSUCH", mine.number):
        with pytest.raises(Invalid) as refused:
            house.do(mine, "merge", "dispatcher", "P1", into=number)
        assert "into" in refused.value.fields
    complaint = house.dispatched(kind="complaint", category="complaint.service", unit="X11")
    with pytest.raises(Invalid):
        house.do(complaint, "merge", "dispatcher", "P1", into=done.number)
    foreign = house.dispatched(address="岳麓市北城区望月湖12号")
    assert case_of(foreign).unit.code == "X21"
    with pytest.raises(Invalid) as refused:  # not for these eyes: as if it did not exist
        house.do(mine, "merge", "handler", "X11", into=foreign.number)
    assert "into" in refused.value.fields
    assert case_of(mine).state == "dispatched" and case_of(complaint).state == "dispatched"


def test_when_the_other_order_is_terminated_the_merged_one_stands_for_itself_again(house):
    first, second = house.working(**CONSULTATION), house.dispatched(**CONSULTATION)
    house.do(second, "merge", "dispatcher", "P1", into=first.number)
    terminate(house, first)
    house.deliver()
    second.refresh_from_db()
    assert case_of(second).state == "dispatched" and second.merged_into_id is None


def test_when_the_other_customer_withdraws_the_merged_order_stands_for_itself_again(house):
    first, second = house.dispatched(**CONSULTATION), house.dispatched(**CONSULTATION)
    house.do(second, "merge", "dispatcher", "P1", into=first.number)
    house.do(first, "withdraw", "integration", "P1")
    house.deliver()
    second.refresh_from_db()
    assert case_of(first).state == "archived"
    assert case_of(second).state == "dispatched" and second.merged_into_id is None


def test_the_third_repeat_is_told_to_the_head_of_the_bureau(house):
    head = house.world.person("unit_manager", "C1")
    orders = []
    for _round in range(4):
        order = house.dispatched(**CONSULTATION)
        if orders:
            house.do(order, "link_repeat", "agent", "P1", of=orders[-1].number)
        house.do(order, "accept", "handler", "X11")
        house.do(order, "begin", "handler", "X11")
        house.do(order, "reply", "handler", "X11", answer="已解释。", result="explained")
        if case_of(order).state == "replied":
            house.do(order, "approve", "quality_auditor", "X11")
        house.do(order, "archive", "callback_clerk", "P1")
        orders.append(order)
        told = Notice.objects.filter(person=head, kind="order.repeated").count()
        assert told == (1 if len(orders) == 4 else 0)
    events = Event.objects.filter(type="order.repeated").order_by("id")
    assert [(e.payload["count"], e.payload["many"]) for e in events] == [(1, False), (2, False), (3, True)]
    assert orders[-1].repeats == 3


def test_an_open_order_is_no_repeat_and_a_link_can_be_taken_back(house):
    first, second = house.working(), house.dispatched()
    with pytest.raises(Invalid) as refused:
        house.do(second, "link_repeat", "agent", "P1", of=first.number)
    assert "of" in refused.value.fields
    assert "unlink_repeat" not in house.can(second, "agent", "P1")


# termination ---------------------------------------------------------------------------------------------------------


def terminate(house, order):
    house.do(order, "ask_termination", "handler", "X11", reason="beyond_law", note="要求超出法规")
    house.do(order, "approve_termination", "unit_manager", "X11")
    house.do(order, "inquire", "handler", "X11", person=house.world.person("handler", "X11").pk, inquiry="现场核查",
             finding="计量无误")  # fmt: skip
    house.do(order, "tell_customer", "handler", "X11", answer="经核查计量无误，诉求超出规定。")
    return house.do(order, "terminate", "unit_manager", "X11")


def test_an_order_is_terminated_only_with_approval_inquiry_and_answer(house):
    order = house.dispatched(**CONSULTATION)
    ask = {"reason": "beyond_law", "note": "要求超出法规"}
    with pytest.raises(Impossible):  # not before somebody handled it
        house.do(order, "ask_termination", "handler", "X11", **ask)
    house.do(order, "accept", "handler", "X11")
    house.do(order, "ask_termination", "handler", "X11", **ask)
    house.do(order, "approve_termination", "unit_manager", "X11")
    person = house.world.person("handler", "X11").pk
    steps = {
        "inquire": {"person": person, "inquiry": "现场核查", "finding": "计量无误"},
        "tell_customer": {"answer": "诉求超出规定，已说明。"},
    }
    for step, data in steps.items():
        with pytest.raises(Impossible):
            house.do(order, "terminate", "unit_manager", "X11")
        house.do(order, step, "handler", "X11", **data)
    assert not CaseClock.objects.filter(case_id=order.pk, name="answer", state="running").exists()
    case = house.do(order, "terminate", "unit_manager", "X11")
    assert (case.state, case.is_open) == ("terminated", False)
    assert (order.inquirer_id, order.finding) == (person, "计量无误")
    assert house.do(order, "reopen", "agent", "P1", reason="not_solved").state == "reopened"


def test_a_termination_can_be_refused_or_given_up(house):
    order = house.working(**CONSULTATION)
    house.do(order, "ask_termination", "handler", "X11", reason="not_ours", note="水务")
    house.do(order, "refuse_termination", "unit_manager", "X11", note="属我方")
    assert case_of(order).state == "accepted"
    house.do(order, "ask_termination", "handler", "X11", reason="withdrawn", note="客户撤回")
    house.do(order, "approve_termination", "unit_manager", "X11")
    house.do(order, "continue_handling", "unit_manager", "X11", note="客户又改主意")
    assert case_of(order).state == "accepted"
