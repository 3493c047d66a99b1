"""When a customer may be called back, and in words why not now (DOMAIN 2.3). Pure: rules, times and counts in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

NOW, GAP, QUIET, PROMISED, WISHED = "now", "gap", "quiet", "promised", "wished"


@dataclass(frozen=True)
class Turn:
    """When the next proper attempt can be made. ``why``: ``now``, else what it waits for: ``promised`` (the time that
    the customer was promised), ``gap``, ``quiet``, ``wished`` (the part of the day that the customer wishes for)."""

    at: datetime
    why: str


def turn(
    last_attempt_at: datetime | None,
    rules: Any,
    now: datetime,
    zone: tzinfo,
    call_at: datetime | None = None,
    call_time: str = "",
) -> Turn:
    """Return when a customer can be called so that an attempt counts; ``zone``: the utility's.

    A promised time (``call_at``) stands above quiet hours and the gap: the customer asked for it. Otherwise quiet hours
    and the gap count, and the part of the day that the customer wishes for (``call_time``, a code of the rulebook).
    """
    if call_at is not None:
        return Turn(call_at, PROMISED) if call_at > now else Turn(now, NOW)
    gap = timedelta(minutes=rules.callback.gap_minutes)
    rested = max(now, last_attempt_at + gap) if last_attempt_at else now
    allowed = rules.quiet_hours.next_allowed(rested, zone)
    at = _wished(allowed, rules, call_time, zone)
    if at <= now:
        return Turn(now, NOW)
    if at > allowed:
        return Turn(at, WISHED)
    return Turn(at, QUIET if rested <= now else GAP)


def _wished(at: datetime, rules: Any, call_time: str, zone: tzinfo) -> datetime:
    """Return the first allowed moment from ``at`` on that lies in the part of the day wished for."""
    wish = rules.callback.time(call_time) if call_time else None
    if wish is None:
        return at
    for _day in range(3):
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if wish.covers(minute):
            return at
        wait = (wish.start - minute) % (24 * 60)
        start = at + timedelta(minutes=wait) - timedelta(seconds=local.second, microseconds=local.microsecond)
        at = rules.quiet_hours.next_allowed(start, zone)
    return at


def open_times(rules: Any, now: datetime, zone: tzinfo) -> list[str]:
    """Return the codes of the parts of the day that ``now`` lies in, and "" (no wish)."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return ["", *(t.code for t in rules.callback.times if t.covers(minute))]


def quiet_window(rules: Any, now: datetime, zone: tzinfo) -> tuple[int, int] | None:
    """Return the quiet window that ``now`` lies in (minutes of the local day), None outside of all."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for start, end in rules.quiet_hours.windows:
        if start <= minute < end if start < end else (minute >= start or minute < end):
            return start, end
    return None


def script(
    rules: Any, kind: str, values: Mapping[str, str], language: str | None, outcomes: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Return what is read out: ``opening``, ``questions``, ``closing`` and one part for each of ``outcomes``.

    Each is a list of lines. The words are the rulebook's (1.2): of the kind when it has some, else those for all. A
    text that the rulebook lacks is left out.
    """

    def lines(name: str) -> list[str]:
        for wanted in (f"callback_{name}_{kind}", f"callback_{name}"):
            if wanted in rules.texts:
                text = rules.texts[wanted].in_(language)
                for key, value in values.items():
                    text = text.replace("{" + key + "}", value)
                return [line for line in text.splitlines() if line.strip()]
        return []

    return {name: lines(name) for name in ("opening", "questions", "closing", *outcomes)}
