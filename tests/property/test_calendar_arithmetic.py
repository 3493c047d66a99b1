"""Adding working time and measuring it are two sides of one thing, whatever the calendar and the zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from open95598.foundation.calendars.arithmetic import (
    ROUND_THE_CLOCK,
    WorkCalendar,
    format_intervals,
    parse_intervals,
)

# offsets that jump at midnight, by half an hour, by a whole day, and not at all
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    weekly = [draw(days()) for _ in range(7)]
    if not any(weekly):
        weekly[draw(st.integers(0, 6))] = ((0, 1),)
    special = draw(st.dictionaries(st.dates(date(2009, 6, 1), date(2014, 6, 1)), days(), max_size=30))
    annual = draw(st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 28)), days(), max_size=4))
    return WorkCalendar("drawn", ZoneInfo(draw(st.sampled_from(ZONES))), tuple(weekly), special, annual)


instants = st.datetimes(
    datetime(2010, 1, 1),  # noqa: DTZ001 (drawn in the zone given beside)
    datetime(2013, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
minutes = st.integers(0, 40_000)


@given(calendars(), instants, minutes)
def test_between_undoes_add(calendar: WorkCalendar, start: datetime, length: int) -> None:
    end = calendar.add(start, length)
    assert end >= start
    assert end.utcoffset() == timedelta(0)
    assert calendar.elapsed(start, end) == timedelta(minutes=length)
    assert calendar.between(start, end) == length
    assert calendar.between(end, start) == -length


@given(calendars(), instants, st.integers(1, 40_000))
def test_add_gives_the_earliest_instant(calendar: WorkCalendar, start: datetime, length: int) -> None:
    just_before = calendar.add(start, length) - timedelta(microseconds=1)
    assert calendar.elapsed(start, just_before) == timedelta(minutes=length) - timedelta(microseconds=1)


@given(calendars(), instants, minutes, minutes)
def test_add_is_additive_and_grows(calendar: WorkCalendar, start: datetime, one: int, two: int) -> None:
    assert calendar.add(calendar.add(start, one), two) == calendar.add(start, one + two)
    assert calendar.add(start, one) <= calendar.add(start, one + two)


@given(calendars(), instants, instants, minutes)
def test_an_earlier_start_is_never_due_later(calendar: WorkCalendar, a: datetime, b: datetime, length: int) -> None:
    early, late = sorted((a, b))
    assert calendar.add(early, length) <= calendar.add(late, length)


@given(calendars(), instants, instants, instants)
def test_elapsed_time_adds_up(calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)
    assert abs(calendar.elapsed(a, b)) <= abs(b - a)


@settings(max_examples=40)
@given(calendars(), instants, st.integers(1, 4000))
def test_elapsed_is_what_is_working_says_minute_by_minute(calendar: WorkCalendar, start: datetime, length: int) -> None:
    start = start.replace(second=0, microsecond=0)
    counted = sum(calendar.is_working(start + timedelta(minutes=i)) for i in range(length))
    assert calendar.between(start, start + timedelta(minutes=length)) == counted


@given(instants, minutes)
def test_round_the_clock_is_plain_time(start: datetime, length: int) -> None:
    assert ROUND_THE_CLOCK.add(start, length) == start + timedelta(minutes=length)
    assert ROUND_THE_CLOCK.between(start, start + timedelta(minutes=length)) == length
    always = WorkCalendar("always", ZoneInfo("Europe/Berlin"), (((0, 1440),),) * 7)
    assert always.add(start, length) == start + timedelta(minutes=length)


@given(days())
def test_intervals_survive_being_written_and_read(
    intervals: tuple[tuple[int, int], ...],
) -> None:
    assert parse_intervals(format_intervals(intervals)) == intervals


@pytest.mark.parametrize("zone", ZONES)
def test_far_and_unknown_years_have_an_answer(zone: str) -> None:
    week = (((480, 960),),) * 5 + ((), ())
    calendar = WorkCalendar("cn", ZoneInfo(zone), week, annual={(1, 1): ()}, known_years=frozenset({2026}))
    start = datetime(2090, 12, 1, tzinfo=UTC)
    assert calendar.between(start, calendar.add(start, 480 * 300)) == 480 * 300
    assert calendar.is_provisional(2090)
    assert not calendar.is_provisional(2026)
