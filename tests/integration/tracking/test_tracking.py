"""Tracks of orders: where each is and why, what is counted of it, what stands still."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.tracking import projecting, queries, watching
from open95598.control.tracking.models import Track
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Notice
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


class House:
    """The small world with a clock and hands."""

    def __init__(self, world, clock) -> None:
        self.world, self.clock = world, clock

    def actor(self, role, unit, name=""):
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def register(self, **facts):
        return services.register(self.actor("agent", "P1"), worlds.fault(**facts), self.clock.now())

    def do(self, order, action, role, unit, **data):
        self.clock.advance(timedelta(minutes=1))
        casework.perform(order.pk, action, self.actor(role, unit), self.clock.now(), data=data)

    def hear(self):
        keys = set(Event.objects.values_list("key", flat=True))
        delivery.deliver_keys("tracking.track", keys)

    def track(self, order) -> Track:
        projecting.project([order.pk], self.clock.now())
        return Track.objects.system("test").get(pk=order.pk)

    def words(self, order, role="agent", unit="P1") -> str:
        projecting.project([order.pk], self.clock.now())
        lines = queries.told([order.pk], self.actor(role, unit).rights, self.clock.now())
        return " ".join(line.words for line in lines.get(order.pk, []))


@pytest.fixture
def house(clock):
    return House(worlds.small(), clock)


def crew(house, order, until="reply") -> None:
    for action, data in (
        ("accept", {}), ("send_crew", {}), ("arrive", {}), ("diagnose", {"cause": "equipment", "ownership": "utility"}),
        ("restore", {"result": "solved"}), ("reply", {"answer": "已恢复"}),
    ):  # fmt: skip
        house.do(order, action, "crew_member", "X11", **data)
        if action == until:
            return


def test_what_is_counted_of_an_order_follows_its_events(house) -> None:
    order = house.register()
    house.hear()
    track = Track.objects.system("test").get(pk=order.pk)
    assert (track.month, track.is_open, track.pending, track.kept) == (date(2026, 3, 1), True, ["arrival"], [])
    assert track.keeper_id == house.actor("agent", "P1").person_id and track.handler_id is None
    crew(house, order)
    house.hear()
    track.refresh_from_db()
    assert (track.kept, track.broken) == (["arrival", "restoration"], []) and "call-back" in track.pending
    assert track.answered and track.handler_id == house.actor("crew_member", "X11").person_id
    keeper = Notice.objects.get(person_id=track.keeper_id, kind="order.answered")
    assert keeper.case_id == order.pk
    house.do(order, "call_back", "callback_clerk", "P1", outcome="satisfied", satisfaction="satisfied")
    house.do(order, "archive", "callback_clerk", "P1")
    house.hear()
    track.refresh_from_db()
    assert (track.ending, track.content, track.is_open, track.look_at) == ("in_time", True, False, None)
    assert track.ended_month == date(2026, 3, 1)


def test_made_again_it_is_the_same(house) -> None:
    orders = [house.register() for _n in range(3)]
    crew(house, orders[0])
    house.hear()
    kept = {t["case_id"]: t for t in Track.objects.system("test").values()}
    Track.objects.system("test").delete()
    assert projecting.rebuild(house.clock.now()) == 3
    again = {t["case_id"]: t for t in Track.objects.system("test").values()}
    for row in (*kept.values(), *again.values()):
        row.pop("at")
    assert kept == again


def test_a_broken_promise_is_seen_without_anybody_doing_anything(house) -> None:
    order = house.register()
    house.track(order)
    house.clock.advance(timedelta(minutes=50))
    watching.watch(house.clock.now())
    assert Track.objects.system("test").get(pk=order.pk).broken == ["arrival"]


def test_an_order_that_stands_still_surfaces_once_for_each_time(house) -> None:
    order = house.register(kind="consultation", category="consultation.bill", unit="X11")
    if order.case.state == "created":
        house.do(order, "dispatch", "dispatcher", "P1", unit="X11")
    house.do(order, "accept", "handler", "X11")
    house.track(order)
    rights = house.actor("supervisor", "P1").rights
    assert not queries.standing(rights, house.clock.now()).exists()
    house.clock.advance(timedelta(days=4))
    now = house.clock.now()
    assert watching.watch(now) == 1 and watching.watch(now) == 0
    assert [o.pk for o in queries.standing(rights, now)] == [order.pk]
    told = Notice.objects.filter(kind="order.stands", case_id=order.pk)
    people = {house.actor("agent", "P1").person_id, house.actor("handler", "X11").person_id}
    assert set(told.values_list("person_id", flat=True)) == people
    assert "无任何进展" in house.words(order)
    # somebody does something: a new time begins
    house.do(order, "begin", "handler", "X11")
    house.track(order)
    assert not queries.standing(rights, house.clock.now()).exists()
    house.clock.advance(timedelta(days=4))
    assert watching.watch(house.clock.now()) == 1 and told.count() == 4


def test_an_urge_is_no_progress_a_note_is(house) -> None:
    order = house.register()
    before = house.track(order).progress_at
    house.do(order, "urge", "agent", "P1", reason="not_handled")
    assert house.track(order).progress_at == before and house.track(order).urges == 1
    house.do(order, "note", "agent", "P1", text="客户补充：整栋楼没电")
    assert house.track(order).progress_at > before


def test_it_says_where_it_is_why_and_who_was_asked(house) -> None:
    order = house.register()
    assert "等待X11接单" in house.words(order)
    house.do(order, "accept", "crew_member", "X11")
    house.do(order, "ask_suspension", "crew_member", "X11", reason="weather", note="暴雨")
    words = house.words(order)
    assert "crew_member@X11" in words and "恶劣天气" in words
    house.do(order, "approve_suspension", "unit_manager", "X11")
    assert "恶劣天气" in house.words(order)
    assert house.words(order, "handler", "X22") == ""  # not for these eyes


def test_a_service_request_tells_of_its_promise(house) -> None:
    order = house.register(kind="service_request", category="service_request.reconnect", unit="X11")
    if order.case.state == "created":
        house.do(order, "dispatch", "dispatcher", "P1", unit="X11")
    assert house.track(order).pending == ["reconnection"]
    house.do(order, "accept", "handler", "X11")
    house.do(order, "reconnect", "handler", "X11")
    assert house.track(order).kept == ["reconnection"]
    other = house.register(kind="service_request", category="service_request.reconnect", unit="X11")
    house.clock.advance(timedelta(hours=25))
    assert house.track(other).broken == ["reconnection"]


def test_a_withdrawn_order_counts_for_no_promise(house) -> None:
    order = house.register()
    casework.perform(order.pk, "withdraw", Actor(None, "portal", None, "portal"), house.clock.now())
    track = house.track(order)
    assert (track.ending, track.kept, track.broken, track.pending) == ("withdrawn", [], [], [])


@pytest.fixture
def browser(client, house):
    def sign_in(role, unit):
        client.logout()  # a session of hours ago has ended
        client.force_login(house.world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_the_pages_show_promises_and_standing_orders(browser, house) -> None:
    mine = house.register()
    house.track(mine)
    text = browser("agent", "P1").get(reverse("tracking:promises")).content.decode()
    assert mine.number in text and "等待X11接单" in text and "13812345678" not in text
    assert mine.number not in browser("dispatcher", "P1").get(reverse("tracking:promises")).content.decode()
    page = browser("agent", "P1").get(reverse("workorders:case", args=(mine.number,))).content.decode()
    assert "等待X11接单" in page
    assert mine.number not in browser("supervisor", "P1").get(reverse("tracking:standing")).content.decode()
    house.clock.advance(timedelta(hours=2))
    watching.watch(house.clock.now())
    text = browser("supervisor", "P1").get(reverse("tracking:standing")).content.decode()
    assert mine.number in text
    assert mine.number not in browser("supervisor", "X22").get(reverse("tracking:standing")).content.decode()
    text = browser("supervisor", "P1").get(reverse("tracking:standing") + "?since=7").content.decode()
    assert mine.number not in text


def test_a_promise_that_one_is_asked_to_take_over_is_on_the_list(browser, house) -> None:
    order = house.register()
    other = house.actor("agent", "P1", name="zhou")
    data = {"person": other.person_id, "why": "leave", "note": "休假"}
    house.do(order, "offer_promise", "agent", "P1", **data)
    client = browser("agent", "P1")
    client.force_login(house.world.person("agent", "P1", name="zhou"),
                       backend="django.contrib.auth.backends.ModelBackend")  # fmt: skip
    assert order.number in client.get(reverse("tracking:promises") + "?which=asked").content.decode()


def test_a_list_of_promises_takes_few_queries(browser, house, django_assert_max_num_queries) -> None:
    for _n in range(6):
        house.track(house.register())
    client = browser("agent", "P1")
    client.get(reverse("tracking:promises"))
    with django_assert_max_num_queries(19):
        client.get(reverse("tracking:promises"))


def test_nobody_is_told_of_what_they_are_kept_away_from(house) -> None:
    order = house.register()
    WorkOrder.objects.system("test").filter(pk=order.pk).update(keeper_id=house.actor("agent", "P1").person_id)
    case = order.case
    case.recused_people = [house.actor("agent", "P1").person_id]
    case.save(update_fields=["recused_people"])
    house.track(order)
    house.clock.advance(timedelta(days=4))
    watching.watch(house.clock.now())
    assert not Notice.objects.filter(kind="order.stands").exists()
