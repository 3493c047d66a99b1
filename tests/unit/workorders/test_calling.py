"""When a customer may be called back: the desk's answer and the engine's count never differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from open95598.casework.flow import Moment
from open95598.foundation.rulebook.rows import QuietHours
from open95598.foundation.words import Label
from open95598.service.workorders import calling
from open95598.service.workorders.steps import calling_back

ZONE = ZoneInfo("Asia/Shanghai")
RULES = SimpleNamespace(
    quiet_hours=QuietHours(((12 * 60, 14 * 60), (21 * 60, 8 * 60))),
    callback=SimpleNamespace(gap_minutes=120, attempts=3),
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
)
def test_the_desk_and_the_engine_agree(minute, minutes_ago):
    now = at(0) + timedelta(minutes=minute)
    last = None if minutes_ago is None else now - timedelta(minutes=minutes_ago)
    moment = Moment(None, SimpleNamespace(last_attempt_at=last), {}, RULES, now, zone=ZONE)
    turn = calling.turn(last, RULES, now, ZONE)
    assert (turn.why == calling.NOW) == calling_back.attempt_counts(moment)
    later = Moment(None, SimpleNamespace(last_attempt_at=last), {}, RULES, turn.at, zone=ZONE)
    assert calling_back.attempt_counts(later)


def test_the_quiet_window_over_midnight():
    assert calling.quiet_window(RULES, at(3), ZONE) == (21 * 60, 8 * 60)
    assert calling.quiet_window(RULES, at(8), ZONE) is None


def test_the_script_is_the_rulebooks_and_filled_in():
    script = calling.script(RULES, "fault", {"agent": "a7", "matter": "停电"}, "zh-hans")
    assert script["opening"] == ["工号a7，停电"]
    assert calling.script(RULES, "fault", {"agent": "a7", "matter": "x"}, "en")["opening"] == ["agent a7", "x"]
    assert script["closing"] == []
