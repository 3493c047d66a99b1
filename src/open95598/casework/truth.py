"""When something that is entered later truly happened, and what may be believed of it. Pure: values in, values out.

Paper and phones tell a time that lies back. It counts for clocks and states, so it is bounded on both sides: nothing
happened before what went before it, and nothing lies ahead. The journal keeps both times (2.6).
"""

from __future__ import annotations

from datetime import datetime, timedelta

#: a form tells minutes: within the minute of what went before, it happened right after that
MINUTE = timedelta(minutes=1)


def happened(told: datetime, before: datetime, now: datetime) -> datetime | None:
    """Return the moment that counts for an act told to have happened at ``told``; None when that cannot be.

    ``before``: when what went before it happened (the case's opening, its last change of state); all aware. A time
    within the minute of ``before`` is lifted to it.
    """
    if told > now:
        return None
    if told >= before:
        return told
    return before if before.replace(second=0, microsecond=0) <= told and before <= now else None


def by_device(happened_at: datetime, sent_at: datetime, now: datetime, rate: float = 1.0) -> datetime | None:
    """Return the house's time of something that a device saw at ``happened_at`` and tells of at ``sent_at``.

    Both are the device's own clock, which may be wrong: how long ago it was is what is believed of them. ``rate``: how
    fast the house's clock runs. None when the device tells of something that still lies ahead of it.
    """
    age = sent_at - happened_at
    if age < -MINUTE:
        return None
    return now - max(age, timedelta()) * rate


def taken_back(breached_at: datetime | None, due_at: datetime, at: datetime) -> bool:
    """Say whether a breach was none: the clock had been told to be overdue, and stopped in time in truth."""
    return breached_at is not None and at <= due_at and at < breached_at
