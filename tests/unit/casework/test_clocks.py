"""The arithmetic of clocks: one thing said at a time, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from open95598.casework import clocks
from open95598.foundation.calendars.arithmetic import ROUND_THE_CLOCK

START = datetime(2026, 3, 2, 2, tzinfo=UTC)


def _look(now: datetime, **more: object) -> clocks.Look | None:
    state = {"warned": False, "breached": False, "escalated": 0, "ladder_minutes": [30, 120]} | more
    return clocks.look(
        ROUND_THE_CLOCK,
        now,
        warn_at=START + timedelta(minutes=40),
        due_at=START + timedelta(minutes=60),
        **state,  # type: ignore[arg-type]
    )


def test_a_clock_warns_then_breaches_then_climbs() -> None:
    assert _look(START + timedelta(minutes=39)) is None
    warned = _look(START + timedelta(minutes=40))
    assert warned is not None and (warned.kind, warned.next_at) == ("warned", START + timedelta(minutes=60))
    breached = _look(START + timedelta(minutes=60), warned=True)
    assert breached is not None and (breached.kind, breached.warning_folded) == ("breached", False)
    climbed = _look(START + timedelta(minutes=90), warned=True, breached=True)
    assert climbed is not None and (climbed.kind, climbed.escalated) == ("escalated", 1)
    assert climbed.next_at == START + timedelta(minutes=180)


def test_after_a_long_pause_each_thing_is_said_once() -> None:
    late = _look(START + timedelta(hours=9))
    assert late is not None and (late.kind, late.warning_folded) == ("breached", True)
    later = _look(START + timedelta(hours=9), warned=True, breached=True)
    assert later is not None and (later.kind, later.escalated, later.next_at) == ("escalated", 2, None)
    assert _look(START + timedelta(hours=9), warned=True, breached=True, escalated=2) is None


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_however_the_sweeper_comes_nothing_is_said_twice(steps: list[int]) -> None:
    now, state, said = START, {"warned": False, "breached": False, "escalated": 0}, []
    for minutes in steps:
        now += timedelta(minutes=minutes)
        while (found := _look(now, **state)) is not None:
            said.append((found.kind, found.escalated))
            state = {"warned": found.warned, "breached": found.breached, "escalated": found.escalated}
    assert len(said) == len(set(said))
    kinds = [kind for kind, _step in said]
    assert kinds == sorted(kinds, key=["warned", "breached", "escalated"].index)


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 9_000))
def test_a_pause_costs_nothing(limit: int, ran: int, paused: int) -> None:
    ran = min(ran, limit - 1)
    times = clocks.start(ROUND_THE_CLOCK, START, limit, limit // 5)
    stop = START + timedelta(minutes=ran)
    left = clocks.left(ROUND_THE_CLOCK, stop, times.due_at)
    back = clocks.resume(ROUND_THE_CLOCK, stop + timedelta(minutes=paused), left, limit // 5)
    assert back.due_at == times.due_at + timedelta(minutes=paused)
    assert back.warn_at <= back.due_at


@given(st.integers(0, 20_000), st.integers(0, 3_000))
def test_an_extended_clock_ends_later_and_warns_no_earlier_than_its_old_end(minutes: int, warn: int) -> None:
    times = clocks.extend(ROUND_THE_CLOCK, START, minutes, warn)
    assert times.due_at == START + timedelta(minutes=minutes)
    assert START <= times.warn_at <= times.due_at
    assert times.warn_at == max(START, times.due_at - timedelta(minutes=warn))
