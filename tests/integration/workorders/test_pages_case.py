"""The page of one order: what is shown to whom, acting in place, somebody else being quicker, files, personal data."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.models import Attachment, Case
from open95598.foundation.journal.models import Entry
from open95598.service.workorders import services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
IN_PLACE = {"HX-Request": "true"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def world():
    return worlds.small()


@pytest.fixture
def order(world, now):
    return services.register(world.actor("agent", "P1", now), worlds.fault(), now)


@pytest.fixture
def browser(client, world):
    """Sign people in by role and unit: ``browser("handler", "X11")``."""

    def sign_in(role, unit, name=""):
        person = world.person(role, unit, name=name)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def address(name, order, *more):
    return reverse(f"workorders:{name}", args=(order.number, *more))


def test_the_page_offers_only_what_this_person_can_do(browser, order):
    text = browser("handler", "X11").get(address("case", order)).content.decode()
    offered = re.findall(r'data-action="(\w+)"', text)
    assert offered[0] == "accept"
    assert "return" in offered and "dispatch" not in offered
    assert "13812345678" not in text and "138****5678" in text
    assert "李小明" not in text
    seat = browser("agent", "P1").get(address("case", order)).content.decode()
    offered = re.findall(r'data-action="(\w+)"', seat)
    assert offered == ["call_wish", "urge", "merge", "link_repeat", "offer_promise", "name", "withdraw", "mark"]
    assert "接单" in seat  # says what the order waits for


def test_an_order_that_is_not_for_these_eyes_is_not_there(browser, order):
    answer = browser("handler", "X21").get(address("case", order))
    assert answer.status_code == 404
    assert "湘江市" not in answer.content.decode()


def test_a_whistle_blow_report_is_not_there_for_those_without_the_right(browser, world, now):
    facts = worlds.fault(kind="report", category=_leaf("report", now))
    report = services.register(world.actor("shift_leader", "P1", now), facts, now)
    assert browser("agent", "P1").get(address("case", report)).status_code == 404
    assert browser("shift_leader", "P1").get(address("case", report)).status_code == 200


def _leaf(kind, now):
    from open95598.foundation.rulebook import store

    return next(c.code for top in store.current(now).categories(kind) for c in top.walk() if not c.children)


def test_the_form_shows_which_clock_it_stops(browser, order):
    text = browser("handler", "X11").get(address("action", order, "accept"), headers=IN_PLACE).content.decode()
    assert 'name="note"' in text and 'name="occurred_at"' in text
    assert "clock-name" in text
    assert "<html" not in text


def test_acting_in_place_answers_with_the_page_as_it_is_now(browser, order):
    handler = browser("handler", "X11")
    answer = handler.post(address("action", order, "accept"), {"version": order.case.version}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert 'data-action="send_crew"' in answer.content.decode()
    assert "toast" in answer["HX-Trigger"]
    assert _case(order).state == "accepted"


def test_without_scripts_the_form_is_a_page_and_acting_leads_back(browser, order):
    handler = browser("handler", "X11")
    page = handler.get(address("action", order, "return"))
    assert "<html" in page.content.decode() and 'name="reason"' in page.content.decode()
    refused = handler.post(address("action", order, "return"), {"reason": "wrong_unit"})
    assert refused.status_code == 422
    assert "wrong_unit" in refused.content.decode()
    done = handler.post(address("action", order, "return"), {"reason": "wrong_unit", "note": "不在供电区域"})
    assert done.status_code == 302
    assert _case(order).state == "returned"


def test_bad_input_names_the_fields_and_changes_nothing(browser, order):
    handler = browser("handler", "X11")
    answer = handler.post(address("action", order, "return"), {"reason": "because"}, headers=IN_PLACE)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"reason", "note"}
    assert _case(order).state == "dispatched"


def test_somebody_who_was_quicker_is_shown_and_what_was_typed_is_kept(browser, world, order, now):
    version = order.case.version
    other = world.actor("handler", "X11", now, name="quick")
    casework.perform(order.case_id, "accept", other, now, data={"note": "我来处理"})
    typed = {"version": version, "seen": 1, "reason": "wrong_unit", "note": "这一段话不能丢"}
    answer = browser("handler", "X11").post(address("action", order, "return"), typed, headers=IN_PLACE)
    text = answer.content.decode()
    assert answer["HX-Retarget"] == "#action-form"
    assert "这一段话不能丢" in text
    assert "我来处理" in text
    assert "disabled" in text  # an accepted order cannot be returned
    assert _case(order).state == "accepted"


def test_what_is_entered_later_keeps_its_true_time(browser, world, clock):
    from datetime import timedelta

    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    clock.advance(timedelta(minutes=40))
    handler = browser("handler", "X11")
    handler.post(address("action", order, "accept"), {"occurred_at": "2026-03-02T10:05"})
    order.refresh_from_db()
    assert order.accepted_at.isoformat() == "2026-03-02T02:05:00+00:00"
    late = handler.post(address("action", order, "send_crew"), {"occurred_at": "2026-03-02T09:00"}, headers=IN_PLACE)
    assert list(late.json()["errors"]) == ["occurred_at"]


def test_a_note_waits_for_nobody_and_stands_in_the_timeline(browser, order):
    agent = browser("agent", "P1")
    answer = agent.post(address("action", order, "note"), {"text": "客户电话 13900001111 也可联系"}, headers=IN_PLACE)
    text = answer.content.decode()
    assert "139****1111" in text and "13900001111" not in text
    assert _case(order).version == order.case.version


def test_personal_data_is_shown_for_a_reason_and_on_record(browser, order):
    agent = browser("agent", "P1")
    refused = agent.post(address("reveal", order), {"why": " "}, headers=IN_PLACE)
    assert refused.status_code == 422
    answer = agent.post(address("reveal", order), {"why": "联系客户"}, headers=IN_PLACE)
    assert "13812345678" in answer.content.decode() and "李小明" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(kind="personal.revealed", case_id=order.case_id)
    assert "联系客户" in entry.body


def test_a_secret_identity_is_shown_to_few(browser, world, now):
    secret = services.register(world.actor("agent", "P1", now), worlds.fault(confidential=True), now)
    text = browser("agent", "P1").get(address("case", secret)).content.decode()
    assert "138****5678" not in text
    assert browser("handler", "X11").post(address("reveal", secret), {"why": "看看"}).status_code == 403
    leader = browser("shift_leader", "P1").post(address("reveal", secret), {"why": "核实身份"}, headers=IN_PLACE)
    assert "13812345678" not in leader.content.decode()
    assert browser("shift_leader", "P1").post(address("unseal", secret), {"why": "核实身份"}).status_code == 403
    shown = browser("confidential_clerk", "P1").post(address("unseal", secret), {"why": "核实身份"}, headers=IN_PLACE)
    assert "13812345678" in shown.content.decode()


def test_a_photo_is_kept_listed_handed_out_and_journalled(browser, order, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    handler = browser("handler", "X11")
    photo = SimpleUploadedFile("现场.png", PNG, "image/png")
    answer = handler.post(address("attach", order), {"file": [photo]}, headers=IN_PLACE)
    assert answer.status_code == 200 and "现场.png" in answer.content.decode()
    row = Attachment.objects.get(case_id=order.case_id)
    given = handler.get(address("attachment", order, row.pk))
    assert b"".join(given.streaming_content) == PNG
    assert "sandbox" in given["Content-Security-Policy"]
    assert Entry.objects.filter(case_id=order.case_id, kind="case.attached").count() == 1
    assert browser("handler", "X21").get(address("attachment", order, row.pk)).status_code == 404
    program = SimpleUploadedFile("tool.exe", b"MZ\x90\x00" * 20, "image/png")
    refused = browser("handler", "X11").post(address("attach", order), {"file": [program]}, headers=IN_PLACE)
    assert refused.status_code == 422
    assert Attachment.objects.count() == 1


def test_a_joint_part_is_done_on_the_orders_page(browser, world, order, now):
    handler = world.actor("handler", "X11", now)
    casework.perform(order.case_id, "accept", handler, now)
    unit = world.units["X12"].pk
    casework.perform(order.case_id, "joint", handler, now, data={"unit": unit, "task": "核对台区线路"})
    helper = browser("handler", "X12")
    text = helper.get(address("case", order)).content.decode()
    part = re.search(r"/parts/(\d+)/actions/accept/", text)
    assert part and "核对台区线路" in text
    answer = helper.post(f"{address('case', order)}parts/{part[1]}/actions/accept/", {}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert _case(order).state == "accepted"
    assert Case.objects.system("test").get(pk=int(part[1])).state == "accepted"
    assert order.number in helper.get(reverse("workorders:my_work")).content.decode()


def test_the_timeline_goes_on_below(browser, world, order, now):
    agent = world.actor("agent", "P1", now)
    for n in range(60):
        casework.perform(order.case_id, "note", agent, now, data={"text": f"备注 {n:02d}"})
    page = browser("agent", "P1").get(address("case", order)).content.decode()
    assert "备注 59" in page and "备注 05" not in page
    more = re.search(r'hx-get="([^"]+timeline/\?before=\d+)"', page)
    older = browser("agent", "P1").get(more[1], headers=IN_PLACE).content.decode()
    assert "备注 05" in older


def test_a_page_costs_the_same_however_long_the_story(browser, world, order, now, django_assert_max_num_queries):
    reader = browser("handler", "X11")
    agent = world.actor("agent", "P1", now)
    reader.get(address("case", order))
    for n in range(30):
        casework.perform(order.case_id, "note", agent, now, data={"text": f"备注 {n}"})
    with django_assert_max_num_queries(32):
        reader.get(address("case", order))


def test_nothing_on_the_page_is_inline_and_nothing_is_english(browser, order):
    text = browser("handler", "X11").get(address("case", order)).content.decode()
    assert " style=" not in text and "<style" not in text and " onclick=" not in text


def _case(order):
    return Case.objects.system("test").get(pk=order.case_id)
