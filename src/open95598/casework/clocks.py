"""The arithmetic of a case's clocks. Pure: values in, values out; the calendar is passed in.

A clock counts minutes of its calendar. It warns once, breaches once, then climbs the steps of its escalation ladder;
``next_look`` says when the sweeper must come (DOMAIN 2.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class Calendar(Protocol):
    """What a clock needs of a business calendar."""

    def add(self, start: datetime, minutes: int) -> datetime: ...

    def between(self, start: datetime, end: datetime) -> int: ...


@dataclass(frozen=True)
class Times:
    """When a clock warns and when it is due (aware UTC)."""

    warn_at: datetime
    due_at: datetime


def start(calendar: Calendar, now: datetime, limit_minutes: int, warn_minutes: int) -> Times:
    """Return the times of a clock that starts ``now`` with a limit in calendar minutes, warning so long before due."""
    due = calendar.add(now, limit_minutes)
    warn = calendar.add(now, max(limit_minutes - warn_minutes, 0))
    return Times(warn_at=min(warn, due), due_at=due)


def left(calendar: Calendar, now: datetime, due_at: datetime) -> int:
    """Return the calendar minutes left until due; negative when overdue."""
    return calendar.between(now, due_at) if now <= due_at else -calendar.between(due_at, now)


def resume(calendar: Calendar, now: datetime, left_minutes: int, warn_minutes: int) -> Times:
    """Return the times of a clock that goes on ``now`` with so many calendar minutes left.

    An overdue clock stays overdue by what it was.
    """
    if left_minutes <= 0:
        due = now + timedelta(minutes=left_minutes)
        return Times(warn_at=due, due_at=due)
    return start(calendar, now, left_minutes, warn_minutes)


def extend(calendar: Calendar, due_at: datetime, minutes: int, warn_minutes: int) -> Times:
    """Return the times of a clock whose end moves by so many calendar minutes; it warns no earlier than its old end."""
    due = calendar.add(due_at, minutes)
    return Times(warn_at=min(calendar.add(due_at, max(minutes - warn_minutes, 0)), due), due_at=due)


def next_look(
    calendar: Calendar,
    *,
    warn_at: datetime,
    due_at: datetime,
    warned: bool,
    breached: bool,
    escalated: int,
    ladder_minutes: Sequence[int],
) -> datetime | None:
    """Return when the sweeper must look at a running clock next, or None.

    ``ladder_minutes`` are the steps after the breach, in calendar minutes after due, ascending; ``escalated`` of them
    are done.
    """
    if not breached:
        return due_at if warned else min(warn_at, due_at)
    if escalated < len(ladder_minutes):
        return calendar.add(due_at, ladder_minutes[escalated])
    return None


@dataclass(frozen=True)
class Look:
    """What the sweeper found: ``kind`` is ``warned``, ``breached`` or ``escalated`` (with ``step``)."""

    kind: str
    warned: bool
    breached: bool
    escalated: int
    #: a warning that nobody could be given in time is folded into the breach
    warning_folded: bool
    next_at: datetime | None


def look(
    calendar: Calendar,
    now: datetime,
    *,
    warn_at: datetime,
    due_at: datetime,
    warned: bool,
    breached: bool,
    escalated: int,
    ladder_minutes: Sequence[int],
) -> Look | None:
    """Return the one thing that a clock has to say at ``now``, or None when it was looked at too early.

    After a long pause of the sweeper several moments may have passed: a breach swallows the missed warning, and the
    highest escalation step that was reached swallows the lower ones, so that each thing is said once.
    """
    if not breached and now >= due_at:
        kind, folded = "breached", not warned
        warned = breached = True
    elif not breached and not warned and now >= warn_at:
        kind, folded, warned = "warned", False, True
    elif breached:
        reached = sum(1 for minutes in ladder_minutes if now >= calendar.add(due_at, minutes))
        if reached <= escalated:
            return None
        kind, folded, escalated = "escalated", False, reached
    else:
        return None
    following = next_look(
        calendar,
        warn_at=warn_at,
        due_at=due_at,
        warned=warned,
        breached=breached,
        escalated=escalated,
        ladder_minutes=ladder_minutes,
    )
    return Look(kind, warned, breached, escalated, folded, following)
