"""What a filled-in sheet means: times read as people write them, rows checked, only what is missing done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.service.field import entering
from open95598.service.field.entering import Bad, Misread, Row, read, steps

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 5)
BEGAN = datetime(2026, 3, 5, 1, 30, 20, tzinfo=UTC)
NOW = BEGAN + timedelta(days=2)
OLDEST = NOW - timedelta(days=7)
FOUND = {"cause": "equipment", "ownership": "utility", "result": "solved"}


def at(hours: float) -> datetime:
    return entering.minute(BEGAN + timedelta(hours=hours))


def row(state: str = "dispatched", on_record: dict | None = None, kind: str = "fault", note: str = "", **told) -> Row:
    return Row(kind, state, BEGAN, told, on_record or {}, crew=7, note=note)


def reasons(one: Row, now: datetime = NOW) -> dict[str, str]:
    with pytest.raises(Bad) as bad:
        steps(one, now, OLDEST)
    return {name: code for name, (code, _value) in bad.value.reasons.items()}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("14:20", "2026-03-05 14:20"), ("1420", "2026-03-05 14:20"), ("14.20", "2026-03-05 14:20"),
        (" 14：20 ", "2026-03-05 14:20"), ("9:05", "2026-03-05 09:05"), ("905", "2026-03-05 09:05"),
        ("3-6 0:15", "2026-03-06 00:15"), ("03/06 00:15", "2026-03-06 00:15"),
        ("2026-03-06T00:15", "2026-03-06 00:15"), ("2025/12/31 23:59", "2025-12-31 23:59"),
    ],
)  # fmt: skip
def test_times_as_people_write_them(text, means):
    assert f"{read(text, DAY, None, ZONE).astimezone(ZONE):%Y-%m-%d %H:%M}" == means


@pytest.mark.parametrize("text", ["", "noon", "25:00", "14:60", "2-30 10:00", "14", "14:2", "1-2-3 4:05", "14:20:30"])
def test_what_is_no_time_is_said(text):
    with pytest.raises(Misread):
        read(text, DAY, None, ZONE)


def test_past_midnight_is_the_next_day_where_no_day_was_written():
    left = read("23:50", DAY, None, ZONE)
    assert read("00:20", DAY, left, ZONE) == left + timedelta(minutes=30)
    assert read("23:50", DAY, left, ZONE) == left
    assert read("3-5 00:20", DAY, left, ZONE) < left  # a day that was written is believed


def test_a_whole_row_is_every_act_from_dispatch_to_restoration():
    made = steps(row(out=at(1), arrived=at(2), restored=at(3), note="换了熔断器", **FOUND), NOW, OLDEST)
    assert [(s.action, s.at, s.told_in) for s in made] == [
        ("accept", at(1), "out"), ("send_crew", at(1), "out"), ("arrive", at(2), "arrived"),
        ("diagnose", at(3), "restored"), ("restore", at(3), "restored"),
    ]  # fmt: skip
    assert made[1].data == {"person": 7}
    assert made[-1].data == {"result": "solved", "note": "换了熔断器"}
    assert all("note" not in s.data for s in made[:-1])


def test_a_row_that_tells_a_part_does_that_part():
    assert [s.action for s in steps(row(out=at(1)), NOW, OLDEST)] == ["accept", "send_crew"]
    assert [s.action for s in steps(row("accepted", out=at(1), arrived=at(2)), NOW, OLDEST)] == ["send_crew", "arrive"]
    there = {"out": at(1), "arrived": at(2)}
    part = steps(row("arrived", there, cause="equipment", ownership="utility"), NOW, OLDEST)
    assert [(s.action, s.at) for s in part] == [("diagnose", at(2))]


def test_what_is_on_record_is_not_done_again():
    known = {"out": at(1), "arrived": at(2), "restored": at(3), **FOUND}
    assert steps(row("restored", known, **known), NOW, OLDEST) == []
    seconds = {name: known[name] + timedelta(seconds=40) for name in entering.TIMES}
    assert steps(row("archived", known | seconds, **known), NOW, OLDEST) == []
    assert steps(row("arrived"), NOW, OLDEST) == []


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (row(out=at(-1)), {"out": "before"}),
        (row(out=at(3), arrived=at(2)), {"arrived": "before"}),
        (row(out=at(1), arrived=at(49)), {"arrived": "ahead"}),
        (row(arrived=at(2)), {"out": "needed"}),
        (row(out=at(1), restored=at(2), **FOUND), {"arrived": "needed"}),
        (row(out=at(1), arrived=at(2), restored=at(3)), {"cause": "needed", "ownership": "needed", "result": "needed"}),
        (row(out=at(1), arrived=at(2), cause="equipment"), {"ownership": "needed"}),
        (row("arrived", {"arrived": at(1)}, result="solved"), {"restored": "needed"}),
        (row(cause="equipment", ownership="utility"), {"arrived": "needed"}),
        (row("crew_dispatched", {"out": at(1)}, out=at(2)), {"out": "on_record"}),
        (row("diagnosed", {"cause": "weather"}, cause="equipment"), {"cause": "on_record"}),
        (row("replied", {}, restored=at(3)), {"restored": "past"}),
        (row("crew_dispatched", {}, out=at(1)), {"out": "past"}),
    ],
)
def test_what_cannot_be_is_named_by_field(one, said):
    assert reasons(one) == said


def test_what_is_too_old_is_not_entered_any_more():
    old = Row("fault", "dispatched", BEGAN, {"out": at(1)}, {})
    assert {n: c for n, (c, _v) in _bad(old, BEGAN + timedelta(days=9)).items()} == {"out": "old"}


def _bad(one: Row, now: datetime) -> dict:
    with pytest.raises(Bad) as bad:
        steps(one, now, now - timedelta(days=7))
    return bad.value.reasons


def test_an_outage_without_an_order_is_sent_and_restored():
    made = steps(row("probable", {}, "outage", out=at(1), arrived=at(2), restored=at(3), cause="weather"), NOW, OLDEST)
    assert [(s.action, s.at) for s in made] == [
        ("send_outage_crew", at(1)), ("reach_outage", at(2)), ("restore_outage", at(3)),
    ]  # fmt: skip
    assert made[2].data == {"cause": "weather"}
    assert reasons(row("probable", {}, "outage", arrived=at(2))) == {"out": "needed"}
    assert reasons(row("closed", {}, "outage", restored=at(3))) == {"restored": "past"}


TOLD = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.integers(-300, 4000).map(lambda m: entering.minute(BEGAN) + timedelta(minutes=m)) for name in
           entering.TIMES},
        **{name: st.sampled_from(["a", "b"]) for name in entering.FOUND},
    },
)  # fmt: skip


@given(st.sampled_from([*entering.NEXT, "restored", "replied"]), TOLD)
def test_acts_never_go_back_in_time_and_follow_the_states(state, told):
    try:
        made = steps(row(state, **told), NOW, OLDEST)
    except Bad:
        return
    times = [entering.minute(BEGAN), *(s.at for s in made)]
    assert times == sorted(times) and times[-1] <= NOW
    order = list(entering.NEXT.values())
    assert [s.action for s in made] == (order[order.index(made[0].action) :][: len(made)] if made else [])
    if made:
        assert made[0].action == entering.NEXT[state]
