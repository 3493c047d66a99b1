"""What must be called about first: the order of the board's list. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: the classes of what presses, the most pressing first
SERIOUS_LATE, SERIOUS_NEW, LATE, DANGER_LATE, ORDER_LATE, SOON, ORDER_SOON = range(7)


@dataclass(frozen=True)
class Matter:
    """Something with a clock: a supervision, or an order that nobody supervises. ``due_at`` None: no clock runs.

    ``noted``: a supervisor has it in hand. ``danger``: the order's priority says that people are in danger.
    """

    due_at: datetime | None
    warn_at: datetime | None
    supervised: bool
    serious: bool = False
    noted: bool = True
    danger: bool = False


def pressing(matter: Matter, now: datetime) -> int | None:
    """Return the class of what presses at ``now`` (aware UTC); None for what can wait."""
    late = matter.due_at is not None and matter.due_at < now
    soon = not late and matter.warn_at is not None and matter.warn_at <= now
    if matter.supervised:
        if matter.serious and (late or not matter.noted):
            return SERIOUS_LATE if late else SERIOUS_NEW
        return LATE if late else SOON if soon else None
    if late:
        return DANGER_LATE if matter.danger else ORDER_LATE
    return ORDER_SOON if soon else None


def rank(matter: Matter, now: datetime) -> tuple[int, datetime] | None:
    """Return a key that sorts what presses, the longest due first within a class; None for what can wait."""
    found = pressing(matter, now)
    return None if found is None else (found, matter.due_at or now)
