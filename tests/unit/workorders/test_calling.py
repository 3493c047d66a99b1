"""When a customer may be called back: the desk's answer and the engine's count never differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from open95598.casework.flow import Moment
from open95598.foundation.rulebook.rows import CallBack, CallTime, QuietHours
from open95598.foundation.words import Label
from open95598.service.workorders import calling
from open95598.service.workorders.steps import calling_back

ZONE = ZoneInfo("Asia/Shanghai")
RULES = SimpleNamespace(
    quiet_hours=QuietHours(((12 * 60, 14 * 60), (21 * 60, 8 * 60))),
    callback=CallBack(3, 120, (), (), times=(CallTime("evening", Label("晚", "late"), 18 * 60, 21 * 60),)),
    texts={"callback_opening": Label("工号{agent}，{matter}", "agent {agent}\n{matter}")},
)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "last", "turn"),
    [
        (at(10), None, calling.Turn(at(10), calling.NOW)),
        (at(10), at(9), calling.Turn(at(11), calling.GAP)),
        (at(11), at(9), calling.Turn(at(11), calling.NOW)),
        (at(11, 30), at(10, 30), calling.Turn(at(14), calling.GAP)),  # the gap ends in quiet hours
        (at(13), None, calling.Turn(at(14), calling.QUIET)),
        (at(22), None, calling.Turn(at(8) + timedelta(days=1), calling.QUIET)),
    ],
)
def test_the_turn(now, last, turn):
    assert calling.turn(last, RULES, now, ZONE) == turn


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 365 * 24 * 60),
    st.none() | st.integers(0, 2000),
    st.none() | st.integers(-2000, 2000),
    st.sampled_from(("", "evening", "gone")),
)
def test_the_desk_and_the_engine_agree(minute, minutes_ago, promised_in, wish):
    now = at(0) + timedelta(minutes=minute)
    last = None if minutes_ago is None else now - timedelta(minutes=minutes_ago)
    promised = None if promised_in is None else now + timedelta(minutes=promised_in)
    order = SimpleNamespace(last_attempt_at=last, call_at=promised, call_time=wish)
    turn = calling.turn(last, RULES, now, ZONE, promised, wish)
    assert (turn.why == calling.NOW) == calling_back.attempt_counts(Moment(None, order, {}, RULES, now, zone=ZONE))
    assert calling_back.attempt_counts(Moment(None, order, {}, RULES, turn.at, zone=ZONE))


@pytest.mark.parametrize(
    ("now", "promised", "wish", "turn"),
    [
        (at(10), at(13), "", calling.Turn(at(13), calling.PROMISED)),
        (at(13), at(12, 45), "", calling.Turn(at(13), calling.NOW)),  # asked for at noon: noon is not quiet then
        (at(10), None, "evening", calling.Turn(at(18), calling.WISHED)),
        (at(18, 30), None, "evening", calling.Turn(at(18, 30), calling.NOW)),
        (at(22), None, "evening", calling.Turn(at(18) + timedelta(days=1), calling.WISHED)),
        (at(10), None, "gone", calling.Turn(at(10), calling.NOW)),  # a later rulebook knows it no more
    ],
)
def test_promises_and_wishes(now, promised, wish, turn):
    assert calling.turn(None, RULES, now, ZONE, promised, wish) == turn


def test_the_parts_of_the_day_that_are_open():
    assert calling.open_times(RULES, at(18), ZONE) == ["", "evening"]
    assert calling.open_times(RULES, at(17, 59), ZONE) == [""]


def test_the_quiet_window_over_midnight():
    assert calling.quiet_window(RULES, at(3), ZONE) == (21 * 60, 8 * 60)
    assert calling.quiet_window(RULES, at(8), ZONE) is None


def test_the_script_is_the_rulebooks_and_filled_in():
    script = calling.script(RULES, "fault", {"agent": "a7", "matter": "停电"}, "zh-hans")
    assert script["opening"] == ["工号a7，停电"]
    assert calling.script(RULES, "fault", {"agent": "a7", "matter": "x"}, "en")["opening"] == ["agent a7", "x"]
    assert script["closing"] == []
