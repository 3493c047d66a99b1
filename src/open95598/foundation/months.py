"""Months of the utility's zone: their first days, and the moments between which they lie."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


def local_day(at: datetime) -> date:
    """Return the utility's day of a moment."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def of(at: date | datetime) -> date:
    """Return the first day of the month of a day, or of the utility's month of a moment."""
    day = local_day(at) if isinstance(at, datetime) else at
    return day.replace(day=1)


def moved(month: date, by: int) -> date:
    """Return the first day of the month so many months later (or earlier)."""
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """Return where a month begins and where the next one does (aware UTC)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first, following = (datetime.combine(m, time(), zone) for m in (of(month), moved(month, 1)))
    return first.astimezone(UTC), following.astimezone(UTC)


def parse(text: str) -> date | None:
    """Read ``2026-03``; None for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def asked(text: str, today: date) -> date:
    """Return the month that somebody asks for (``2026-03``), never a later one than that of ``today``."""
    return min(parse(text) or of(today), of(today))


def leaves(month: date, today: date) -> dict[str, str]:
    """Return what a page of a month turns its leaves by: ``month``, ``previous`` and ``following``, as ``2026-03``.

    ``following`` is empty when it would lie ahead of ``today``.
    """
    following = moved(month, 1)
    ahead = following > today
    return {
        "month": f"{month:%Y-%m}",
        "previous": f"{moved(month, -1):%Y-%m}",
        "following": "" if ahead else f"{following:%Y-%m}",
    }
