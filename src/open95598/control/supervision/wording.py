"""Codes of supervisions in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from open95598.control.supervision.models import BY_HAND
from open95598.foundation.ui import timewords
from open95598.foundation.words import Label

#: tones of the badges of states
TONES = {
    "issued": "danger", "seconding": "danger", "noted": "warning", "rejected": "danger", "answered": "accent",
    "accepted": "accent", "closed": "done", "withdrawn": "quiet",
}  # fmt: skip
HAND = Label("人工督办", "By hand")


def reason(rules: Any, trigger: str, chosen: str = "") -> Label:
    """Say why something is supervised: the trigger's name, or what somebody chose; an unknown code itself."""
    if trigger == BY_HAND:
        names = {c.code: c.label for c in rules.lists.get("supervise_reasons", ())}
        name = names.get(chosen)
        return Label(f"{HAND.zh}：{name.zh}", f"{HAND.en}: {name.en}") if name else HAND
    found = rules.oversight.trigger(trigger)
    return found.label if found else Label(trigger, trigger)


def trigger_names(rules: Any) -> list[tuple[str, Label]]:
    """Return the triggers of a rulebook and the supervision by hand, as choices."""
    return [*((t.code, t.label) for t in rules.oversight.triggers), (BY_HAND, HAND)]


def length(span: timedelta) -> str:
    """Say how long something lasts."""
    return timewords.span(span)
