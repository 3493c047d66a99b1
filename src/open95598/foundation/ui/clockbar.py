"""What a clock's bar shows: pure, a clock and the present time in, a picture out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: the states of a bar, in the order of concern
RUNNING, WARNING, OVER, PAUSED, MET, MISSED = "running", "warning", "over", "paused", "met", "missed"


@dataclass(frozen=True)
class ClockView:
    """A clock as it is drawn. ``filled`` is 0–1000 (per mille of the limit); ``left`` in seconds, below 0 when over."""

    state: str
    filled: int
    left: float
    due_at: datetime
    started_at: datetime
    warn_at: datetime | None
    stopped_at: datetime | None
    paused_at: datetime | None


def view(clock: Any, now: datetime) -> ClockView:
    """Return the picture of ``clock`` at ``now`` (aware).

    ``clock`` is an object or a mapping with ``started_at``, ``due_at``, ``warn_at``, ``paused_at``, ``stopped_at`` and
    ``breached`` or ``breached_at``; all but ``due_at`` may be missing. A clock without a start shows the last day
    before it is due.
    """

    def get(name: str) -> Any:
        return clock.get(name) if isinstance(clock, Mapping) else getattr(clock, name, None)

    due, started = get("due_at"), get("started_at")
    warn, paused, stopped = get("warn_at"), get("paused_at"), get("stopped_at")
    breached = bool(get("breached") or get("breached_at"))
    at = stopped or paused or now
    if started is None or started >= due:
        started = min(at, due)
    total = (due - started).total_seconds()
    used = (at - started).total_seconds()
    filled = 1000 if total <= 0 else max(0, min(1000, round(1000 * used / total)))
    left = (due - at).total_seconds()
    if stopped is not None:
        state = MISSED if breached or stopped > due else MET
    elif paused is not None:
        state = PAUSED
    elif left <= 0 or breached:
        state = OVER
    elif warn is not None and at >= warn:
        state = WARNING
    else:
        state = RUNNING
    return ClockView(state, filled, left, due, started, warn, stopped, paused)
