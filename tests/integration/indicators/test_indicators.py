"""Promises as live indicators with the cases behind each figure; units side by side."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests import world as worlds

from open95598.casework import services as casework
from open95598.control.indicators import counting, pages
from open95598.control.indicators.comparing import Count
from open95598.control.tracking import projecting, watching
from open95598.control.tracking.models import Track
from open95598.foundation.errors import Forbidden
from open95598.foundation.rulebook import store
from open95598.service.workorders import directory, services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
MARCH = date(2026, 3, 1)


@pytest.fixture
def world():
    made = worlds.small()
    directory.forget()
    yield made
    directory.forget()


@pytest.fixture
def march(world, clock):
    """Two faults of X11, one reached in time and one not, and one of X12 on which nothing is due yet."""
    agent = world.actor("agent", "P1", clock.now())
    early, late = (services.register(agent, worlds.fault(), clock.now()) for _n in range(2))

    def do(order, action):
        casework.perform(order.pk, action, world.actor("crew_member", "X11", clock.now()), clock.now())

    for action in ("accept", "send_crew", "arrive"):
        do(early, action)
    clock.advance(timedelta(minutes=60))
    for action in ("accept", "send_crew", "arrive"):
        do(late, action)
    there = services.register(agent, worlds.fault(address="湘江市西山县团结路1号"), clock.now())
    projecting.rebuild(clock.now())
    return early, late, there


def page_of(world, clock, at="P1", **params) -> pages.Page:
    return pages.open_page(world.actor("supervisor", at, clock.now()).rights, clock.now(), params)


def shown(page, code="arrival"):
    return next(s for s in page.promises if s.promise.code == code)


def test_each_promise_is_counted_for_a_unit_with_all_below(world, march, clock) -> None:
    page = page_of(world, clock)
    assert shown(page).now == Count(1, 1, 1) and shown(page).now.share == 50.0
    assert shown(page_of(world, clock, "C2")).now == Count()
    assert shown(page_of(world, clock)).before == Count()
    unmeasured = shown(page, "voltage")
    assert not unmeasured.measured and unmeasured.promise.awaits is not None and unmeasured.now.share is None


def test_a_month_is_counted_again_only_when_something_changed(world, march, clock) -> None:
    first = counting.refresh([MARCH], clock.now())[MARCH]
    clock.advance(timedelta(hours=2))
    assert counting.refresh([MARCH], clock.now())[MARCH] == first  # nothing happened
    watching.watch(clock.now())  # the third one is late by now
    clock.advance(timedelta(minutes=5))
    assert counting.refresh([MARCH], clock.now())[MARCH] == clock.now() > first
    assert shown(page_of(world, clock)).now == Count(1, 2, 0)


def test_confidential_orders_are_in_no_figure(world, march, clock) -> None:
    Track.objects.system("test").update(confidential=True)
    assert shown(page_of(world, clock)).now == Count()


def test_units_out_of_reach_are_refused(world, march, clock) -> None:
    with pytest.raises(Forbidden):
        page_of(world, clock, "X22", unit=str(world.units["X11"].pk))


def test_peers_are_those_in_reach_among_all_of_their_level(world, march, clock) -> None:
    page = page_of(world, clock, level="county")
    assert [peer.unit.code for peer in page.peers] == ["X11", "X12", "X21", "X22"]  # too few cases to rank
    place = list(page.columns).index("arrival")
    assert page.peers[0].cells[place].count == Count(1, 1) and page.peers[0].cells[place].few
    mine = pages.open_page(
        world.actor("supervisor", "C2", clock.now()).rights, clock.now(), {"level": "county", "chosen": "arrival"}
    )
    assert [peer.unit.code for peer in mine.peers] == ["X21", "X22"] and mine.sorted_by == "arrival"


def test_the_shipped_promises_name_clocks_that_orders_have(clock) -> None:
    from open95598.casework import registry

    promises = store.current(clock.now()).tracking.promises
    assert len(promises) >= 10 and {p.number for p in promises} == set(range(1, 11))
    for promise in promises:
        for kind in promise.kinds if promise.clock else ():
            flow = registry.flow(kind)
            started = {*flow.starts, *(c for s in flow.states for c in (*s.starts, s.clock))}
            started |= {c for a in flow.actions for c in a.starts}
            assert promise.clock in started, promise.code


@pytest.fixture
def browser(client, world):
    def sign_in(role, unit):
        client.force_login(world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_a_click_on_a_figure_shows_its_cases(world, march, browser, clock) -> None:
    early, late, there = march
    client = browser("supervisor", "P1")
    text = client.get(reverse("indicators:promises")).content.decode()
    assert "抢修人员按时到达现场" in text and "暂无数据" in text and "50.00 %" in text
    cases = reverse("indicators:cases") + f"?promise=arrival&month=2026-03&unit={world.units['P1'].pk}&says="
    for says, order in (("kept", early), ("broken", late), ("pending", there)):
        listed = client.get(cases + says).content.decode()
        assert [o.number for o in march if o.number in listed] == [order.number]


def test_the_spreadsheet_has_the_figures_of_the_screen(world, march, browser) -> None:
    answer = browser("supervisor", "P1").get(reverse("indicators:sheet") + "?level=county&month=2026-03")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    head = list(rows[1])
    line = dict(zip(head, next(row for row in rows if row[0] == "X11"), strict=True))
    assert (line["抢修人员按时到达现场（%）"], line["抢修人员按时到达现场（件数）"]) == (50, 2)


def test_a_substantiated_complaint_counts_for_the_unit_at_fault_and_once(world, clock) -> None:
    found = {"finding": "查实", "cause": "attitude", "rectification": "培训", "effect": "已道歉", "unit": "X12"}

    def complain(*acts, **data):
        given = worlds.fault(kind="complaint", category="complaint.service.conduct.hall_attitude", unit="X11")
        new = services.NewOrder(given)
        agent = world.actor("agent", "P1", clock.now())
        order = services.register_many(agent, [new], clock.now(), route=False)[0]
        casework.perform(
            order.pk, "dispatch", world.actor("dispatcher", "P1", clock.now()), clock.now(), data={"unit": "X11"}
        )
        for name in ("accept", "begin", *acts):
            handler = world.actor("handler", "X11", clock.now())
            casework.perform(order.pk, name, handler, clock.now(), data=data.get(name, {}))
        return order

    first = complain("substantiate", substantiate={"substantiated": "partly", **found})
    merged = complain("merge", merge={"into": first.number})
    complain("substantiate", substantiate={"substantiated": "no", "finding": "不实", "explanation": "已解释"})
    projecting.rebuild(clock.now())
    assert Track.objects.system("test").get(pk=first.pk).fault_unit == world.units["X12"]
    page = page_of(world, clock)
    assert page.substantiated[-1] == Count(2, 1)
    assert page_of(world, clock, "X11").substantiated[-1] == Count(2, 0)
    peers = page.compared["no_substantiated"].cells
    assert peers[world.units["X12"].pk].count == Count(0, 1) and peers[world.units["X11"].pk].count == Count(2, 0)
    browser = Client()
    browser.force_login(world.person("supervisor", "P1"), backend="django.contrib.auth.backends.ModelBackend")
    assert f'href="{page.substantiated_url}"'.replace("&", "&amp;") in browser.get(page.address()).content.decode()
    behind = browser.get(page.substantiated_url).content.decode()
    assert first.number in behind and merged.number not in behind
