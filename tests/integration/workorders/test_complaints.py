"""Complaints: graded with reasons, found substantiated with evidence, reviewed level by level, changed on record."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests import world as worlds
from tests.integration.workorders.test_secrets import browser_of

from open95598.casework import attachments, sweeper
from open95598.casework import services as casework
from open95598.casework.models import Attachment, Case, CaseClock
from open95598.control.tracking import projecting
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.events.models import Event
from open95598.foundation.files import store as files
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.services import make_token
from open95598.foundation.rulebook import store
from open95598.service.workorders import erasure, evidence, presenting, services
from open95598.service.workorders.models import Evidence, Finding, Judgement, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
YES = {
    "substantiated": "yes", "finding": "收费员当众训斥客户，有监控为证", "cause": "attitude",
    "rectification": "停岗培训并向客户致歉", "effect": "客户接受道歉",
}  # fmt: skip
NO = {"substantiated": "no", "finding": "监控显示全程使用规范用语", "explanation": "已向客户说明并取得理解"}


class House:
    """The small world with a clock and hands."""

    def __init__(self, world, clock) -> None:
        self.world, self.clock = world, clock

    def actor(self, role, unit, name=""):
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def register(self, **facts):
        given = {"kind": "complaint", "category": "complaint.service.conduct.hall_attitude", "unit": "X11",
                 "description": "营业厅人员态度恶劣，当众训斥"}  # fmt: skip
        new = services.NewOrder(worlds.fault(**(given | facts)))
        return services.register_many(self.actor("agent", "P1"), [new], self.clock.now(), route=False)[0]

    def processing(self, spoken_to=True, **facts):
        order = self.register(**facts)
        self.do(order, "dispatch", "dispatcher", "P1", unit="X11")
        for action in ("accept", "begin"):
            self.do(order, action, "handler", "X11")
        if spoken_to:
            self.do(order, "contact", "handler", "X11", outcome="reached")
        return order

    def replied(self, verdict=None, **facts):
        order = self.processing(**facts)
        self.do(order, "substantiate", "handler", "X11", **(verdict or NO))
        self.do(order, "reply", "handler", "X11", answer="您反映的情况已核实处理", result="explained")
        return order

    def do(self, order, action, role, at, name="", /, **data):
        self.clock.advance(timedelta(minutes=1))
        outcome = casework.perform(order.pk, action, self.actor(role, at, name), self.clock.now(), data=data)
        order.refresh_from_db()
        return outcome.case

    def can(self, order, role, unit, name=""):
        order.refresh_from_db()
        return casework.possible_names(case_of(order), order, self.actor(role, unit, name), self.clock.now())

    def attach(self, order, name="现场.png"):
        picture = BytesIO()
        Image.new("RGB", (8, 8), (len(Attachment.objects.all()) * 40 % 255, 20, 30)).save(picture, "PNG")
        upload = SimpleUploadedFile(name, picture.getvalue(), "image/png")
        return attachments.attach(order.pk, upload, self.actor("handler", "X11"), self.clock.now())

    def proof(self, order):
        row = self.attach(order)
        order.case = case_of(order)
        return evidence.mark(order, row.pk, self.actor("handler", "X11"), self.clock.now())


@pytest.fixture
def house(clock):
    return House(worlds.small(), clock)


def case_of(order):
    return Case.objects.system("test").select_related("unit").get(pk=order.pk)


def api(order):
    return presenting.full(WorkOrder.objects.system("test").select_related("case__unit").get(pk=order.pk), (), ())


def told(order, name):
    entry = next(t for t in journal.timeline(order.pk, reveal=True) if t.kind == f"case.{name}")
    return {**entry.data, **entry.personal}


def graded(order):
    events = Event.objects.filter(type="complaint.graded", case_id=order.pk).order_by("id")
    return [(e.payload["before"], e.payload["grade"], e.payload["by_rule"]) for e in events]


def minutes(order, clock):
    return CaseClock.objects.get(case_id=order.pk, name=clock, state="running").limit_minutes


# grades --------------------------------------------------------------------------------------------------------------


def test_the_rules_grade_a_complaint_when_it_is_registered_and_say_why(house):
    order = house.register(description="收费员态度恶劣，我已联系电视台记者")
    assert (order.grade, order.graded_by) == ("major", None)
    assert told(order, "opened")["grading"] == [{"rule": "media", "words": ["记者", "电视台"]}]
    assert graded(order) == [("", "major", True)]
    assert minutes(order, "contact") == 120
    assert house.register().grade == "general"
    assert house.register(kind="opinion", category="opinion.service").grade == ""


def test_a_grade_is_raised_with_a_reason_and_its_limits_count_from_the_start(house):
    order = house.register()
    started = CaseClock.objects.get(case_id=order.pk, name="contact").started_at
    house.clock.advance(timedelta(minutes=30))
    with pytest.raises(Forbidden):
        house.do(order, "grade", "agent", "P1", grade="special", note="央视报道")
    with pytest.raises(Invalid) as refused:
        house.do(order, "grade", "dispatcher", "P1", grade="special")
    assert set(refused.value.fields) == {"note"}
    house.do(order, "grade", "shift_leader", "P1", grade="special", note="央视记者到场")
    entry = told(order, "grade")
    assert (entry["before"], entry["input"]["grade"], entry["note"]) == (
        {"grade": "general"},
        "special",
        "央视记者到场",
    )
    clock = CaseClock.objects.get(case_id=order.pk, name="contact")
    assert (clock.limit_minutes, clock.due_at) == (120, started + timedelta(hours=2))
    assert case_of(order).due_at <= clock.due_at
    assert graded(order) == [("", "general", True), ("general", "special", False)]
    house.clock.advance(timedelta(hours=2))
    sweeper.sweep(house.clock.now())
    clock.refresh_from_db()
    assert clock.breached_at is not None


def test_a_grade_is_lowered_from_above_only(house):
    order = house.processing(description="媒体曝光你们的态度")
    with pytest.raises(Impossible, match="降低等级"):
        house.do(order, "grade", "unit_manager", "X11", grade="general", note="没那么严重")
    assert "lower_grade" not in house.can(order, "unit_manager", "X11")
    with pytest.raises(Impossible, match="更低"):
        house.do(order, "lower_grade", "supervisor", "C1", grade="special", note="更高")
    house.do(order, "lower_grade", "supervisor", "C1", grade="important", note="经核无媒体介入")
    assert order.grade == "important"
    rows = Judgement.objects.system("test").filter(order=order, what="grade").order_by("id")
    assert [(r.before, r.after, r.note) for r in rows] == [("", "major", ""), ("major", "important", "经核无媒体介入")]


def test_an_extended_clock_keeps_its_end_when_the_grade_changes(house):
    order = house.processing(description="收费员态度恶劣")
    before = minutes(order, "answer")
    house.do(order, "ask_extension", "handler", "X11", days=2, reason="investigation", note="需调监控")
    house.do(order, "grant_extension", "unit_manager", "C1", decision="同意")
    extended = minutes(order, "answer")
    assert extended > before
    house.do(order, "grade", "supervisor", "X11", grade="special", note="国务院督办")
    assert minutes(order, "answer") == extended


# findings ------------------------------------------------------------------------------------------------------------


def test_a_complaint_is_not_answered_without_a_finding(house):
    order = house.processing()
    with pytest.raises(Impossible, match="属实性"):
        house.do(order, "reply", "handler", "X11", answer="已处理", result="solved")
    with pytest.raises(Invalid) as refused:
        house.do(order, "substantiate", "handler", "X11", substantiated="partly", finding="有")
    assert set(refused.value.fields) == {"cause", "rectification", "effect"}
    with pytest.raises(Invalid) as refused:
        house.do(order, "substantiate", "handler", "X11", substantiated="no", finding="无")
    assert set(refused.value.fields) == {"explanation"}
    assert not Finding.objects.exists()
    house.do(order, "substantiate", "handler", "X11", **YES, person=house.world.person("handler", "X11").pk)
    row = Finding.objects.get(order=order)
    assert (row.cause, row.unit.code, row.person.name) == ("attitude", "X11", "handler@X11")
    assert "substantiate" not in house.can(order, "handler", "X11")
    house.do(order, "complete_finding", "handler", "X11", effect="客户书面认可")
    row.refresh_from_db()
    assert (row.effect, row.rectification) == ("客户书面认可", YES["rectification"])
    assert house.do(order, "reply", "handler", "X11", answer="已处理", result="solved").state == "replied"


def test_whoever_was_named_and_is_kept_away_can_be_found_at_fault(house):
    order = house.processing()
    named = house.world.person("handler", "X11", name="被投诉人")
    house.do(order, "recuse", "unit_manager", "X11", person=named.pk, note="投诉对象")
    house.do(order, "substantiate", "handler", "X11", **YES, person=named.pk)
    assert Finding.objects.get(order=order).person == named


def test_a_graver_complaint_needs_files_of_evidence(house):
    order = house.processing(channel="media")
    assert order.grade == "major"
    house.do(order, "substantiate", "handler", "X11", **NO)
    house.attach(order)
    with pytest.raises(Impossible, match="佐证材料"):
        house.do(order, "reply", "handler", "X11", answer="已处理", result="explained")
    house.proof(order)
    assert house.do(order, "reply", "handler", "X11", answer="已处理", result="explained").state == "replied"


def test_a_finding_is_changed_from_above_with_what_it_was(house):
    order = house.replied()
    assert "change_finding" not in house.can(order, "unit_manager", "X11")
    change = YES | {"reason": "careless_inquiry", "note": "补看监控，确有训斥"}
    with pytest.raises(Impossible, match="相同"):
        house.do(order, "change_finding", "supervisor", "C1", **(change | {"substantiated": "no"}))
    house.do(order, "change_finding", "supervisor", "C1", **change)
    entry = told(order, "change_finding")
    assert (entry["before"], entry["input"]["substantiated"]) == ({"substantiated": "no"}, "yes")
    last = Judgement.objects.system("test").filter(order=order, what="substantiated").latest("id")
    assert (last.before, last.after, last.reason, last.by.name) == ("no", "yes", "careless_inquiry", "supervisor@C1")
    said = Event.objects.filter(type="complaint.found", case_id=order.pk).latest("id").payload
    assert (said["before"], said["substantiated"], said["inquirer"]) == (
        "no", "yes", house.world.person("handler", "X11").pk,
    )  # fmt: skip


# spoken to, told the answer ------------------------------------------------------------------------------------------


def clock_of(order, name):
    return CaseClock.objects.get(case_id=order.pk, name=name)


def promised(order, now):
    track = projecting.project([order.pk], now)[0]
    said = {code: says for says in ("kept", "broken", "pending") for code in getattr(track, says)}
    return said.get("complaint-contact"), said.get("complaint-answer")


def test_nobody_counts_as_contacted_before_they_were_spoken_to(house):
    order = house.processing(spoken_to=False)
    house.do(order, "contact", "handler", "X11", outcome="no_answer")
    house.do(order, "contact", "handler", "X11", outcome="wrong_number")
    assert (order.contacted_at, clock_of(order, "contact").state) == (None, "running")
    house.do(order, "substantiate", "handler", "X11", **NO)
    house.do(order, "reply", "handler", "X11", answer="已处理", result="explained")
    assert (clock_of(order, "contact").state, clock_of(order, "answer").state) == ("running", "stopped")
    assert promised(order, house.clock.now()) == ("pending", "pending")
    house.clock.advance(timedelta(hours=24))
    sweeper.sweep(house.clock.now())
    assert clock_of(order, "contact").breached_at is not None
    assert promised(order, house.clock.now())[0] == "broken"
    house.do(order, "contact", "handler", "X11", outcome="reached")
    assert (order.contacted_at, clock_of(order, "contact").state) == (house.clock.now(), "stopped")
    assert promised(order, house.clock.now()) == ("broken", "pending"), "spoken to, too late; not told the answer yet"


def test_the_call_back_that_reaches_them_is_a_contact_and_the_answer(house):
    order = house.processing(spoken_to=False)
    house.do(order, "substantiate", "handler", "X11", **NO)
    house.do(order, "reply", "handler", "X11", answer="已处理", result="explained")
    for unit in ("X11", "C1"):
        house.do(order, "approve", "supervisor", unit)
    house.do(order, "call_back", "callback_clerk", "P1", outcome="unreached")
    assert (order.contacted_at, order.answered_at, clock_of(order, "contact").state) == (None, None, "running")
    house.do(order, "call_back", "callback_clerk", "P1", outcome="satisfied", satisfaction="satisfied")
    assert order.contacted_at == order.answered_at == house.clock.now()
    assert promised(order, house.clock.now()) == ("kept", "kept")


def test_who_was_told_before_the_review_is_contacted_and_answered_unless_it_was_rejected(house):
    order = house.processing(spoken_to=False)
    house.do(order, "substantiate", "handler", "X11", **NO)
    house.do(order, "reply", "handler", "X11", answer="已处理", result="explained", told=True)
    at = house.clock.now()
    assert (order.contacted_at, order.answered_at, clock_of(order, "contact").stopped_at) == (at, at, at)
    assert promised(order, at) == ("kept", "kept")
    house.do(order, "reject", "supervisor", "X11", note="答非所问")
    assert (order.contacted_at, order.answered_at) == (at, None)


def test_nobody_is_to_be_contacted_who_left_no_number(house):
    order = house.register(anonymous=True, contact_name="", contact_phone="")
    assert set(CaseClock.objects.filter(case_id=order.pk).values_list("name", flat=True)) == {"dispatch", "answer"}


# taken back ----------------------------------------------------------------------------------------------------------


def test_a_complaint_is_taken_back_in_a_call_before_anybody_works_on_it_unless_it_is_a_grave_one(house):
    order = house.register()
    house.do(order, "withdraw", "agent", "P1", note="客户来电撤诉")
    assert (case_of(order).state, order.no_finding) == ("archived", "withdrawn")
    assert promised(order, house.clock.now()) == (None, None)
    grave = house.register(channel="media")
    with pytest.raises(Impossible, match="影响重大"):
        house.do(grave, "withdraw", "agent", "P1")
    assert "withdraw" not in house.can(house.processing(), "agent", "P1")


# review, progress ----------------------------------------------------------------------------------------------------


def test_each_level_of_review_is_another_person_one_level_up(house):
    order = house.replied()
    assert "approve" in house.can(order, "unit_manager", "X11")
    house.do(order, "approve", "unit_manager", "X11")
    assert case_of(order).state == "replied"
    assert "approve" not in house.can(order, "unit_manager", "X11"), "the second level is above"
    assert "approve" not in house.can(order, "quality_auditor", "X11")
    assert house.do(order, "approve", "quality_auditor", "C1").state == "reviewed"


def test_a_serious_complaint_is_reviewed_at_three_levels_never_twice_by_one(house):
    order = house.processing(channel="media")
    house.proof(order)
    house.do(order, "substantiate", "handler", "X11", **YES)
    house.do(order, "reply", "handler", "X11", answer="已处理", result="solved")
    assert house.do(order, "approve", "supervisor", "P1").state == "replied"
    with pytest.raises(Impossible, match="他人审核"):
        house.do(order, "approve", "supervisor", "P1")
    assert house.do(order, "approve", "supervisor", "C1").state == "replied"
    assert "approve" not in house.can(order, "supervisor", "C1")
    assert house.do(order, "approve", "supervisor", "P1").state == "reviewed"
    with pytest.raises(Impossible, match="回访"):
        house.do(order, "archive", "callback_clerk", "P1")


def test_who_handles_it_does_not_review_it(house):
    order = house.register()
    house.do(order, "dispatch", "dispatcher", "P1", unit="X11")
    for action, data in (("accept", {}), ("begin", {}), ("contact", {"outcome": "reached"}), ("substantiate", NO),
                         ("reply", {"answer": "已处理", "result": "explained"})):  # fmt: skip
        house.do(order, action, "unit_manager", "X11", **data)
    with pytest.raises(Impossible, match="承办人"):
        house.do(order, "approve", "unit_manager", "X11")


def test_quality_complaints_are_told_how_it_stands_within_three_working_days(house):
    order = house.processing(category="complaint.quality.voltage.long_abnormal", description="夏天电压低，空调带不动")
    assert minutes(order, "progress") == 3 * minutes(order, "answer") / 15
    assert not CaseClock.objects.filter(case_id=house.processing().pk, name="progress").exists()
    house.do(order, "tell_how_it_stands", "handler", "X11", text="已派人测压，三日内出结果")
    order.refresh_from_db()
    assert order.progress_told_at is not None
    assert CaseClock.objects.get(case_id=order.pk, name="progress").state == "stopped"
    assert minutes(order, "answer")


# evidence ------------------------------------------------------------------------------------------------------------


def archived(house, **facts):
    order = house.processing(**facts)
    proof = house.proof(order)
    house.do(order, "substantiate", "handler", "X11", **YES)
    house.do(order, "reply", "handler", "X11", answer="已处理", result="solved")
    for unit in ("X11", "C1", "P1"):
        if "approve" in house.can(order, "supervisor", unit):
            house.do(order, "approve", "supervisor", unit)
    house.do(order, "call_back", "callback_clerk", "P1", outcome="satisfied", satisfaction="satisfied")
    house.do(order, "archive", "callback_clerk", "P1")
    order.case = case_of(order)
    assert order.case.state == "archived"
    return order, proof


@pytest.mark.parametrize(("facts", "years"), [({}, 3), ({"channel": "media"}, 5)])
@pytest.mark.django_db(transaction=True)
def test_evidence_stays_for_its_years_and_goes_then(house, facts, years):
    order, proof = archived(house, **facts)
    other = house.attach(order, "随手拍.png")
    with pytest.raises(ProtectedError):
        Attachment.objects.get(pk=proof.pk).delete()
    house.clock.advance(timedelta(days=years * 365 - 1))
    now = house.clock.now()
    administrator = house.actor("administrator", "HQ")
    assert evidence.tidy(now) == 0
    holds = erasure.erase(order.number, reason="客户要求", actor=administrator, now=now)
    assert (holds.files, holds.evidence) == (1, 1)
    assert set(Attachment.objects.values_list("pk", flat=True)) == {proof.pk}
    assert other.sha256 != proof.attachment.sha256
    assert files.open(proof.attachment.sha256)
    assert Finding.objects.get(order=order).finding == YES["finding"], "the words go with the evidence"
    house.clock.advance(timedelta(days=3))
    now = house.clock.now()
    with pytest.raises(Impossible):
        evidence.mark(order, proof.pk, house.actor("handler", "X11"), now)
    assert evidence.tidy(now) == 1
    assert evidence.tidy(now) == 0
    assert not Evidence.objects.exists()
    assert not files.path_of(proof.attachment.sha256).exists()
    assert told(order, "evidence_ended")["files"] == 1
    assert erasure.erase(order.number, reason="客户要求", actor=administrator, now=now).findings == 1
    assert Finding.objects.get(order=order).finding == ""


def test_evidence_of_an_open_complaint_is_not_touched(house):
    order = house.processing()
    proof = house.proof(order)
    assert evidence.mark(order, proof.pk, house.actor("handler", "X11"), house.clock.now()) == proof
    house.clock.advance(timedelta(days=4000))
    assert evidence.tidy(house.clock.now()) == 0
    with pytest.raises(Forbidden):
        evidence.mark(order, house.attach(order).pk, house.actor("agent", "P1"), house.clock.now())


# merged and terminated -----------------------------------------------------------------------------------------------


def test_a_merged_complaint_takes_the_finding_of_the_other_and_is_counted_there(house):
    first, second = house.processing(), house.processing()
    house.do(second, "merge", "handler", "X11", into=first.number)
    assert api(second)["substantiated"] is None
    house.do(first, "substantiate", "handler", "X11", **YES)
    told = api(second)
    assert (told["substantiated"], told["finding_taken_over"]) == ("yes", True)
    assert api(first)["finding_taken_over"] is False
    assert not Judgement.objects.system("test").filter(order=second, what="substantiated").exists()
    assert Event.objects.filter(type="complaint.found", case_id=second.pk).count() == 0
    person = house.world.person("handler", "X11")
    seen = browser_of(person).get(reverse("workorders:case", args=(second.number,))).content.decode()
    assert f'<a href="{reverse("workorders:case", args=(first.number,))}">{first.number}</a>' in seen and "属实" in seen
    house.do(second, "unmerge", "handler", "X11", note="不是同一件事")
    assert api(second)["substantiated"] is None


@pytest.mark.parametrize("found", [True, False])
def test_a_terminated_complaint_is_answered_with_a_finding_or_the_reason_why_none(house, found):
    order = house.processing()
    house.do(order, "ask_termination", "handler", "X11", reason="beyond_law", note="诉求无依据")
    house.do(order, "approve_termination", "unit_manager", "X11")
    house.do(order, "inquire", "handler", "X11", inquiry="调阅监控", finding="规范用语")
    assert "tell_customer" not in house.can(order, "handler", "X11")
    with pytest.raises(Impossible):
        house.do(order, "tell_customer", "handler", "X11", answer="已终止")
    if found:
        house.do(order, "substantiate", "handler", "X11", **NO)
    else:
        with pytest.raises(Invalid) as refused:
            house.do(order, "leave_unfound", "handler", "X11")
        assert set(refused.value.fields) == {"reason", "note"}
        house.do(order, "leave_unfound", "handler", "X11", reason="elsewhere", note="法院已受理")
        row = Judgement.objects.system("test").get(order=order, what="substantiated")
        assert (row.after, row.reason, row.note) == ("none", "elsewhere", "法院已受理")
        assert "leave_unfound" not in house.can(order, "handler", "X11")
        shown = browser_of(house.world.person("unit_manager", "X11"))
        assert "未作认定" in shown.get(reverse("workorders:case", args=(order.number,))).content.decode()
        assert "司法" in shown.get(reverse("workorders:judgements")).content.decode()
    house.do(order, "tell_customer", "handler", "X11", answer="已终止")
    assert house.do(order, "terminate", "unit_manager", "X11").state == "terminated"
    assert api(order)["no_finding"] == (None if found else "elsewhere")


# recusal lifted ------------------------------------------------------------------------------------------------------


def test_who_is_kept_away_or_let_back_is_so_for_all_orders_of_the_matter(house):
    head, first, second = (house.register() for _order in range(3))
    for order in (first, second):
        house.do(order, "merge", "dispatcher", "P1", into=head.number)
    named = house.world.person("handler", "X11", name="被投诉人")
    house.do(first, "recuse", "supervisor", "P1", person=named.pk, note="投诉对象")
    assert [case_of(o).recused_people for o in (head, first, second)] == [[named.pk]] * 3
    assert told(second, "recused_with")["other"] == first.number
    house.do(head, "let_back", "supervisor", "HQ", person=named.pk, note="同名误认")
    assert [case_of(o).recused_people for o in (head, first, second)] == [[]] * 3
    assert told(second, "let_back_with")["other"] == head.number
    house.do(second, "unmerge", "dispatcher", "P1", note="不是同一件事")
    house.do(head, "recuse", "supervisor", "P1", person=named.pk, note="投诉对象")
    assert (case_of(first).recused_people, case_of(second).recused_people) == ([named.pk], [])


def test_a_recusal_is_lifted_from_above_with_a_reason_and_nothing_goes_back_by_itself(house):
    order = house.processing()
    named = house.world.person("handler", "X11")
    joint = {"unit": house.world.units["X12"].pk, "task": "协查"}
    house.do(order, "joint", "handler", "X11", **joint)
    assert "let_back" not in house.can(order, "unit_manager", "C1"), "nobody is recused"
    house.do(order, "recuse", "unit_manager", "X11", person=named.pk, note="同名误认")
    below = Case.objects.system("test").get(parent_id=order.pk)
    assert below.recused_people == [named.pk] and case_of(order).owner_id is None
    with pytest.raises(Forbidden):
        house.do(order, "let_back", "unit_manager", "X11", person=named.pk, note="不是他")
    other = house.world.person("handler", "X12")
    for bad in ({"person": other.pk, "note": "误认"}, {"note": "误认"}, {"person": named.pk}):
        with pytest.raises(Invalid):
            house.do(order, "let_back", "unit_manager", "C1", **bad)
    form = browser_of(house.world.person("unit_manager", "C1")).get(
        reverse("workorders:action", args=(order.number, "let_back"))
    )
    assert f'value="{named.pk}"' in form.content.decode() and f'value="{other.pk}"' not in form.content.decode()
    case = house.do(order, "let_back", "unit_manager", "C1", person=named.pk, note="经核实为同名")
    below.refresh_from_db()
    assert case.recused_people == below.recused_people == [] and case.owner_id is None
    assert told(order, "let_back")["note"] == "经核实为同名"
    house.do(order, "note", "handler", "X11", text="继续核实")


# the interface -------------------------------------------------------------------------------------------------------


def api_of(house, role, unit, name=""):
    token = make_token(house.world.person(role, unit, name=name), "test", [], house.clock.now())
    client = Client(headers={"authorization": f"Bearer {token}"})
    return lambda **params: client.get("/api/v1/judgements", params)


def test_the_interface_lists_every_grade_and_finding_with_its_change_page_by_page(house):
    order = house.processing()
    house.do(order, "substantiate", "handler", "X11", **NO)
    reason = store.current(house.clock.now()).choices("flag_reasons")[0].code
    given = {**YES, "reason": reason, "note": "客户13812345678补交录音"}
    house.do(order, "change_finding", "unit_manager", "C1", **given)
    read = api_of(house, "unit_manager", "C1")
    (change,) = read(changed=True).json()["items"]
    assert (change["number"], change["what"]) == (order.number, "substantiated")
    assert (change["before"], change["after"], change["unit"]) == ("no", "yes", "X11")
    assert "13812345678" not in change["note"] and "补交录音" in change["note"]
    first = read(limit=2).json()
    rest = read(limit=2, cursor=first["next_cursor"]).json()
    assert [row["after"] for row in first["items"] + rest["items"]] == ["yes", "no", "general"]
    assert rest["items"][0]["by"] is None and rest["next_cursor"] is None
    assert len(read(what="grade").json()["items"]) == 1 and read(unit="C2").json()["items"] == []
    assert api_of(house, "unit_manager", "X21")().json()["items"] == []
    bad = read(cursor="nonsense")
    assert bad.status_code == 422 and bad["Content-Type"] == "application/problem+json"
    house.do(order, "recuse", "unit_manager", "C1", person=house.world.person("unit_manager", "X11").pk, note="亲属")
    assert api_of(house, "unit_manager", "X11")().json()["items"] == []
