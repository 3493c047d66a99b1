"""Working time on the calendars that people know by heart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from open95598.foundation.calendars.arithmetic import (
    ROUND_THE_CLOCK,
    NoWorkingTime,
    WorkCalendar,
    parse_intervals,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = parse_intervals("08:30-12:00, 13:30-18:00")


def china(**more: object) -> WorkCalendar:
    return WorkCalendar("cn", SHANGHAI, (OFFICE,) * 5 + ((), ()), **more)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_lunch_break_and_the_night_do_not_count() -> None:
    calendar = china()
    assert calendar.nominal_day == 480
    assert calendar.add(at("2026-03-02 11:30"), 60) == at("2026-03-02 14:00")
    assert calendar.add(at("2026-03-02 17:30"), 60) == at("2026-03-03 09:00")
    assert calendar.add(at("2026-03-06 17:30"), 60) == at("2026-03-09 09:00")


def test_four_working_days_later_is_the_same_hour() -> None:
    assert china().add(at("2026-03-04 10:15"), 4 * 480) == at("2026-03-10 10:15")


def test_an_order_outside_working_time_starts_with_the_next_day() -> None:
    assert china().add(at("2026-03-07 03:00"), 1) == at("2026-03-09 08:31")


def test_swapped_workdays_count_and_holidays_do_not() -> None:
    calendar = china(days={date(2026, 2, 28): OFFICE, date(2026, 3, 2): ()})
    assert calendar.add(at("2026-02-27 17:00"), 120) == at("2026-02-28 09:30")
    assert calendar.add(at("2026-02-28 17:00"), 120) == at("2026-03-03 09:30")


def test_the_end_of_a_day_is_not_pushed_to_the_next_morning() -> None:
    assert china().add(at("2026-03-02 17:00"), 60) == at("2026-03-02 18:00")


def test_seconds_are_kept() -> None:
    start = at("2026-03-02 11:59:30")
    assert china().add(start, 1) == at("2026-03-02 13:30:30")
    assert china().between(start, at("2026-03-02 13:30:29")) == 0
    assert china().elapsed(start, at("2026-03-02 13:30:29")) == timedelta(seconds=59)


def test_a_day_that_the_clock_shortens_is_as_short_as_it_was() -> None:
    night = WorkCalendar("night", ZoneInfo("Europe/Berlin"), (((0, 360),),) * 7)
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)  # 29 March, 00:00 in Berlin; 02:00 becomes 03:00
    assert night.between(midnight, midnight + timedelta(hours=12)) == 300
    assert (
        night.between(
            datetime(2026, 10, 24, 22, tzinfo=UTC),
            datetime(2026, 10, 25, 12, tzinfo=UTC),
        )
        == 420
    )


def test_an_interval_inside_the_skipped_hour_is_empty() -> None:
    calendar = WorkCalendar("gap", ZoneInfo("Europe/Berlin"), (((60, 150), (150, 240)),) * 7)
    assert calendar.between(datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC)) == 120
    inside = WorkCalendar("gap", ZoneInfo("Europe/Berlin"), (((130, 170),),) * 7)
    assert inside.between(datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC)) == 0


def test_a_calendar_without_work_says_so() -> None:
    empty = WorkCalendar("none", SHANGHAI, ((),) * 7)
    with pytest.raises(NoWorkingTime):
        empty.add(at("2026-03-02 12:00"), 1)
    assert empty.between(at("2026-03-02 12:00"), at("2028-03-02 12:00")) == 0
    assert empty.nominal_day == 0


@pytest.mark.parametrize(
    "text",
    [
        "8-9",
        "09:00-08:00",
        "08:00-12:00, 11:00-13:00",
        "23:00-24:01",
        "08:60-09:00",
        "x",
    ],
)
def test_bad_intervals_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"interval"):
        parse_intervals(text)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        ROUND_THE_CLOCK.add(datetime(2026, 1, 1), 5)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        china().add(at("2026-03-02 12:00"), -1)
