"""China's statutory holidays and swapped workdays (调休), from the libraries that know them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import constants

from open95598.foundation.calendars.arithmetic import Intervals, parse_intervals

#: office hours of the calendar ``cn`` [G]: eight hours
OFFICE = "08:30-12:00, 13:30-18:00"
WEEKLY = (OFFICE,) * 5 + ("", "")
#: fixed by the date alone, for years that no library reaches (New Year, Labour Day, National Day)
FIXED: tuple[tuple[int, int], ...] = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
#: up to this year the rules of ``holidays`` are tried for the lunar festivals
_LAST_COMPUTED = 2099

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


@dataclass(frozen=True)
class Special:
    """A date that differs from its weekday: ``works`` on a weekend (swapped), or rests on a weekday (holiday)."""

    day: date
    works: bool
    note: str


def known_years() -> range:
    """Return the years whose official arrangement the library holds."""
    return range(min(constants.holidays).year, max(constants.holidays).year + 1)


def is_settled(year: int) -> bool:
    """Say whether the official arrangement of ``year`` is known; other years are computed, hence provisional."""
    return year in known_years()


def specials(year: int) -> list[Special]:
    """Return the dates of ``year`` that differ from their weekday, in order.

    A settled year comes from ``chinesecalendar``, with its swapped workdays; a later one from the rules of
    ``holidays`` (statutory days and their compensation, no swaps); one beyond those has the fixed dates only.
    """
    if is_settled(year):
        return [special for special in map(_official, _days(year)) if special is not None]
    if year <= _LAST_COMPUTED:
        import holidays  # slow to import, and seldom asked

        computed = holidays.country_holidays("CN", years=year, language="zh_CN")
        return [Special(day, False, str(computed[day])) for day in sorted(computed) if day.weekday() < 5]
    fixed = (date(year, month, day) for month, day in FIXED)
    return [Special(day, False, "") for day in fixed if day.weekday() < 5]


def annual() -> dict[tuple[int, int], Intervals]:
    """Return the fixed dates as an override of every year that is not in the table."""
    return dict.fromkeys(FIXED, ())


def weekly() -> tuple[Intervals, ...]:
    """Return the usual week."""
    return tuple(parse_intervals(text) for text in WEEKLY)


def _official(day: date) -> Special | None:
    rests, name = chinese_calendar.get_holiday_detail(day)
    weekend = day.weekday() >= 5
    note = _NAMES.get(name, name) if name else ""
    if rests and not weekend:
        return Special(day, False, note)
    if not rests and weekend:
        return Special(day, True, f"{note}调休" if note else "调休")
    return None


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days)]
