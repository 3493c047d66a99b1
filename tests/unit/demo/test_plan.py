"""The told year: its proportions, its seasons, its words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from open95598.foundation.calendars.store import built_in
from open95598.project.demo import behaviour, plan, utility
from open95598.project.demo.behaviour import Life, Situation
from open95598.service.workorders import flows, partflows

UNTIL = datetime(2026, 11, 20, 6, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
YEAR = timedelta(days=365)
#: states in which nobody of the demonstration acts yet
NOBODY_YET = {"disputed", "merged", "termination_asked", "terminating", "inquired", "told", "terminated"}


@pytest.fixture(scope="module")
def orders() -> list[plan.Order]:
    return plan.year(1, 2563, UNTIL, YEAR, ZONE, built_in())


def test_the_year_has_exactly_the_proportions_of_h3(orders):
    kinds = Counter(order.facts["kind"] for order in orders)
    others = kinds.pop("suggestion") + kinds.pop("praise")
    assert others == 58
    assert kinds == {
        "consultation": 24, "fault": 2176, "opinion": 117, "complaint": 66, "service_request": 117, "report": 5,
    }  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 10, 99, 700, 2563, 5000])
def test_a_smaller_year_has_as_many_orders_as_asked(count):
    assert sum(plan.shares(count).values()) == count


def test_all_orders_lie_in_the_year_in_order_of_time_and_summer_has_most(orders):
    times = [order.at for order in orders]
    assert times == sorted(times)
    assert times[0] >= UNTIL - YEAR
    assert times[-1] <= UNTIL
    months = Counter(at.astimezone(ZONE).month for at in times)
    assert months[7] + months[8] > 2 * (months[3] + months[4])


def test_the_same_seed_tells_the_same_year_and_another_another(orders):
    assert plan.year(1, 2563, UNTIL, YEAR, ZONE, built_in()) == orders
    assert plan.year(2, 2563, UNTIL, YEAR, ZONE, built_in()) != orders


def test_people_say_different_things_and_no_slot_is_left_open(orders):
    texts = [order.facts["description"] for order in orders]
    assert len(set(texts)) > 0.9 * len(texts)
    assert not [text for text in texts if "{" in text or "}" in text or not text.endswith("。")]


def test_some_places_come_again_and_again(orders):
    places = Counter(order.facts["address"] for order in orders if order.facts["kind"] == "fault")
    assert places.most_common(1)[0][1] >= 3
    assert len(places) > 500


def _situation(**more: object) -> Situation:
    at = datetime(2026, 3, 3, 15, tzinfo=UTC)  # 23:00 in Shanghai
    plain = {
        "kind": "fault", "category": "fault.lv.no_power", "state": "reviewed", "version": 9, "level": "county",
        "area": "city", "since": at, "opened_at": at,
    }  # fmt: skip
    return Situation(**(plain | more))


def test_nobody_is_called_back_in_the_night_or_at_noon():
    calendar = built_in()
    for number in range(200):
        since = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=7 * number)
        step = behaviour.next_step(_situation(since=since), Life(f"k{number}"), calendar, ZONE)
        local = step.at.astimezone(ZONE)
        minute = local.hour * 60 + local.minute
        assert 8 * 60 <= minute < 12 * 60 or 14 * 60 <= minute < 21 * 60
        assert step.at >= since


def test_asked_twice_the_answer_is_the_same_and_desk_work_waits_for_the_office():
    calendar = built_in()
    situation = _situation(kind="complaint", state="processing", category="complaint.outage.plan.frequent")
    assert behaviour.next_step(situation, Life("a"), calendar, ZONE).action == "substantiate"
    situation = replace(situation, substantiated="no")
    step = behaviour.next_step(situation, Life("a"), calendar, ZONE)
    assert step == behaviour.next_step(situation, Life("a"), calendar, ZONE)
    assert step.action == "reply"
    assert calendar.is_working(step.at.replace(second=0))


def test_calls_come_by_the_hour_of_the_day():
    start = datetime(2026, 3, 1, 16, tzinfo=UTC)  # midnight
    calls = list(plan.arrivals("x", start, start + timedelta(days=20), 100, ZONE))
    assert 1700 < len(calls) < 2300
    hours = Counter(at.astimezone(ZONE).hour for at in calls)
    assert hours[19] > 3 * hours[3]


def test_a_history_of_a_single_day_is_told_too():
    until = datetime(2026, 3, 4, 3, tzinfo=UTC)
    told = plan.year(1, 5, until, timedelta(days=1), ZoneInfo("Asia/Shanghai"), built_in())
    assert len(told) == 5


@pytest.mark.parametrize("days", [1, 2, 5, 20, 365])
def test_however_short_the_history_is_its_orders_lie_in_it(days):
    told = plan.year(1, 100, UNTIL, timedelta(days=days), ZONE, built_in())
    assert UNTIL - timedelta(days=days) <= told[0].at
    assert told[-1].at <= UNTIL


def test_orders_wait_in_every_county_and_where_the_memorable_accounts_are(orders):
    waiting = [order for order in orders if order.stays_in]
    assert {order.county for order in waiting} == {county.code for _city, county in utility.counties()}
    at_home = {order.stays_in for order in waiting if order.county == plan.HOME}
    assert {"dispatched", "crew_dispatched", "suspension_asked", "accepted", "replied"} <= at_home


def _lives() -> list[Life]:
    names = ("returned", "suspended", "dissatisfied", "rejected", "joint", "urged", "noted", "reopened")
    return [Life("k"), *(Life(f"k{n}", **{name: True}) for n, name in enumerate(names)), Life("u", unreached=2)]


@pytest.mark.parametrize("flow", [*flows.ORDERS, *partflows.PARTS], ids=lambda flow: flow.kind)
def test_people_do_what_the_flows_offer(flow):
    calendar = built_in()
    told = {}
    for state in flow.states:
        for life in _lives():
            for more in ({}, {"contacted": True}, {"attempts": 3}, {"now_with_station": True}):
                category = "fault.lv.no_power" if flow.kind == "fault" else "x"
                situation = _situation(kind=flow.kind, category=category, state=state.name, **more)
                steps = behaviour.asides(situation, life, calendar, ZONE) if not state.final else []
                step = behaviour.next_step(situation, life, calendar, ZONE)
                told.setdefault(state.name, []).append(step)
                for one in [*steps, *([step] if step else [])]:
                    action = flow.action(one.action)
                    assert action is not None, (flow.kind, one)
                    assert set(one.data) <= {i.name for i in action.inputs}, (flow.kind, one)
                    assert {i.name for i in action.inputs if i.required} <= set(one.data), (flow.kind, one)
                if step is not None:
                    assert state.name in flow.action(step.action).sources, (flow.kind, state.name, step)
    idle = {name for name, steps in told.items() if not all(steps)}
    assert flow.kind == "coordination" or idle <= {"archived", "declined"} | NOBODY_YET
