"""Calendars in tables: seeded from what is published, edited by people, seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from open95598.foundation.calendars import queries, services, statutory, store
from open95598.foundation.calendars.models import CalendarDay
from open95598.foundation.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    store.forget()
    yield
    store.forget()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_default_calendar_works_before_any_table_exists() -> None:
    calendar = store.get("cn")
    # Spring Festival 2026: 15 to 23 February off, Saturdays 14 and 28 February worked
    assert calendar.add(at("2026-02-14 17:00"), 120) == at("2026-02-24 09:30")
    assert calendar.is_working(at("2026-02-28 10:00"))
    assert calendar.nominal_day == 480
    assert not calendar.is_provisional(2026)
    assert store.get("").add(at("2026-02-14 17:00"), 60) == at("2026-02-14 18:00")
    with pytest.raises(NotFound):
        store.get("nobody")


def test_seeding_a_known_year_says_what_the_libraries_say(now: datetime) -> None:
    days, settled = services.seed("cn", 2026, None, now)
    assert settled
    assert days == CalendarDay.objects.count() > 20
    before = store.built_in()
    seeded = store.get("cn")
    assert all(seeded.intervals(d.date) == before.intervals(d.date) for m in queries.year("cn", 2026).months
               for w in m.weeks for d in w if d.in_month)  # fmt: skip


def test_a_year_nobody_has_published_is_provisional_and_shown_as_such(now: datetime) -> None:
    year = statutory.known_years().stop
    _days, settled = services.seed("cn", year, None, now)
    assert not settled
    page = queries.year("cn", year)
    assert page.provisional
    assert all(day.provisional for day in page.special_days() if day.note)
    assert CalendarDay.objects.filter(provisional=True).exists()
    far = queries.year("cn", 2150)
    assert far.provisional
    assert not store.get("cn").is_working(at("2150-10-01 10:00"))


def test_a_day_set_by_hand_counts_at_once_and_survives_seeding(now: datetime) -> None:
    services.seed("cn", 2026, None, now)
    assert store.get("cn").is_working(at("2026-03-04 10:00"))
    services.set_day("cn", date(2026, 3, 4), "", "台风停工", "other", None, now)
    assert not store.get("cn").is_working(at("2026-03-04 10:00"))
    services.seed("cn", 2026, None, now)
    assert not store.get("cn").is_working(at("2026-03-04 10:00"))
    services.clear_day("cn", date(2026, 3, 4), None, now)
    assert store.get("cn").is_working(at("2026-03-04 10:00"))
    with pytest.raises(NotFound):
        services.clear_day("cn", date(2026, 3, 4), None, now)


def test_another_calendar_has_its_own_week(now: datetime) -> None:
    services.set_weekly("hall", ["08:00-12:00,14:00-17:00"] * 6 + [""], None, now)
    calendar = store.get("hall")
    assert calendar.nominal_day == 420
    assert calendar.is_working(at("2026-03-07 15:00"))
    assert store.get("cn").nominal_day == 480


@pytest.mark.parametrize("text", ["8", "09:00-08:00", "08:00-12:00, 11:00-13:00"])
def test_bad_hours_are_refused_by_field(text: str, now: datetime) -> None:
    with pytest.raises(Invalid) as bad:
        services.set_day("cn", date(2026, 3, 4), text, "", "other", None, now)
    assert "intervals" in bad.value.fields
    with pytest.raises(Invalid) as bad:
        services.set_weekly("cn", ["08:00-12:00"] * 5 + [text, ""], None, now)
    assert set(bad.value.fields) == {"day5"}
    with pytest.raises(Invalid):
        services.set_weekly("cn", [""] * 7, None, now)


def test_every_change_is_journalled(now: datetime) -> None:
    services.seed("cn", 2026, None, now)
    services.set_day("cn", date(2026, 3, 4), "09:00-12:00", "检修", "other", None, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM journal_entry WHERE stream = 'calendar/cn' ORDER BY seq")
        assert [row[0] for row in cursor.fetchall()] == ["calendar.seeded", "calendar.day_set"]


def test_four_working_days_over_the_national_holiday(now: datetime) -> None:
    services.seed("cn", 2026, None, now)
    # 1 to 7 October 2026 off; worked: Thursday 8, Friday 9, Saturday 10 (swapped), Monday 12
    assert store.get("cn").add(at("2026-09-30 10:00"), 4 * 480) == at("2026-10-12 10:00")
