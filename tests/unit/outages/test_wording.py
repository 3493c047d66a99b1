"""The life of an outage holds together, and says in words why it is where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils import translation

from open95598.casework.flow import check
from open95598.service.outages import flows, wording
from open95598.service.outages.estimating import Range
from open95598.service.workorders.flows import FAULT

HERE = {"device": "T-043", "reports": 17, "points": 212}
WHY = {
    "here": HERE, "minutes": 9, "speaking": [], "silent": [{"device": "T-044", "reports": 0, "points": 80}],
    "light": True, "in_line": ["K-7"],
    "ranked": [{"device": "T-043", "probability": 0.913}, {"device": "F-04", "probability": 0.08}],
}  # fmt: skip


def test_the_flows_hold_together() -> None:
    assert check(flows.FLOW) == []
    assert check(replace(FAULT, actions=(*FAULT.actions, *flows.on_faults(FAULT)))) == []


def test_every_state_has_a_tone() -> None:
    assert set(wording.TONES) == {state.name for state in flows.STATES}


def test_codes_are_read_as_people_write_them() -> None:
    assert flows.codes(" T1，T2、T3;T1\nT4 ") == ["T1", "T2", "T3", "T4"]
    assert flows.codes("") == []


def test_why_is_said_in_both_languages() -> None:
    with translation.override("en"):
        first, light, line = wording.why(WHY)
    assert first == "17 of 212 below T-043 reported within 9 min, none below T-044."
    assert "light" in light
    assert "K-7" in line
    with translation.override("zh-hans"):
        assert wording.why(WHY)[0] == "T-043 下 212 户中有 17 户在 9 分钟内报停电，T-044 下无人报。"
    assert wording.why({}) == []


def test_what_nobody_reported_says_so() -> None:
    told = {**WHY, "here": {**HERE, "reports": 0}, "light": False, "in_line": []}
    with translation.override("en"):
        assert "telemetry" in wording.why(told)[0]


def test_devices_are_ranked_with_the_one_that_is_named() -> None:
    assert wording.ranked(WHY) == [("T-043", "91.3%", True), ("F-04", "8.0%", False)]


def test_how_long_it_usually_lasts_is_told_with_what_it_was_compared_with() -> None:
    start = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    made = Range(70.4, 100, 23, ("kind", "cause"))
    with translation.override("en"):
        told = wording.usual(made, start, start + timedelta(minutes=20))
        assert told == "15:10–15:40 (23 compared: kind of device, cause)"
        assert "longer already" in wording.usual(made, start, start + timedelta(minutes=101))
        assert "any outage" in wording.usual(Range(1, 2, 8, ()), start, start)
