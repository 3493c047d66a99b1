"""A customer follows their own order, and nobody else's: codes, visits, what they may do, what nobody can find out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import world as worlds
from tests.integration.portal.conftest import PHONE, codes_sent, fault, the_order
from tests.integration.portal.test_pages import photo

from open95598.casework import services as casework
from open95598.casework.models import Attachment
from open95598.foundation.errors import TooMany
from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Message, MessageState, Notice
from open95598.foundation.people.policy import Role
from open95598.service.portal import accounts, queries, visits
from open95598.service.portal.models import Challenge, Visit
from open95598.service.portal.pages import wire
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
REPORT = {"kind": "report", "category": "report.conduct.power_abuse", "description": "有人以电谋私"}


@pytest.fixture
def order(world: worlds.World, now: datetime) -> WorkOrder:
    """An order that an agent took by phone: it can be followed as well."""
    return services.register(world.actor(Role.AGENT, "P1", now), worlds.fault(), now)


def accepted(order: WorkOrder, world: worlds.World, now: datetime) -> None:
    """Let a handler take the order."""
    casework.perform(order.pk, "accept", world.actor(Role.HANDLER, "X11", now, name="李强"), now)


def finished(order: WorkOrder, world: worlds.World, now: datetime) -> None:
    """Let the crew go, arrive, repair and answer."""
    handler = world.actor(Role.HANDLER, "X11", now, name="李强")
    for action, data in (
        ("accept", {}), ("send_crew", {}), ("arrive", {}), ("diagnose", {"cause": "equipment", "ownership": "utility"}),
        ("restore", {"result": "solved"}), ("reply", {"answer": "更换了熔丝，已恢复供电。"}),
    ):  # fmt: skip
        casework.perform(order.pk, action, handler, now, data=data)


def test_number_and_phone_lead_to_the_order(order: WorkOrder, visiting: Callable[..., Client]) -> None:
    page = visiting(order).get("/portal/order/").content.decode()
    assert order.number in page
    assert "已派单" in page
    assert "抢修人员到达现场" in page
    for secret in (PHONE, "李小明", "芙蓉路"):
        assert secret not in page, "nothing personal is shown back"


def test_the_number_may_be_typed_as_it_comes(order: WorkOrder, customer: Client, now: datetime) -> None:
    typed = f"  {order.number.lower().replace('-', '－')} "
    customer.post("/portal/follow/", {"number": typed, "phone": "+86 138 1234 5678"})
    assert len(codes_sent(now)) == 1


def test_a_code_counts_once_for_ten_minutes_and_five_tries(order: WorkOrder, customer: Client, clock: Any) -> None:
    def ask() -> str:
        customer.post("/portal/follow/", {"number": order.number, "phone": PHONE})
        return codes_sent(clock.now())[-1]

    def give(code: str) -> int:
        return customer.post("/portal/follow/code/", {"code": code}).status_code

    code = ask()
    row = Challenge.objects.get()
    assert code not in row.code
    assert len(row.code) == 64, "only a keyed digest is kept"
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert [give(wrong) for _ in range(5)] == [422] * 5
    assert give(code) == 422, "after five tries the right one is void as well"
    clock.advance(timedelta(minutes=11))
    code = ask()
    clock.advance(timedelta(minutes=10))
    assert give(code) == 422, "it has run out"
    clock.advance(timedelta(minutes=11))
    code = ask()
    challenge = customer.cookies["portal_challenge"].value
    assert give(code) == 302
    customer.cookies["portal_challenge"] = challenge
    assert give(code) == 422, "it was used"
    assert Visit.objects.count() == 1


def test_asking_tells_nothing_about_numbers_and_phones(order: WorkOrder, customer: Client, clock: Any) -> None:
    """The same answer, the same statements, the same cookie, whatever fits or does not; and no message but to the right
    phone."""
    told = []
    for number, phone in (
        (order.number, PHONE), (order.number, "13900000001"), ("20260302-P1-ZZZZZZZZZ", PHONE),
        ("' OR 1=1 --", "13900000002"), ("20260302-P1-XXXXXXXXX", "13900000003"),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            answer = customer.post("/portal/follow/", {"number": number, "phone": phone})
        statements = [re.split(r"['(=]|SAVEPOINT ", q["sql"], maxsplit=1)[0] for q in queries]
        page = customer.get("/portal/follow/code/").content.decode()
        page = re.sub(r'value="\w{64}"', "", page)
        cookie = answer.cookies["portal_challenge"]
        told.append((answer.status_code, answer["Location"], len(cookie.value), cookie["max-age"], page, statements))
    for other in told[1:]:
        assert other == told[0], "no answer differs from another"
    assert not any("workorders_workorder" in q["sql"] for q in queries), "no order is looked up while somebody waits"
    codes_sent(clock.now())
    assert list(Message.objects.values_list("to", flat=True)) == [PHONE]
    wrong = set()
    for challenge in Challenge.objects.all():
        customer.cookies["portal_challenge"] = str(challenge.pk)
        page = customer.post("/portal/follow/code/", {"code": "000000"}).content.decode()
        wrong.add(re.sub(r'value="\w{64}"', "", page))
    customer.cookies["portal_challenge"] = "no-challenge-at-all"
    page = customer.post("/portal/follow/code/", {"code": "000000"}).content.decode()
    wrong.add(re.sub(r'value="\w{64}"', "", page))
    assert len(wrong) == 1, "a wrong code and a code for nothing are the same"


def test_codes_are_limited_by_phone_and_by_number_whether_they_fit_or_not(order: WorkOrder, now: datetime) -> None:
    for number in (order.number, "A", "B"):
        visits.ask(wire.AskCode(number=number, phone="13900000001"), now)
    with pytest.raises(TooMany) as refusal:
        visits.ask(wire.AskCode(number="C", phone="+8613900000001"), now)
    assert refusal.value.extra["retry_after"] == 600
    assert "95598" in str(refusal.value)
    for n in range(2):
        visits.ask(wire.AskCode(number=order.number, phone=f"1390000010{n}"), now)
    with pytest.raises(TooMany):
        visits.ask(wire.AskCode(number=order.number.lower(), phone="13900000109"), now)
    visits.ask(wire.AskCode(number=order.number, phone="13900000001"), now + timedelta(minutes=10, seconds=1))


def test_a_visit_ends(order: WorkOrder, visiting: Callable[..., Client], clock: Any) -> None:
    browser = visiting(order)
    kept = browser.cookies["portal_visit"].value
    assert browser.cookies["portal_visit"]["httponly"]
    browser.post("/portal/order/leave/")
    browser.cookies["portal_visit"] = kept
    assert browser.get("/portal/order/")["Location"] == "/portal/follow/", (
        "left is left, also for whoever kept the token"
    )
    clock.advance(timedelta(minutes=11))
    browser = visiting(order)
    clock.advance(timedelta(minutes=30))
    assert browser.get("/portal/order/").status_code == 302
    assert browser.post("/portal/order/urge/", {"choice": "not_handled"})["Location"] == "/portal/follow/"
    assert Client().get("/portal/order/").status_code == 302


def test_words_and_photos_reach_the_case_page_and_the_owner(
    order: WorkOrder, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    accepted(order, world, now)
    browser = visiting(order)
    said = {"token": "a" * 32, "text": "隔壁楼也停了", "photos": [photo()]}
    answer = browser.post("/portal/order/add/", said)
    assert answer["Location"] == "/portal/order/?said=added"
    browser.post("/portal/order/add/", {"token": "a" * 32, "text": "隔壁楼也停了", "photos": [photo()]})
    handler = world.person(Role.HANDLER, "X11", name="李强")
    desk = Client()
    desk.force_login(handler, backend="django.contrib.auth.backends.ModelBackend")
    page = desk.get(f"/orders/{order.number}/").content.decode()
    assert page.count("隔壁楼也停了") == 1, "sent twice, added once"
    assert "客户（网上）" in page
    assert Attachment.objects.count() == 1
    assert Notice.objects.filter(person=handler, case_id=order.pk, kind="portal.said").count() == 1
    live = Event.objects.filter(case_id=order.pk, type__in=("case.note", "case.attached"))
    assert live.count() == 2, "open pages hear of both"
    assert "隔壁楼也停了" in browser.get("/portal/order/").content.decode()
    empty = browser.post("/portal/order/add/", {"token": "b" * 32})
    assert empty.status_code == 422


def test_urging_is_counted_and_limited_as_for_everybody(
    order: WorkOrder, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    accepted(order, world, now)
    browser = visiting(order)
    for n in "12":
        answer = browser.post("/portal/order/urge/", {"token": n * 32, "choice": "not_handled", "text": "家有老人"})
        assert answer["Location"] == "/portal/order/?said=urged"
    assert order.urge_count() == 2
    third = browser.post("/portal/order/urge/", {"token": "3" * 32, "choice": "not_handled"})
    assert third.status_code == 409
    assert "时限过半之前最多催办2次" in third.content.decode()
    assert order.urge_count() == 2
    danger = browser.post("/portal/order/urge/", {"token": "4" * 32, "choice": "safety"})
    assert danger["Location"] == "/portal/order/?said=urged"
    assert order.urge_count() == 3


def test_an_answered_order_is_rated(
    order: WorkOrder, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    browser = visiting(order)
    assert browser.post("/portal/order/rate/", {"token": "r" * 32, "choice": "satisfied"}).status_code in (409, 422)
    finished(order, world, now)
    page = browser.get("/portal/order/").content.decode()
    assert "更换了熔丝" in page
    assert "评价我们的服务" in page
    answer = browser.post("/portal/order/rate/", {"token": "s" * 32, "choice": "satisfied", "text": "来得很快"})
    assert answer["Location"] == "/portal/order/?said=rated"
    order.refresh_from_db()
    assert order.satisfaction == "satisfied"


def test_withdrawing_before_handling_ends_it_later_asks_for_it(
    customer: Client, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    customer.post("/portal/new/fault/", fault())
    order = the_order()
    browser = visiting(order)
    assert "撤回后立即结束" in browser.get("/portal/order/").content.decode()
    answer = browser.post("/portal/order/withdraw/", {"token": "w" * 32, "text": "来电了"})
    assert answer["Location"] == "/portal/order/?said=withdrawn"
    order.case.refresh_from_db()
    assert not order.case.is_open
    assert "已撤回" in browser.get("/portal/order/").content.decode()


def test_withdrawing_what_is_handled_asks_whoever_handles_it(
    order: WorkOrder, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    accepted(order, world, now)
    browser = visiting(order)
    answer = browser.post("/portal/order/withdraw/", {"token": "x" * 32, "text": "不用了"})
    assert answer["Location"] == "/portal/order/?said=asked"
    order.case.refresh_from_db()
    assert order.case.is_open
    handler = world.person(Role.HANDLER, "X11", name="李强")
    assert Notice.objects.filter(person=handler, case_id=order.pk).exists()


def test_a_complaint_is_taken_back_as_anything_else(
    customer: Client, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    customer.post("/portal/new/complaint/", fault(topic="service"))
    order = the_order()
    browser = visiting(order)
    assert "撤回后立即结束" in browser.get("/portal/order/").content.decode()
    assert browser.post("/portal/order/withdraw/", {"token": "x" * 32})["Location"] == "/portal/order/?said=withdrawn"
    order.case.refresh_from_db()
    assert not order.case.is_open


@pytest.mark.parametrize(
    ("said", "why"),
    [({"kind": "complaint", "category": "complaint.service", "channel": "media"}, "影响重大"),
     ({"priority": "safety"}, "涉及人身安全")],
)  # fmt: skip
def test_grave_matters_never_end_by_a_click_and_the_page_says_why(
    said: dict[str, str], why: str, world: worlds.World, visiting: Callable[..., Client], now: datetime
) -> None:
    new = [services.NewOrder(worlds.fault(**said))]
    order = services.register_many(world.actor(Role.AGENT, "P1", now), new, now, route=False)[0]
    browser = visiting(order)
    page = browser.get("/portal/order/").content.decode()
    assert why in page
    assert "正在办理" not in page and "已有人在办理" not in page, "nobody has accepted it"
    assert browser.post("/portal/order/withdraw/", {"token": "x" * 32})["Location"] == "/portal/order/?said=asked"
    order.case.refresh_from_db()
    assert order.case.is_open


def test_a_report_is_looked_into_whether_or_not_it_is_taken_back(world: worlds.World, now: datetime) -> None:
    report = services.register(world.actor(Role.AGENT, "P1", now), worlds.fault(**REPORT), now)
    seen = queries.view(report.case, accounts.of_house(now), now)
    assert seen.may_withdraw == "ask"
    assert "举报一经受理即须核查" in seen.withdraw_why


def test_codes_and_challenges_are_forgotten(order: WorkOrder, customer: Client, clock: Any) -> None:
    customer.post("/portal/follow/", {"number": order.number, "phone": PHONE})
    codes_sent(clock.now())
    Message.objects.update(state=MessageState.SENT)
    visits.tidy(clock.advance(timedelta(minutes=11)))
    assert not Message.objects.exclude(body="").exists()
    assert Challenge.objects.exists(), "the limits still count it"
    visits.tidy(clock.advance(timedelta(days=1)))
    assert not Challenge.objects.exists()


def test_nothing_personal_is_logged_or_in_addresses(
    order: WorkOrder, customer: Client, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "django.request")
    customer.post("/portal/follow/", {"number": order.number, "phone": PHONE})
    customer.post("/portal/follow/", {"number": order.number, "phone": "x" + PHONE})
    customer.post("/portal/new/fault/", fault(topic=""))
    assert PHONE not in caplog.text
    assert order.number not in caplog.text
    event = Event.objects.get(type="portal.code_asked")
    assert PHONE not in str(event.payload)
    assert order.number not in str(event.payload)
