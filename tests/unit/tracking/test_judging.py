"""What an order tells of a promise, when it stands still, and what is said of where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from open95598.control.tracking.explaining import Part, Situation, explain
from open95598.control.tracking.judging import BROKEN, KEPT, PENDING, Facts, Verdict, judge, stands_at
from open95598.foundation.calendars.arithmetic import ROUND_THE_CLOCK
from open95598.foundation.rulebook.tracking_rows import Promise, StandingRule, TrackingRules
from open95598.foundation.words import Label

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
WORDS = Label("承诺", "promise")
ARRIVAL = Promise("arrival", 4, WORDS, WORDS, clock="arrive", kinds=("fault",))
LOOSER = Promise("meter", 6, WORDS, WORDS, clock="answer", minutes=600)


@dataclass
class Clock:
    name: str = "arrive"
    state: str = "running"
    calendar: str = ""
    limit_minutes: int = 45
    started_at: datetime = START
    due_at: datetime = START + timedelta(minutes=45)
    stopped_at: datetime | None = None
    left_minutes: int | None = None


def stopped(minutes, **more):
    return Clock(state="stopped", stopped_at=START + timedelta(minutes=minutes), **more)


def verdict(promise, clocks, minutes=30, *, kind="fault", done=True, lineage=("fault.lv",)):
    facts = Facts(kind, lineage, {promise.clock: START if done else None})
    return judge(promise, facts, clocks, lambda _name: ROUND_THE_CLOCK, START + timedelta(minutes=minutes))


def test_an_order_keeps_breaks_or_still_owes_a_promise():
    assert verdict(ARRIVAL, [Clock()]) == Verdict(PENDING, START + timedelta(minutes=45))
    assert verdict(ARRIVAL, [Clock()], 46) == Verdict(BROKEN)
    assert verdict(ARRIVAL, [stopped(45)]) == Verdict(KEPT)
    assert verdict(ARRIVAL, [stopped(46)]) == Verdict(BROKEN)
    assert verdict(ARRIVAL, [Clock(state="paused", left_minutes=3)], 999) == Verdict(PENDING)
    assert verdict(ARRIVAL, [Clock(state="paused", left_minutes=-3)], 999) == Verdict(BROKEN)


def test_what_tells_nothing_counts_nowhere():
    assert verdict(ARRIVAL, []) is None
    assert verdict(ARRIVAL, [stopped(10)], done=False) is None  # withdrawn: nobody ever arrived
    assert verdict(ARRIVAL, [stopped(10)], kind="complaint") is None
    without = Promise("x", 1, WORDS, WORDS, clock="arrive", without=("fault.hv",))
    assert verdict(without, [stopped(10)], lineage=("fault.hv", "fault.hv.line")) is None


def test_one_late_round_breaks_it_for_good():
    later = START + timedelta(hours=5)
    again = Clock(state="stopped", started_at=later, due_at=later + timedelta(minutes=45), stopped_at=later)
    assert verdict(ARRIVAL, [stopped(50), again], 999) == Verdict(BROKEN)
    assert verdict(ARRIVAL, [stopped(20), again], 999) == Verdict(KEPT)


def test_a_promise_that_allows_more_than_the_limit_falls_due_later():
    clock = Clock(name="answer", limit_minutes=480, due_at=START + timedelta(minutes=480))
    assert verdict(LOOSER, [clock], 500) == Verdict(PENDING, START + timedelta(minutes=600))
    assert verdict(LOOSER, [clock], 601) == Verdict(BROKEN)


def test_a_promise_to_tell_lasts_until_the_customer_was_told():
    promise = Promise("answer", 8, WORDS, WORDS, clock="answer", minutes=600, told=True)
    clock = Clock(name="answer", state="stopped", stopped_at=START, limit_minutes=480)
    clock.due_at = START + timedelta(minutes=480)

    def says(minutes, told=None, ended=None, of=clock):
        moments = [None if m is None else START + timedelta(minutes=m) for m in (told, ended)]
        facts = Facts("complaint", (), {"answer": START}, *moments)
        return judge(promise, facts, [of], lambda _name: ROUND_THE_CLOCK, START + timedelta(minutes=minutes))

    assert says(10) == Verdict(PENDING, START + timedelta(minutes=600)), "the answer lies in review"
    assert (says(601), says(601, told=600), says(700, told=601)) == (Verdict(BROKEN), Verdict(KEPT), Verdict(BROKEN))
    assert says(700, ended=590) is None, "ended, and nobody could be told"
    assert says(700, ended=601) == Verdict(BROKEN)
    waits = Clock(name="answer", state="paused", left_minutes=3, limit_minutes=480, due_at=clock.due_at)
    assert says(999, of=waits) == Verdict(PENDING)


def test_standing_is_a_share_of_the_limit_that_ends_first():
    rules = TrackingRules(standing=(StandingRule(50, 30, 1440), StandingRule(60, 20, 600, kinds=("fault",))))
    assert rules.still("fault").percent == 60 and rules.still("complaint").percent == 50
    at = START + timedelta(minutes=10)
    late = Clock(name="answer", limit_minutes=4320, due_at=START + timedelta(days=3))

    def still(kind, clocks):
        return stands_at(rules.still(kind), at, clocks, lambda _name: ROUND_THE_CLOCK)

    assert still("fault", [late, Clock()]) == at + timedelta(minutes=27)
    assert still("complaint", [Clock()]) == at + timedelta(minutes=30)  # no less than the least
    assert still("fault", [Clock(state="paused"), stopped(3)]) == at + timedelta(minutes=600)


# where it is ---------------------------------------------------------------------------------------------------------


def codes(**facts):
    it = Situation(**{"state": "dispatched", "since": START, "unit": "X11", "desk": "P1"} | facts)
    return [(line.about, line.code, line.pressing) for line in explain(it, START + timedelta(hours=1))]


def test_the_first_line_says_in_front_of_whom_it_waits():
    assert codes() == [("where", "to_accept", False)]
    assert codes(state="processing", owner="王") == [("where", "in_hand", False)]
    assert codes(state="processing") == [("where", "in_hand_of_nobody", False)]
    assert codes(state="returned") == [("where", "to_dispatch_again", False)]
    assert codes(state="something_new") == [("where", "other", False)]
    assert codes(state="archived", is_open=False) == [("where", "ended", False)]
    it = Situation("created", START, "X11", "P1")
    assert explain(it, START)[0].facts["unit"] == "P1"  # the desk that took it has it


def test_why_it_stands_there_and_who_was_asked():
    late = START + timedelta(minutes=30)
    parts = [Part("joint", "dispatched", "X12", START), Part("joint", "accepted", "X21", START, late),
             Part("urge", "created", "P1", START), Part("urge", "passed_on", "X11", START, late),
             Part("escalation", "created", "C1", START)]  # fmt: skip
    assert codes(state="suspended", reason="weather", returns=1, due_at=late, due_clock="answer", parts=parts,
                 extension="asked", progress_at=START, stands_at=late) == [
        ("where", "suspended", False), ("why", "reason", False), ("why", "was_returned", False),
        ("why", "overdue", True), ("why", "joint_to_accept", False), ("why", "joint_open", True),
        ("asked", "extension_asked", False), ("asked", "urged", False), ("asked", "urged_on", True),
        ("asked", "escalated", False), ("stands", "stands", True),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["fault", "complaint", "report", "praise", "service_request"])
def test_every_open_state_has_its_line(kind):
    from open95598.casework import registry

    known = {codes(state=state, owner="王")[0][1] for state in registry.flow(kind).open_states}
    assert "other" not in known
