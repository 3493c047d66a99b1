"""Working time, exactly. Pure: no Django, no clock.

A calendar is a set of intervals of local time a day: named days first (statutory holidays, swapped workdays 调休), then
fixed dates of every year, then the weekly pattern, so that a year nobody has published yet still has an answer.
Intervals are turned into UTC instants once a year and summed up, so that adding working time is a binary search.

Instants are aware datetimes, UTC out. Lengths are real elapsed time: on a day when the zone changes its offset, an
interval is as long as it truly was; a local time that was skipped counts as the instant of the change, and one that
came twice as its first occurrence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo

#: (from, to) in minutes of the local day, 0 ≤ from < to ≤ 1440
Interval = tuple[int, int]
Intervals = tuple[Interval, ...]

DAY = 1440
WHOLE_DAY: Intervals = ((0, DAY),)
_MICRO = timedelta(microseconds=1)
_MINUTE = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: so many years without any working time: the calendar has none
_BARREN_YEARS = 12


class NoWorkingTime(ValueError):
    """The calendar has no working time where some was asked for."""


def check_intervals(intervals: Sequence[Interval]) -> Intervals:
    """Return the intervals as a tuple; raise ``ValueError`` unless they are in order, apart and inside one day."""
    before = 0
    for start, end in intervals:
        if not before <= start < end <= DAY:
            raise ValueError(f"interval {start}-{end} overlaps, is out of order or leaves the day")
        before = end
    return tuple((start, end) for start, end in intervals)


def parse_intervals(text: str) -> Intervals:
    """Read ``08:30-12:00, 13:30-17:30`` (or an empty text: no work); raise ``ValueError`` with the bad part."""
    intervals = []
    for part in text.replace("，", ",").replace("：", ":").split(","):
        if not part.strip():
            continue
        try:
            start, end = (_minute_of_day(side) for side in part.replace("–", "-").split("-"))
        except ValueError:
            raise ValueError(f"not an interval like 08:30-12:00: {part.strip()}") from None
        intervals.append((start, end))
    return check_intervals(intervals)


def format_intervals(intervals: Intervals) -> str:
    """Write intervals as ``parse_intervals`` reads them."""
    return ", ".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in intervals)


def _minute_of_day(text: str) -> int:
    hour, minute = text.strip().split(":")
    if not (hour.isdigit() and minute.isdigit() and int(minute) < 60):
        raise ValueError(text)
    return int(hour) * 60 + int(minute)


@dataclass(frozen=True)
class _Year:
    """The working intervals inside one UTC year, in microseconds since 1970, and what was worked before each."""

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    total: int

    def worked_until(self, at: int) -> int:
        """Return the working microseconds of this year before ``at``."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def instant_of(self, worked: int) -> int:
        """Return the earliest instant by which ``worked`` > 0 microseconds of this year are done."""
        index = bisect_left(self.before, worked) - 1
        return self.starts[index] + worked - self.before[index]


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """When work is done, in one zone. Immutable; years are computed when first needed and kept.

    ``weekly`` holds Monday to Sunday; ``days`` overrides single dates; ``annual`` overrides (month, day) of years
    for which ``days`` has nothing. ``known_years`` are the years whose holidays have been settled: any other year
    is provisional.
    """

    name: str
    zone: tzinfo
    weekly: tuple[Intervals, ...]
    days: Mapping[date, Intervals] = field(default_factory=dict)
    annual: Mapping[tuple[int, int], Intervals] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()
    _years: dict[int, _Year] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a weekly pattern has seven days, Monday first")
        for intervals in (*self.weekly, *self.days.values(), *self.annual.values()):
            check_intervals(intervals)
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "annual", MappingProxyType(dict(self.annual)))

    @property
    def nominal_day(self) -> int:
        """Minutes of a standard day, what "1 working day" means: the length that most weekdays have (longer of two)."""
        lengths = Counter(sum(b - a for a, b in day) for day in self.weekly if day)
        return max(lengths, key=lambda minutes: (lengths[minutes], minutes), default=0)

    def is_provisional(self, year: int) -> bool:
        """Say whether the holidays of ``year`` are not settled yet, so that dates in it may still move."""
        return self.name != "" and year not in self.known_years

    def intervals(self, day: date) -> Intervals:
        """Return the working intervals of a local date."""
        found = self.days.get(day)
        if found is None:
            found = self.annual.get((day.month, day.day))
        return self.weekly[day.weekday()] if found is None else found

    def add(self, start: datetime, minutes: int) -> datetime:
        """Return the earliest UTC instant at which ``minutes`` ≥ 0 of working time have passed since ``start``.

        With 0 that is ``start`` itself. Raises ``ValueError`` for a naive ``start`` or negative minutes,
        ``NoWorkingTime`` when the calendar holds no working time any more.
        """
        if minutes < 0:
            raise ValueError("minutes must not be negative")
        at = _micros(start)
        utc = start.astimezone(UTC)
        if minutes == 0:
            return utc
        if self is ROUND_THE_CLOCK:
            return utc + timedelta(minutes=minutes)
        number = utc.year
        year = self._year(number)
        wanted = year.worked_until(at) + minutes * _MINUTE
        barren = 0
        while wanted > year.total:
            wanted -= year.total
            barren = 0 if year.total else barren + 1
            number += 1
            if barren > _BARREN_YEARS or number > 9998:
                raise NoWorkingTime(f"calendar {self.name!r} has no working time after {start:%Y-%m-%d}")
            year = self._year(number)
        return _EPOCH + timedelta(microseconds=year.instant_of(wanted))

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """Return the exact working time from ``a`` to ``b``; negative when ``b`` is earlier."""
        start, end = _micros(a), _micros(b)
        if start > end:
            return -self.elapsed(b, a)
        if self is ROUND_THE_CLOCK:
            return b - a
        first, last = _year_of(start), _year_of(end)
        worked = self._year(last).worked_until(end) - self._year(first).worked_until(start)
        worked += sum(self._year(number).total for number in range(first, last))
        return timedelta(microseconds=worked)

    def between(self, a: datetime, b: datetime) -> int:
        """Return the whole working minutes from ``a`` to ``b`` (rounded towards zero; negative when ``b`` is earlier).

        ``between(s, add(s, m)) == m``.
        """
        elapsed = self.elapsed(a, b) // _MICRO
        return elapsed // _MINUTE if elapsed >= 0 else -(-elapsed // _MINUTE)

    def is_working(self, at: datetime) -> bool:
        """Say whether the instant ``at`` lies in working time (a start counts, an end does not)."""
        instant = _micros(at)
        year = self._year(_year_of(instant))
        index = bisect_right(year.starts, instant) - 1
        return index >= 0 and instant < year.ends[index]

    def _year(self, number: int) -> _Year:
        found = self._years.get(number)
        if found is None:
            # two threads may compute the same year: both results are equal, either may stay
            found = self._years[number] = self._compute(number)
        return found

    def _compute(self, number: int) -> _Year:
        """Cut the local days around the UTC year ``number`` to that year."""
        floor = _micros(datetime(number, 1, 1, tzinfo=UTC))
        ceiling = _micros(datetime(number + 1, 1, 1, tzinfo=UTC))
        starts, ends, before, total = [], [], [], 0
        day = date(number, 1, 1) - timedelta(days=2)
        for _ in range(370):
            for from_minute, to_minute in self.intervals(day):
                start = max(floor, _instant(day, from_minute, self.zone))
                end = min(ceiling, _instant(day, to_minute, self.zone))
                if start < end:
                    starts.append(start)
                    ends.append(end)
                    before.append(total)
                    total += end - start
            day += timedelta(days=1)
        return _Year(starts, ends, before, total)


def _micros(at: datetime) -> int:
    """Return microseconds since 1970 of an aware datetime, exactly."""
    if at.utcoffset() is None:
        raise ValueError("a naive datetime has no place on a calendar")
    return (at - _EPOCH) // _MICRO


def _year_of(micros: int) -> int:
    return (_EPOCH + timedelta(microseconds=micros)).year


def _instant(day: date, minute: int, zone: tzinfo) -> int:
    """Return the instant of a local time of day, in microseconds since 1970; 1440 is the next midnight."""
    local = datetime.combine(day, time.min) + timedelta(minutes=minute)
    instant = _micros(local.replace(tzinfo=zone))
    seen = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone).replace(tzinfo=None)
    return instant if seen == local else _jump(local, zone)


def _jump(skipped: datetime, zone: tzinfo) -> int:
    """Return the instant at which the zone's local time jumped over ``skipped``, found by halving.

    The two readings of a skipped time (offset after and offset before the jump) lie on either side of it.
    """
    low, high = (
        _micros(skipped.replace(tzinfo=zone, fold=1)),
        _micros(skipped.replace(tzinfo=zone, fold=0)),
    )
    while high - low > 1:
        middle = (low + high) // 2
        seen = (_EPOCH + timedelta(microseconds=middle)).astimezone(zone).replace(tzinfo=None)
        low, high = (middle, high) if seen < skipped else (low, middle)
    return high


def zone(key: str) -> tzinfo:
    """Return the zone of an IANA key."""
    return ZoneInfo(key)


#: the calendar named "": every minute counts
ROUND_THE_CLOCK = WorkCalendar(name="", zone=UTC, weekly=(WHOLE_DAY,) * 7)
