"""What an order tells of the promises to customers (H16), and when it stands still (B2). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from open95598.foundation.calendars.arithmetic import DAY, WorkCalendar
from open95598.foundation.rulebook.tracking_rows import Promise, StandingRule

KEPT, BROKEN, PENDING = "kept", "broken", "pending"
Calendars = Callable[[str], WorkCalendar]


class Clock(Protocol):
    """What is judged of a case's clock."""

    name: str
    state: str
    calendar: str
    limit_minutes: int
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    left_minutes: int | None


@dataclass(frozen=True)
class Facts:
    """What is judged of an order: its kind, its category with those above it, when what its clocks wait for was done
    (by the clock's name; missing or None: it was not), when the customer was first told the answer, when it ended."""

    kind: str
    lineage: tuple[str, ...]
    done: Mapping[str, datetime | None]
    told_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What an order tells of one promise; ``look_at``: when a pending one will be broken unless it is kept."""

    says: str
    look_at: datetime | None = None


def judge(
    promise: Promise, facts: Facts, clocks: Iterable[Clock], calendars: Calendars, now: datetime
) -> Verdict | None:
    """Say whether an order kept a promise by ``now``; None when it tells nothing of it.

    Every round of the promise's clock counts: one that ended late broke the promise, whatever came later. An order
    that ended without what the clock waits for (withdrawn, answered by phone) tells nothing. Where the customer must
    have been told, the first round lasts until then.
    """
    if not promise.applies(facts.kind, facts.lineage):
        return None
    rounds = sorted((c for c in clocks if c.name == promise.clock), key=lambda c: c.started_at)
    if not rounds:
        return None
    ends = [(clock, due(promise, clock, calendars(clock.calendar))) for clock in rounds]
    if promise.told and (first := _told(facts, *ends[0], now)) != Verdict(KEPT):
        return first
    if any(_late(clock, end, now) for clock, end in ends):
        return Verdict(BROKEN)
    last, end = ends[-1]
    if last.state == "running":
        return Verdict(PENDING, end)
    if last.state == "paused":
        return Verdict(PENDING)
    return Verdict(KEPT) if facts.done.get(promise.clock) else None


def _told(facts: Facts, clock: Clock, end: datetime, now: datetime) -> Verdict | None:
    """Say whether the customer was told before the end of the first round of the answer's clock."""
    if facts.told_at is not None:
        return Verdict(KEPT if facts.told_at <= end else BROKEN)
    if clock.state == "paused":
        return Verdict(BROKEN if _late(clock, end, now) else PENDING)
    if (facts.ended_at or now) > end:
        return Verdict(BROKEN)
    return None if facts.ended_at is not None else Verdict(PENDING, end)


def due(promise: Promise, clock: Clock, calendar: WorkCalendar) -> datetime:
    """Return when the promise falls due on a round of its clock.

    That is the clock's own end; where the utility's limit is shorter than what was promised, so much later.
    """
    day = calendar.nominal_day or DAY
    promised = promise.working_days * day if promise.working_days is not None else promise.minutes
    more = (promised or 0) - clock.limit_minutes
    return calendar.add(clock.due_at, more) if more > 0 else clock.due_at


def _late(clock: Clock, end: datetime, now: datetime) -> bool:
    if clock.state == "paused":
        return clock.left_minutes is not None and clock.left_minutes < 0
    return (clock.stopped_at or now) > end


def stands_at(rule: StandingRule, progress_at: datetime, clocks: Sequence[Clock], calendars: Calendars) -> datetime:
    """Return from when on an open order stands still, if nothing is done after ``progress_at``."""
    running = [clock for clock in clocks if clock.state == "running"]
    if not running:
        return progress_at + timedelta(minutes=rule.idle_minutes)
    first = min(running, key=lambda clock: clock.due_at)
    return calendars(first.calendar).add(progress_at, rule.minutes(first.limit_minutes))
