"""A calendar's year as a page shows it: months of weeks of days."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from open95598.foundation.calendars import statutory, store
from open95598.foundation.calendars.arithmetic import Intervals, WorkCalendar, format_intervals
from open95598.foundation.calendars.models import Calendar, CalendarDay, DayKind


@dataclass(frozen=True)
class Day:
    """One date: its hours, and why they differ from the weekday's (``kind`` is empty when they do not)."""

    date: date
    intervals: Intervals
    kind: str
    note: str
    provisional: bool
    in_month: bool = True

    @property
    def works(self) -> bool:
        """Say whether there is any working time."""
        return bool(self.intervals)

    @property
    def hours(self) -> str:
        """The hours as text."""
        return format_intervals(self.intervals)


@dataclass(frozen=True)
class Month:
    """A month as weeks, Monday first; days of the neighbouring months are not ``in_month``."""

    number: int
    first: date
    weeks: tuple[tuple[Day, ...], ...]


@dataclass(frozen=True)
class Year:
    """A year of a calendar."""

    name: str
    number: int
    calendar: WorkCalendar
    months: tuple[Month, ...]
    provisional: bool
    working_days: int

    def special_days(self) -> Iterator[Day]:
        """Yield the days that differ from their weekday, in order."""
        for month in self.months:
            for week in month.weeks:
                yield from (day for day in week if day.in_month and day.kind)


def names() -> list[str]:
    """Return the names of all calendars; the default one is always there."""
    return sorted({store.DEFAULT, *Calendar.objects.values_list("name", flat=True)})


def year(name: str, number: int) -> Year:
    """Return a year of a calendar; raises ``NotFound`` for an unknown calendar."""
    calendar = store.get(name)
    rows = {row.date: row for row in CalendarDay.objects.filter(calendar_id=name, date__year=number)}
    if not rows and not Calendar.objects.filter(pk=name).exists():
        rows = _built_in(number)

    def day(at: date, month: int) -> Day:
        intervals = calendar.intervals(at)
        row = rows.get(at)
        kind = row.kind if row else ""
        if row is None and intervals != calendar.weekly[at.weekday()]:
            kind = DayKind.HOLIDAY.value  # a fixed date of every year
        note = row.note if row else ""
        return Day(at, intervals, kind, note, bool(row and row.provisional), at.month == month)

    made = tuple(
        Month(
            month,
            date(number, month, 1),
            tuple(tuple(day(at, month) for at in week) for week in _weeks(number, month)),
        )
        for month in range(1, 13)
    )
    days = [d for m in made for week in m.weeks for d in week if d.in_month]
    return Year(name, number, calendar, made, calendar.is_provisional(number), sum(d.works for d in days))


def _weeks(number: int, month: int) -> list[list[date]]:
    return months.Calendar().monthdatescalendar(number, month)


def _built_in(number: int) -> dict[date, CalendarDay]:
    """Return the special days of a calendar that has no table yet, as rows that are not saved."""
    return {
        special.day: CalendarDay(
            date=special.day,
            kind=DayKind.SWAPPED if special.works else DayKind.HOLIDAY,
            note=special.note,
            provisional=not statutory.is_settled(number),
        )
        for special in statutory.specials(number)
    }
