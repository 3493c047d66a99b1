"""Spans and distances of time in words, in the active language. Pure apart from gettext; values in, words out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def span(length: timedelta | float, *, calendar_day: int = DAY) -> str:
    """Return a length (seconds or timedelta; its sign is ignored) in at most two units: "1 h 05 min", "3 d 4 h".

    ``calendar_day`` is the length of a day in seconds (a working day is shorter).
    """
    seconds = abs(length.total_seconds() if isinstance(length, timedelta) else float(length))
    minutes = int(seconds // MINUTE)
    if minutes < 1:
        return gettext("under 1 min")
    if minutes < 60:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    day_minutes = calendar_day // MINUTE
    if minutes < day_minutes:
        hours, rest = divmod(minutes, 60)
        if not rest:
            return gettext("%(hours)d h") % {"hours": hours}
        return gettext("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}
    days, rest = divmod(minutes, day_minutes)
    hours = rest // 60
    if hours and days < 10:
        return gettext("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    return gettext("%(days)d d") % {"days": days}


def distance(at: datetime, now: datetime) -> str:
    """Return how far ``at`` lies from ``now`` (both aware): "3 minutes ago", "in 2 hours", "just now"."""
    seconds = (now - at).total_seconds()
    future, size = seconds < 0, abs(seconds)
    if size < 45:
        return gettext("just now") if not future else gettext("in a moment")
    for unit, limit in ((MINUTE, HOUR), (HOUR, DAY), (DAY, 30 * DAY), (30 * DAY, 365 * DAY), (365 * DAY, None)):
        if limit is None or size < limit - unit / 2:
            return _distance(max(1, round(size / unit)), unit, future)
    raise AssertionError("unreachable")


def _distance(count: int, unit: int, future: bool) -> str:
    if unit == MINUTE:
        text = (
            ngettext("in %(count)d minute", "in %(count)d minutes", count)
            if future
            else ngettext("%(count)d minute ago", "%(count)d minutes ago", count)
        )
    elif unit == HOUR:
        text = (
            ngettext("in %(count)d hour", "in %(count)d hours", count)
            if future
            else ngettext("%(count)d hour ago", "%(count)d hours ago", count)
        )
    elif unit == DAY:
        text = (
            ngettext("in %(count)d day", "in %(count)d days", count)
            if future
            else ngettext("%(count)d day ago", "%(count)d days ago", count)
        )
    elif unit == 30 * DAY:
        text = (
            ngettext("in %(count)d month", "in %(count)d months", count)
            if future
            else ngettext("%(count)d month ago", "%(count)d months ago", count)
        )
    else:
        text = (
            ngettext("in %(count)d year", "in %(count)d years", count)
            if future
            else ngettext("%(count)d year ago", "%(count)d years ago", count)
        )
    return text % {"count": count}
