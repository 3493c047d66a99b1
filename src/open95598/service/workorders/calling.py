"""When a customer may be called back, and in words why not now (DOMAIN 2.3). Pure: rules, times and counts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

NOW, GAP, QUIET = "now", "gap", "quiet"


@dataclass(frozen=True)
class Turn:
    """When the next proper attempt can be made. ``why``: ``now``, else what it waits for: ``gap`` or ``quiet``."""

    at: datetime
    why: str


def turn(last_attempt_at: datetime | None, rules: Any, now: datetime, zone: tzinfo) -> Turn:
    """Return when a customer can be called so that an attempt counts.

    ``calling_back.attempt_counts`` says the same of now.
    ``zone``: the utility's, in which quiet hours are meant.
    """
    gap = timedelta(minutes=rules.callback.gap_minutes)
    rested = max(now, last_attempt_at + gap) if last_attempt_at else now
    at = rules.quiet_hours.next_allowed(rested, zone)
    if at <= now:
        return Turn(now, NOW)
    return Turn(at, QUIET if rested <= now else GAP)


def quiet_window(rules: Any, now: datetime, zone: tzinfo) -> tuple[int, int] | None:
    """Return the quiet window that ``now`` lies in (minutes of the local day), None outside of all."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for start, end in rules.quiet_hours.windows:
        if start <= minute < end if start < end else (minute >= start or minute < end):
            return start, end
    return None


def script(rules: Any, kind: str, values: Mapping[str, str], language: str | None) -> dict[str, list[str]]:
    """Return what is read out: ``opening``, ``questions``, ``unsatisfied``, ``closing``, each a list of lines.

    The words are the rulebook's; the questions of the kind when it has some, else those for all. A text that the
    rulebook lacks is left out.
    """

    def lines(*names: str) -> list[str]:
        for name in names:
            if name in rules.texts:
                text = rules.texts[name].in_(language)
                for key, value in values.items():
                    text = text.replace("{" + key + "}", value)
                return [line for line in text.splitlines() if line.strip()]
        return []

    return {
        "opening": lines("callback_opening"),
        "questions": lines(f"callback_questions_{kind}", "callback_questions"),
        "unsatisfied": lines("callback_unsatisfied"),
        "closing": lines("callback_closing"),
    }
