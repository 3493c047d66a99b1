"""A customer's data goes for good; the order, its proof and its counts stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from tests import world as worlds

from open95598.casework import attachments
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment import appeals
from open95598.control.assessment import services as ledger
from open95598.control.assessment.services import Charge
from open95598.control.sampling import services as sampling
from open95598.control.sampling.judging import Mark, Sheet
from open95598.control.sampling.models import Inspection
from open95598.control.supervision import services as supervision
from open95598.control.supervision.models import Supervision
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.files import store
from open95598.foundation.journal.models import Entry, Personal
from open95598.foundation.journal.verify import verify
from open95598.foundation.notices.models import Message
from open95598.foundation.notices.services import send
from open95598.foundation.rulebook import store as store_of_rules
from open95598.service.shifts import services as shifts
from open95598.service.shifts.models import Item
from open95598.service.workorders import erasure, services
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
HOUSE = Actor(None, "open95598", None, "command")
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 64 + b"\xff\xd9"


@pytest.fixture
def world(db, clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return worlds.small()


@pytest.fixture
def order(world, clock) -> WorkOrder:
    """An order with everything that names its customer, answered at once and so archived."""
    agent = world.actor("agent", "P1", clock.now())
    facts = worlds.fault(contact_name="李小明", contact_phone="13812345678", address="湘江市芙蓉路9号")
    facts |= {"kind": "consultation", "category": "consultation.bill"}
    found = services.register(agent, facts, clock.now(), answer="已告知李小明先生电价标准。")
    upload = SimpleUploadedFile("李小明家电表.jpg", PICTURE, "image/jpeg")
    attachments.attach(found.pk, upload, agent, clock.now())
    send("sms", "13812345678", "", "李小明先生您好", clock.now(), "m", found.pk)
    found.refresh_from_db()
    return found


def erase(order: WorkOrder, actor: Actor, clock) -> erasure.Holds:
    clock.advance(timedelta(minutes=1))
    return erasure.erase(order.number, reason="客户书面申请 2026-17", actor=actor, now=clock.now())


#: where rooms keep what people wrote about orders
ELSEWHERE = (
    "supervision_supervision", "sampling_inspection", "workorders_orderpart", "shifts_item", "shifts_handover",
    "assessment_appeal",
    "notices_notice", "workorders_callmade", "tracking_track",
)  # fmt: skip


def everything_kept(*more: str) -> str:
    """All text of all tables that could still name the customer."""
    tables = ("workorders_workorder", "journal_entry", "journal_personal", "notices_message", "casework_attachment")
    tables = (*tables, *more)
    with connection.cursor() as cursor:
        kept = []
        for table in (*tables, "event"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            kept += [row[0] for row in cursor.fetchall()]
    return "\n".join(kept)


def test_nothing_of_the_customer_is_left(world, order, clock, django_capture_on_commit_callbacks):
    assert order.case.is_open is False
    digest = order.case.attachments.get().sha256
    before = Entry.objects.count()
    assert "李小明" in everything_kept() and "13812345678" in everything_kept()
    with django_capture_on_commit_callbacks(execute=True):
        holds = erase(order, HOUSE, clock)
    assert set(holds.fields) >= {"contact_name", "contact_phone", "address", "description", "answer"}
    assert holds.entries > 3 and (holds.messages, holds.files) == (1, 1)
    for trace in ("李小明", "13812345678", "芙蓉路"):
        assert trace not in everything_kept()
    assert not Personal.objects.filter(entry_id__in=Entry.objects.filter(case_id=order.pk).values("id")).exists()
    with pytest.raises(NotFound):
        store.open(digest)
    assert Entry.objects.count() == before + 2
    told = Entry.objects.get(kind="case.erased")
    assert "客户书面申请 2026-17" in told.body and told.actor_id is None
    assert Message.objects.get().state == "unknown"  # it may have left already; nobody tries again
    with pytest.raises(Impossible):
        erase(order, HOUSE, clock)


@pytest.mark.django_db(transaction=True)
def test_the_journal_of_an_erased_order_stays_whole(order, clock):
    erase(order, HOUSE, clock)
    assert verify(case_id=order.pk).whole


def test_an_order_under_way_keeps_what_its_handling_needs(world, clock):
    agent = world.actor("agent", "P1", clock.now())
    order = services.register(agent, worlds.fault(), clock.now())
    with pytest.raises(Impossible):
        erase(order, HOUSE, clock)
    assert WorkOrder.objects.system("test").get(pk=order.pk).contact_phone


def test_only_an_administrator_with_a_reason_may(world, order, clock):
    now = clock.now()
    for role in ("agent", "unit_manager", "shift_leader", "read_only_auditor"):
        with pytest.raises(Forbidden):
            erase(order, world.actor(role, "P1", now), clock)
    with pytest.raises(Forbidden):
        erase(order, world.actor("administrator", "C2", now), clock)
    administrator = world.actor("administrator", "HQ", now)
    with pytest.raises(Invalid):
        erasure.erase(order.number, reason=" ", actor=administrator, now=now)
    with pytest.raises(NotFound):
        erasure.look("20260302-XX-0000", administrator, clock.now())
    assert erase(order, administrator, clock).anything


def test_the_page_shows_how_much_never_what_and_erases_on_a_reason(world, order, clock):
    person = world.person("administrator", "HQ")
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/orders/erasure/?number={order.number}").content.decode()
    assert order.number in page
    for secret in ("李小明", "13812345678", "芙蓉路"):
        assert secret not in page
    assert browser.post("/orders/erasure/", {"number": order.number, "reason": ""}).status_code == 422
    assert browser.get("/orders/erasure/?number=nothing").status_code == 404
    done = browser.post("/orders/erasure/", {"number": order.number, "reason": "客户申请"})
    assert done.status_code == 302
    page = browser.get("/orders/erasure/").content.decode()
    assert order.number in page and "客户申请" in page
    other = Client()
    other.force_login(world.person("unit_manager", "P1"), backend="django.contrib.auth.backends.ModelBackend")
    assert other.get("/orders/erasure/").status_code == 403


def test_the_timeline_says_that_it_was_erased(world, order, clock):
    erase(order, HOUSE, clock)
    seer = Client()
    seer.force_login(world.person("shift_leader", "P1"), backend="django.contrib.auth.backends.ModelBackend")
    page = seer.get(f"/orders/{order.number}/").content.decode()
    assert "李小明" not in page and "芙蓉路" not in page


WROTE = "李小明先生来电13812345678"


def test_it_reaches_what_others_wrote_about_the_order_and_leaves_what_was_counted(world, clock):
    def do(pk, action, role, unit, /, **data):
        clock.advance(timedelta(seconds=20))
        casework.perform(pk, action, world.actor(role, unit, clock.now()), clock.now(), data=data)

    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    later = "2026-03-02T20:00"
    do(order.pk, "accept", "handler", "X11")
    do(order.pk, "supervise", "supervisor", "X11", reason="slow", demand=WROTE, wanted_by=later)
    do(order.pk, "joint", "handler", "X11", unit="X12", task=WROTE)
    below = {c.kind: c.pk for c in Case.objects.system("test").filter(parent_id=order.pk)}
    do(below["supervision"], "answer_supervision", "handler", "X11", measures=WROTE, promised_at=later)
    do(below["supervision"], "accept_answer", "supervisor", "X11", note=WROTE)
    do(below["joint"], "accept", "handler", "X12")
    do(below["joint"], "finish", "handler", "X12", result=WROTE)
    for action, data in (
        ("send_crew", {}), ("arrive", {}), ("diagnose", {"cause": "overload", "ownership": "utility"}),
        ("restore", {"result": "solved"}), ("reply", {"answer": "已恢复"}),
    ):  # fmt: skip
        do(order.pk, action, "handler", "X11", **data)
    leader = world.actor("shift_leader", "P1", clock.now())
    shift = shifts.prepare(world.units["P1"], [world.person("agent", "P1").pk], leader, clock.now())
    listed = Item.objects.get(handover=shift, ref_id=order.pk)
    shifts.note(shift, {listed.pk: WROTE}, f"请留意{WROTE}；其余正常", leader, clock.now())
    said = {"outcome": "satisfied", "satisfaction": "satisfied", "note": WROTE}
    do(order.pk, "call_back", "callback_clerk", "P1", **said)
    if Case.objects.system("test").get(pk=order.pk).is_open:
        do(order.pk, "archive", "callback_clerk", "P1")
    supervision.end(order.pk, clock.now())
    clock.advance(timedelta(days=7))
    sampling.draw_week(sampling.last_week(clock.now()), sampling.HOUSE, clock.now())
    drawn = Inspection.objects.system("test").get(order_id=order.pk)
    lines = store_of_rules.current(clock.now()).oversight.form("order").lines("fault")
    marks = {line.code: Mark(line.most - 1, WROTE) for line in lines}
    sampling.judge(drawn.pk, Sheet(marks, (), WROTE), world.actor("quality_auditor", "C1", clock.now()), clock.now())
    with pytest.raises(Impossible, match="下"):
        erase(order, HOUSE, clock)
    do(drawn.pk, "object", "unit_manager", "X11", objection=WROTE)
    do(drawn.pk, "decide_objection", "quality_auditor", "P1", outcome="keep", decision=WROTE)
    drawn.refresh_from_db()
    score = drawn.score
    blamed = world.actor("handler", "X11", clock.now())
    charge = Charge("false_order", world.units["X11"].pk, "test/erased", case_id=order.pk, person_id=blamed.person_id)
    appeal = appeals.ask(ledger.enter(charge, HOUSE, clock.now()).pk, f"{WROTE}，并非虚假", blamed, clock.now())
    with pytest.raises(Impossible, match="申诉"):
        erase(order, HOUSE, clock)
    do(appeal.pk, "withdraw", "handler", "X11")
    assert "李小明" in everything_kept(*ELSEWHERE)
    holds = erase(order, HOUSE, clock)
    assert holds.words >= 9
    kept = everything_kept(*ELSEWHERE)
    assert "李小明" not in kept and "13812345678" not in kept
    appeal.refresh_from_db()
    assert appeal.grounds.endswith("，并非虚假"), "what it says of the charge stays"
    drawn.refresh_from_db()
    shift.refresh_from_db()
    left = {m["points"] for m in drawn.sheet["marks"].values()}
    assert drawn.score == score and left == {m.points for m in marks.values()}
    assert shift.remarks.endswith("；其余正常") and Supervision.objects.system("test").get(order=order).decided_at
    with pytest.raises(Impossible):
        erase(order, HOUSE, clock)
