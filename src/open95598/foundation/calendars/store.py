"""Gives calendars by name. Built once a process; a change in the table is seen within a second."""

from __future__ import annotations

import threading
import time
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.foundation.calendars import statutory
from open95598.foundation.calendars.arithmetic import ROUND_THE_CLOCK, WorkCalendar, parse_intervals
from open95598.foundation.calendars.models import Calendar, CalendarDay
from open95598.foundation.errors import NotFound

#: the calendar that units have unless they name another
DEFAULT = "cn"
_FRESH_SECONDS = 1.0


class _Seen:
    """The calendars of this process: name → (revision, calendar); ``at`` = when revisions were last compared."""

    lock = threading.Lock()
    at: float = float("-inf")
    calendars: dict[str, tuple[int, WorkCalendar]] = {}


def forget() -> None:
    """Compare with the table at the next ``get`` (after a change, and between tests)."""
    _Seen.at = float("-inf")


def get(name: str) -> WorkCalendar:
    """Return the calendar ``name`` in the utility's zone; ``""`` is ``ROUND_THE_CLOCK``.

    The calendar ``cn`` exists even before anybody has made a table for it: then it is what the holiday libraries
    know. Raises ``NotFound`` for any other name without a table.
    """
    if not name:
        return ROUND_THE_CLOCK
    if time.monotonic() - _Seen.at >= _FRESH_SECONDS:
        with _Seen.lock:
            _refresh()
    held = _Seen.calendars.get(name)
    if held is None and name == DEFAULT:
        with _Seen.lock:
            held = _Seen.calendars.setdefault(DEFAULT, (0, built_in()))
    if held is None:
        raise NotFound(f"there is no calendar {name!r}")
    return held[1]


def _refresh() -> None:
    revisions = dict(Calendar.objects.values_list("name", "revision"))
    kept = {name: held for name, held in _Seen.calendars.items() if revisions.get(name, 0) == held[0]}
    for name, revision in revisions.items():
        if name not in kept:
            kept[name] = (revision, _load(name))
    _Seen.calendars, _Seen.at = kept, time.monotonic()


def _load(name: str) -> WorkCalendar:
    row = Calendar.objects.get(pk=name)
    days = CalendarDay.objects.filter(calendar=row).values_list("date", "intervals")
    return WorkCalendar(
        name=name,
        zone=ZoneInfo(settings.TIME_ZONE),
        weekly=tuple(parse_intervals(text) for text in row.weekly),
        days={day: parse_intervals(text) for day, text in days},
        annual=statutory.annual(),
        known_years=frozenset(row.known_years),
    )


def built_in() -> WorkCalendar:
    """Return the calendar ``cn`` as the libraries know it, without a table."""
    office = parse_intervals(statutory.OFFICE)
    years = statutory.known_years()
    specials = (special for year in (*years, years.stop) for special in statutory.specials(year))
    return WorkCalendar(
        name=DEFAULT,
        zone=ZoneInfo(settings.TIME_ZONE),
        weekly=statutory.weekly(),
        days={special.day: office if special.works else () for special in specials},
        annual=statutory.annual(),
        known_years=frozenset(years),
    )
