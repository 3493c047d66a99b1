"""The one-time link: who is sent one, what an answer leads to, and what nobody can do with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests import world as worlds
from tests.integration.portal.conftest import Wire, the_order
from tests.integration.portal.conftest import fault as form

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Message
from open95598.foundation.rulebook import store
from open95598.service.portal import ratings
from open95598.service.portal.models import RatingLink
from open95598.service.portal.pages.courier import Courier
from open95598.service.workorders import services
from open95598.service.workorders.models import CallMade, WorkOrder

pytestmark = pytest.mark.django_db
HOUSE = Actor.house("test")


@pytest.fixture
def repaired(world: worlds.World, clock: Any) -> Any:
    """Give a way to a fault that waits for its call-back, with what the worker does about it."""

    def made(**more: Any) -> WorkOrder:
        order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(**more), clock.now())
        finish(order, clock)
        return order

    return made


def finish(order: WorkOrder, clock: Any) -> None:
    rules = store.get(order.case.rulebook_version)
    first = {n: rules.choices(n)[0].code for n in ("fault_causes", "ownership", "results")}
    steps = {
        "accept": {}, "send_crew": {}, "arrive": {},
        "diagnose": {"cause": first["fault_causes"], "ownership": first["ownership"]},
        "restore": {"result": first["results"]}, "reply": {"answer": "已更换熔断器，恢复送电。"},
    }  # fmt: skip
    for action, data in steps.items():
        clock.advance(timedelta(minutes=1))
        casework.perform(order.pk, action, HOUSE, clock.now(), data=data)
    deliver()


def deliver() -> None:
    delivery.deliver_keys("portal.rating_link", set(Event.objects.values_list("key", flat=True)))


def link() -> str:
    """Return the path of the newest link that was sent."""
    text = Message.objects.filter(key__startswith="portal/rating/").latest("id").body
    return re.findall(r"//[^/]+(/r/[A-Za-z0-9]{22}) ", text)[0]


def said(**more: Any) -> dict[str, Any]:
    return {"solved": "yes", "choice": "very_satisfied", "text": "", "token": "t" * 30} | more


def state(order: WorkOrder) -> str:
    return str(WorkOrder.objects.system("t").values_list("case__state", flat=True).get(pk=order.pk))


def test_a_content_customer_ends_it_once_and_nothing_personal_is_on_the_page(
    repaired: Any, customer: Client, clock: Any
) -> None:
    order = repaired()
    sms = Message.objects.get(key__startswith="portal/rating/")
    assert sms.to == order.contact_phone
    assert "3月2日" in sms.body and "故障报修" in sms.body and order.number not in sms.body
    assert RatingLink.objects.get().token not in sms.body, "kept as a digest"
    path = link()
    page = customer.get(path).content.decode()
    assert customer.get(path).status_code == 200, "looking does not use it up"
    assert "您家是否已经来电" in page and "★★★★" in page and "3月2日" in page
    for secret in (order.number, order.contact_phone, order.contact_name, order.address, order.description):
        assert secret not in page
    first = customer.post(path, said(text="很快"))
    assert (first.status_code, first["Location"]) == (302, "/r/thanks/thanks"), first.content.decode()
    assert "感谢您的评价" in customer.get("/r/thanks/thanks").content.decode()
    assert customer.post(path, said(text="很快"))["Location"] == first["Location"], "sent twice by a thumb: once"
    assert customer.post(path, said(token="u" * 30)).status_code == 404
    assert customer.get(path).status_code == 404
    assert state(order) == "archived"
    made = CallMade.objects.system("t").get()
    assert (made.way, made.outcome, made.satisfaction, made.person_id) == ("link", "solved", "very_satisfied", None)


@pytest.mark.parametrize(
    ("solved", "choice", "after", "told"),
    [
        ("no", "unsatisfied", "reopened", "again"), ("no", "satisfied", "reopened", "again"),
        ("yes", "unsatisfied", "reviewed", "call"), ("yes", "fair", "reviewed", "call"),
    ],
)  # fmt: skip
def test_who_is_not_content_is_handled_again_or_called(
    repaired: Any, customer: Client, solved: str, choice: str, after: str, told: str
) -> None:
    order = repaired()
    answer = customer.post(link(), said(solved=solved, choice=choice, text="还是没电"))
    assert answer["Location"] == f"/r/thanks/{told}"
    assert state(order) == after
    order.refresh_from_db()
    assert (order.satisfaction, order.reopenings) == (choice, int(after == "reopened"))


def test_a_second_round_has_a_link_of_its_own(repaired: Any, customer: Client, clock: Any) -> None:
    order = repaired()
    old = link()
    customer.post(old, said(solved="no", choice="unsatisfied"))
    casework.perform(order.pk, "dispatch", HOUSE, clock.now(), data={"unit": order.case.unit_id})
    finish(order, clock)
    assert link() != old
    assert customer.post(link(), said())["Location"] == "/r/thanks/thanks"
    assert state(order) == "archived"


@pytest.mark.parametrize(
    "more",
    [
        {"confidential": True}, {"anonymous": True, "contact_phone": "", "contact_name": ""},
        {"contact_phone": "0731-8888888"},
    ],
)  # fmt: skip
def test_whom_nobody_writes_to(repaired: Any, more: dict[str, Any]) -> None:
    repaired(**more)
    assert not Message.objects.filter(key__startswith="portal/rating/").exists()


def test_whoever_wanted_no_messages_gets_none_and_english_is_spoken(customer: Client, clock: Any, world: Any) -> None:
    silent = form(token="a" * 30)
    del silent["by_sms"]
    customer.post("/portal/new/fault/", silent)
    finish(the_order(), clock)
    assert not RatingLink.objects.exists()
    Client(headers={"accept-language": "en"}).post("/portal/new/fault/", form(token="b" * 30))
    order = WorkOrder.objects.system("t").select_related("case").latest("pk")
    finish(order, clock)
    assert "Is your power back" in Message.objects.get(key__startswith="portal/rating/").body
    page = Client(headers={"accept-language": "en"}).get(link()).content.decode()
    assert "No, still without power" in page


def test_a_message_at_night_leaves_in_the_morning_and_a_link_runs_out(repaired: Any, clock: Any, customer: Any) -> None:
    clock.advance(timedelta(hours=13))  # 23:00
    repaired()
    sms = Message.objects.get(key__startswith="portal/rating/")
    assert (sms.not_before - clock.now()) > timedelta(hours=8)
    path = link()
    clock.advance(sms.not_before - clock.now() + timedelta(days=3))
    for method in (customer.get, lambda p: customer.post(p, said())):
        gone, made_up = method(path), method("/r/" + "Z" * 22)
        assert gone.status_code == made_up.status_code == 404
        assert _plain(gone) == _plain(made_up), "nobody can tell a link that was from one that never was"
    Message.objects.update(state="sent")
    ratings.tidy(clock.now() + timedelta(minutes=1))
    assert Message.objects.get(key__startswith="portal/rating/").body == ""
    ratings.tidy(clock.now() + timedelta(days=31))
    assert not RatingLink.objects.exists()


def _plain(answer: Any) -> str:
    return re.sub(r"csrfmiddlewaretoken.*?>|/r/\w+", "", answer.content.decode())


def test_after_the_desk_the_link_counts_no_more_unless_nobody_was_reached(
    repaired: Any, customer: Client, clock: Any
) -> None:
    order = repaired()
    given = {"outcome": "satisfied", "satisfaction": "satisfied"}
    casework.perform(order.pk, "call_back", HOUSE, clock.now(), data=given)
    assert customer.post(link(), said()).status_code == 404
    second = repaired()
    for _attempt in range(3):
        clock.advance(timedelta(hours=24))
        casework.perform(second.pk, "call_back", HOUSE, clock.now(), data={"outcome": "unreached"})
    casework.perform(second.pk, "archive", HOUSE, clock.now())
    RatingLink.objects.update(expires_at=clock.now() + timedelta(hours=1))
    assert customer.post(link(), said(solved="no", choice="unsatisfied"))["Location"] == "/r/thanks/again"
    assert state(second) == "reopened"


def test_what_is_missing_is_named_and_addresses_are_counted(repaired: Any, customer: Client, clock: Any) -> None:
    repaired()
    path = link()
    page = customer.post(path, {"token": "x" * 30, "text": "慢"})
    assert page.status_code == 422
    assert "慢" in page.content.decode()
    answers = [customer.post("/r/" + "Q" * 22, said()).status_code for _n in range(60)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert customer.get(path).status_code == 200


def test_from_an_outer_zone_also_while_the_line_is_cut(
    outer: Any,
    wire: Wire,
    repaired: Any,
    customer: Client,
    clock: Any,
) -> None:
    order = repaired()
    path = link()
    assert "您家是否已经来电" in customer.get(path).content.decode()
    assert customer.get("/r/" + "Z" * 22).status_code == 404
    wire.is_cut = True
    assert customer.get(path).status_code == 200, "the form can still be filled in"
    kept = customer.post(path, said(text="好"))
    assert kept["Location"] == "/r/thanks/kept"
    assert customer.post("/r/" + "Z" * 22, said())["Location"] == "/r/thanks/kept"
    assert state(order) == "reviewed"
    clock.advance(timedelta(days=4))  # the link has run out meanwhile, but counted when it was used
    wire.is_cut = False
    assert Courier(outer).round(clock.now()) == 2
    assert outer.spool.figures().stuck == 0, "a link that somebody made up is forgotten"
    assert state(order) == "archived"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_ratinglink WHERE used_at IS NOT NULL")
        assert cursor.fetchone() == (1,)
