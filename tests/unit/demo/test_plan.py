"""The told year: its proportions, its seasons, its words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from tests import rules

from open95598.casework import registry
from open95598.casework.flow import InputType
from open95598.casework.inputs import clean
from open95598.foundation.calendars.store import built_in
from open95598.foundation.people.policy import GRANTS, Role
from open95598.project.demo import behaviour, cast, plan, utility
from open95598.project.demo.behaviour import Life, Situation

CALENDAR = built_in()
RULES = rules.shipped()
UNTIL = datetime(2026, 11, 20, 6, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
YEAR = timedelta(days=365)
#: what nobody of the demonstration plays, and why: reason → kinds of cases ("": all) → names of actions and states
NOT_PLAYED: dict[str, dict[str, set[str]]] = {
    "the house does it, when its worker hears of something": {"": {"answer_merged", "lapse", "follow", "settle"}},
    "routines and months do it by the calendar": {
        "handover": {"hand_over", "sign", "prepared", "handed", "signed"},
        "process_report": {"sign", "countersign", "drafted", "signed", "filed"},
    },
    "customers make them in the online hall": {
        "service_request": {"ask_documents"},
        "appointment": {"keep", "miss", "cancel", "booked", "kept", "missed", "cancelled"},
    },
    "its content comes as files, published; the rest is left to whoever tries it": {
        "knowledge": {
            "submit", "approve", "send_back", "revise", "confirm", "drop_draft", "discard", "withdraw", "retire",
            "assign", "recall", "bring", "expire", "drafting", "review", "published", "due", "expired", "retired",
        },
    },
    "visits fall due by the calendar; going there and deciding is left to whoever tries it": {
        "visit": {"report_visit", "take_visit", "drop_visit", "note", "due", "made", "dropped"},
        "door_visit": {"report_visit", "take_visit", "drop_visit", "note", "due", "made", "dropped"},
        "connection_visit": {"report_visit", "take_visit", "drop_visit", "note", "due", "made", "dropped"},
        "tier_proposal": {"approve_tier", "reject_tier", "note", "proposed", "approved", "rejected"},
    },
    "what the nightly check finds is left to whoever tries it, and to the house": {
        "data_finding": {
            "confirm_finding", "correct_finding", "dismiss_finding", "still_there", "not_there", "seen_no_more", "note",
            "found", "confirmed", "corrected", "closed", "dismissed",
        },
    },
    "outages are found by the house from reports; people's acts on them are left to whoever tries it": {
        "outage": {
            "outage_moved", "outage_probable", "outage_seen", "crew_went", "outage_light", "lead_restored", "all_light",
            "outage_merged", "outage_withdrawn", "confirm_outage", "send_outage_crew", "reach_outage",
            "estimate_outage", "customers_told", "important_told",
            "tell_everybody", "restore_outage", "rest_restored", "close_outage", "split_outage", "merge_outage",
            "not_outage", "correct_outage", "note", "unconfirmed", "probable", "confirmed", "crew_sent",
            "partly_restored", "restored", "closed", "merged", "withdrawn",
        },
        "fault": {"join_outage", "outage_attended", "leave_outage"},
    },
    "crews are sent from their board by whoever tries it; the history's crews take what their team has": {
        "fault": {"assign_crew"},
    },
    "a few outages stand there as the demonstration begins; what becomes of them is left to whoever tries it": {
        "planned_outage": {
            "submit_plan", "change_plan", "join_work", "return_plan", "approve_plan", "reopen_plan", "announce_plan",
            "move_plan", "begin_outage", "extend_planned", "switch_over", "restore_planned", "cancel_plan", "care_told",
            "recount_plan", "note", "draft", "submitted", "approved", "announced", "running", "restored", "cancelled",
        },
        "outage_information": {
            "end_information", "change_information", "withdraw_information", "note", "current", "over", "withdrawn",
        },
    },
    "improvements of lines are begun by whoever tries it": {
        "improvement": {
            "plan_improvement", "approve_improvement", "return_improvement", "finish_improvement", "close_improvement",
            "drop_improvement", "note", "begun", "planned", "approved", "done", "closed", "dropped",
        },
    },
    "left to whoever tries it": {
        "handover": {"take_back", "discard", "discarded"}, "process_report": {"send_back", "supplement"},
        "appeal": {"note"}, "supervision": {"note", "breach_cleared"}, "inspection": {"note"}, "": {"disclose"},
    },
    "there is nothing to promise, to charge or to supervise": {
        "praise": {"recuse", "offer_promise", "sign_promise", "decline_promise", "charge", "supervise", "mark",
                   "unmark", "let_back"},
    },
    "nobody has to call": {"consultation": {"promise_call"}, "suggestion": {"promise_call"}},
}  # fmt: skip


#: states of a fault in which no crew has it before them
NO_CREW = {"created", "returned", "disputed", "reviewed", "termination_asked"}


@pytest.fixture(scope="module")
def orders() -> list[plan.Order]:
    return plan.year(1, 2563, UNTIL, YEAR, ZONE, CALENDAR)


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


@pytest.mark.parametrize("until", [UNTIL, UNTIL + timedelta(hours=8), datetime(2026, 7, 22, 6, 50, tzinfo=UTC)])
def test_the_day_on_which_it_ends_is_not_beyond_all_measure(until):
    told = [order.at for order in plan.year(1, 2563, until, YEAR, ZONE, CALENDAR)]
    midnight = until.astimezone(ZONE).replace(hour=0, minute=0)
    today = sum(at >= midnight for at in told)
    days = [timedelta(weeks=week) for week in range(1, 9)]
    usual = sum(midnight <= at + week <= until for week in days for at in told) / len(days)
    assert 0.5 * usual < today < usual + 25


def test_the_same_seed_tells_the_same_year_and_another_another(orders):
    assert plan.year(1, 2563, UNTIL, YEAR, ZONE, CALENDAR) == orders
    assert plan.year(2, 2563, UNTIL, YEAR, ZONE, CALENDAR) != orders


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
    calendar = CALENDAR
    for number in range(200):
        since = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=7 * number)
        step = behaviour.next_step(_situation(since=since), Life(f"k{number}", "fault"), calendar, ZONE)
        if step.action == "confirm":
            continue  # by the link, whenever the customer likes
        local = step.at.astimezone(ZONE)
        minute = local.hour * 60 + local.minute
        assert 8 * 60 <= minute < 12 * 60 or 14 * 60 <= minute < 21 * 60
        assert step.at >= since


def test_asked_twice_the_answer_is_the_same_and_desk_work_waits_for_the_office():
    calendar = CALENDAR
    situation = _situation(kind="complaint", state="processing", category="complaint.outage.plan.frequent")
    life = Life.of(key="a", kind="complaint")
    assert behaviour.next_step(situation, life, calendar, ZONE).action == "substantiate"
    situation = replace(situation, substantiated="no")
    step = behaviour.next_step(situation, life, calendar, ZONE)
    assert step == behaviour.next_step(situation, life, calendar, ZONE)
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
    told = plan.year(1, 5, until, timedelta(days=1), ZoneInfo("Asia/Shanghai"), CALENDAR)
    assert len(told) == 5


@pytest.mark.parametrize("days", [1, 2, 5, 20, 365])
def test_however_short_the_history_is_its_orders_lie_in_it(days):
    told = plan.year(1, 100, UNTIL, timedelta(days=days), ZONE, CALENDAR)
    assert UNTIL - timedelta(days=days) <= told[0].at
    assert told[-1].at <= UNTIL


def test_orders_wait_in_every_county_and_where_the_memorable_accounts_are(orders):
    waiting = [order for order in orders if order.stays_in]
    assert {order.county for order in waiting} == {county.code for _city, county in utility.counties()}
    crews = {o.county for o in waiting if o.facts["kind"] == "fault" and o.stays_in not in NO_CREW}
    handlers = {o.county for o in waiting if o.facts["kind"] != "fault" and o.stays_in in plan.IN_HAND}
    assert crews == handlers == {county.code for _city, county in utility.counties()}
    at_home = {order.stays_in for order in waiting if order.county == plan.HOME}
    assert {"dispatched", "crew_dispatched", "suspension_asked", "accepted", "replied"} <= at_home


#: states that the house itself ends, when an answer came or a time is over
WAITS_FOR_THE_HOUSE = {"merged", "refused"}


def _play(play, kind: str, state: str, *, beside: bool = False):
    """Return a row of the tables as a step."""
    category = "fault.lv.no_power" if kind == "fault" else "x"
    life = Life.of(key="k", kind=kind)
    return play.step(behaviour.Talk(_situation(kind=kind, category=category, state=state), life, CALENDAR, ZONE,
                                    play.action, fixed=beside))  # fmt: skip


@pytest.mark.parametrize("kind", registry.kinds())
def test_somebody_plays_every_state_of_every_flow_and_does_what_it_offers(kind):
    flow = registry.flow(kind)
    taken = set()
    for state in flow.states:
        key = (kind, state.name)
        plays = behaviour.STATES.get(key, ())
        if not plays:
            continue
        # but for what waits for another order's answer, somebody acts in whatever life
        assert state.final or state.name in WAITS_FOR_THE_HOUSE or not plays[-1].turn, key
        for play, beside in [*((p, False) for p in plays), *((p, True) for p in behaviour.ASIDES.get(kind, ()))]:
            step = _play(play, kind, state.name, beside=beside)
            action = flow.action(step.action)
            assert action is not None, (kind, step)
            assert set(step.data) <= {i.name for i in action.inputs}, (kind, step)
            assert {i.name for i in action.inputs if i.required} <= set(step.data), (kind, step)
            assert beside or state.name in action.sources, (kind, state.name, step)
            taken.add(step.action)
    played = taken | {state.name for state in flow.states if (kind, state.name) in {*behaviour.STATES, *behaviour.ENDS}}
    offered = {action.name for action in flow.actions} | {state.name for state in flow.states}
    left = {name for kinds in NOT_PLAYED.values() for name in kinds.get(kind, set()) | kinds.get("", set())}
    assert offered - played == left & offered, "neither played nor in the list, or in the list and played"


#: what a case may be like that some row waits for; two at a time are enough for any row
FACTS: tuple[tuple[str, object], ...] = (
    ("twin", "20260301-P1-ABCDEFGHJ"), ("earlier", "20260301-P1-ABCDEFGHK"), ("source", "portal"), ("contacted", True),
    ("anonymous", True), ("extension", "asked"), ("substantiated", "yes"), ("attempts", 3), ("now_with_station", True),
    ("done", {"leave_unfound": 1, "meet": 1}), ("done", {"contact": 1}), ("satisfaction", "satisfied"),
)  # fmt: skip
#: who does a step where it is no desk: roles of which one is
ROLES = {
    "owner": {"handler", "crew_member", "unit_manager"}, "speaker": {"handler", "unit_manager"},
    "accepter": {"handler", "crew_member", "unit_manager"}, "caller": {"callback_clerk"},
    "urged": {"handler", "dispatcher"}, "answerer": {"handler", "unit_manager"}, "keeper": {"agent"},
    "asked_keeper": {"agent"}, "appellant": {"unit_manager", "handler"}, "customer": {"integration"},
    "customer_or_agent": {"agent", "integration"},
}  # fmt: skip


def _reached(kind: str, state: str, play: behaviour.Play, plays: tuple[behaviour.Play, ...], *, beside: bool):
    """Return a situation and a life in which a row is what is done; None when there is none."""
    turns = {turn: turn in (play.turn, "marked", "recused", "repeated") for turn in behaviour.TURNS}
    alone = {turn: turn == play.turn for turn in behaviour.TURNS}
    tried = next(n for n in range(999) if Life(f"{n}", kind).unreached)
    lives = [Life("k", kind, alone | calm) for calm in ({"late": False, "unreached": False},)]
    lives += [Life("k", kind, turns | {"late": False, "unreached": False}), Life(f"{tried}", kind, alone)]
    for life in lives:
        for facts in [(), *combinations(FACTS, 1), *combinations(FACTS, 2)]:
            plain = {"category": "fault.lv.no_power" if kind == "fault" else f"{kind}.other"}
            talk = behaviour.Talk(_situation(kind=kind, state=state, **plain, **dict(facts)), life, CALENDAR, ZONE,
                                  play.action, fixed=beside)  # fmt: skip
            if next((p for p in ((play,) if beside else plays) if p.fits(talk)), None) is play:
                return talk
    return None


@pytest.mark.parametrize("kind", registry.kinds())
def test_every_branch_of_the_tables_can_be_played(kind):
    """Some case in some life comes to every row; whoever does it may, and what they enter is accepted."""
    flow = registry.flow(kind)
    rows = [(s, p, ps, False) for (of, s), ps in behaviour.STATES.items() if of == kind for p in ps]
    rows += [(flow.initial, p, (), True) for p in behaviour.ASIDES.get(kind, ())]
    for state, play, plays, beside in rows:
        talk = _reached(kind, state, play, plays, beside=beside)
        assert talk is not None, (kind, state, play.action, play.turn)
        step, action = play.step(talk), flow.action(play.action)
        desk = cast.DESKS.get(step.who)
        roles = {desk[0]} if desk else ROLES[step.who]
        assert any(set(action.permissions) & GRANTS[Role(role)] for role in roles), (kind, step.action, step.who)
        typed = [i for i in action.inputs if i.type not in (InputType.UNIT, InputType.PERSON)]
        given = {name: value for name, value in step.data.items() if not str(value).startswith("@")}
        wanted = [i for i in typed if i.name in given or not str(step.data.get(i.name, "")).startswith("@")]
        clean(wanted, given, RULES)


def test_the_list_of_what_nobody_plays_names_nothing_that_is_not_there():
    offered = {(k, x.name) for k in registry.kinds() for x in (*registry.flow(k).actions, *registry.flow(k).states)}
    for kinds in NOT_PLAYED.values():
        for kind, names in kinds.items():
            assert names <= {name for of, name in offered if kind in ("", of)}
    assert {k for k in registry.kinds() if k not in {kind for kind, _ in behaviour.STATES}} == behaviour.BY_CALENDAR


def test_the_tables_name_no_kind_or_state_that_no_flow_has():
    for kind, state in (*behaviour.STATES, *behaviour.ENDS):
        assert registry.flow(kind).state(state)


@pytest.mark.parametrize("turn", behaviour.TURNS)
def test_the_share_of_a_turn_is_that_of_the_table(turn):
    for kind, share in behaviour.TURNS[turn].items():
        lives = (Life(f"{number}", kind or "opinion") for number in range(600))
        wanted = behaviour.TURNS[turn].get(kind or "opinion", share)
        assert abs(sum(life.has(turn) for life in lives) / 600 - wanted) < 0.07


def test_some_orders_are_about_one_matter_and_some_customers_come_back(orders):
    pairs = [(orders[order.twin], order) for order in orders if order.twin is not None]
    assert 25 <= len(pairs) <= 60
    for first, second in pairs:
        assert first.at < second.at
        assert [first.facts[n] for n in ("kind", "category", "address")] == [
            second.facts[n] for n in ("kind", "category", "address")
        ]
    back = [(orders[order.earlier], order) for order in orders if order.earlier is not None]
    assert len(back) > 50
    assert all(one.facts["contact_phone"] == other.facts["contact_phone"] for one, other in back)
