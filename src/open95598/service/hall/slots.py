"""When appointments can be: the working time of a calendar cut into slots. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from open95598.foundation.calendars.arithmetic import WorkCalendar
from open95598.foundation.rulebook.hall_rows import BookingRule


@dataclass(frozen=True)
class Slot:
    """A time for an appointment (aware UTC), and how many places are left."""

    starts_at: datetime
    ends_at: datetime
    left: int


def of_day(rule: BookingRule, calendar: WorkCalendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield the slots of a local day: each lies whole within working time."""
    for begin, end in calendar.intervals(day):
        for minute in range(begin, end - rule.slot + 1, rule.slot):
            at = datetime.combine(day, time(), calendar.zone) + timedelta(minutes=minute)
            yield at.astimezone(UTC), (at + timedelta(minutes=rule.slot)).astimezone(UTC)


def ahead(rule: BookingRule, calendar: WorkCalendar, now: datetime, taken: Mapping[datetime, int]) -> Iterator[Slot]:
    """Yield the slots from the shortest notice on to the last day that can be booked, full ones with none left.

    ``taken``: how many places of the slot that begins then are taken.
    """
    today = now.astimezone(calendar.zone).date()
    first = now + timedelta(minutes=rule.notice)
    for offset in range(rule.days + 1):
        for starts, ends in of_day(rule, calendar, today + timedelta(days=offset)):
            if starts >= first:
                yield Slot(starts, ends, max(0, rule.capacity - taken.get(starts, 0)))
