"""Codes of orders in words: kinds, states, categories, choices, clocks. Reads only the flows and a rulebook."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.foundation.rulebook.wording import CLOCKS
from open95598.foundation.words import Label
from open95598.service.intake.quality import Remark
from open95598.service.workorders.flows import ORDERS

#: tones of the badges of states; a state that is not named is quiet
STATE_TONES = {
    "created": "accent", "returned": "warning", "reopened": "warning", "suspension_asked": "warning",
    "suspended": "warning", "archived": "done", "disputed": "danger", "merged": "quiet",
    "termination_asked": "warning", "terminating": "warning", "inquired": "warning", "told": "warning",
    "terminated": "done", "declined": "warning",
}  # fmt: skip
#: why an order is taken for similar
REASONS = {
    "phone": gettext_lazy("same phone"),
    "room": gettext_lazy("same home"),
    "building": gettext_lazy("same building"),
    "estate": gettext_lazy("same place"),
    "road": gettext_lazy("same road"),
    "words": gettext_lazy("like words"),
    "category": gettext_lazy("same category"),
}
#: what a triage ends in
DOES = {
    "dispatch": gettext_lazy("Dispatch"),
    "self_help": gettext_lazy("Self-help"),
    "information": gettext_lazy("Information"),
}
#: priority → tone of its mark; normal has none
PRIORITY_TONES = {"key": "warning", "urgent": "warning", "safety": "danger"}


def kind(code: str) -> Label:
    """Return a kind's name; the code itself for an unknown one."""
    try:
        return registry.flow(code).label
    except KeyError:
        return Label(code, code)


def state(kind_code: str, name: str, version: int | None = None) -> Label:
    """Return a state's name in the flow of a kind (of the newest version unless one is given)."""
    try:
        return registry.flow(kind_code, version).state(name).label
    except KeyError:
        return Label(name, name)


@cache
def states() -> tuple[tuple[str, Label], ...]:
    """Return all states of the order flows, each once, in the order of their first flow."""
    found: dict[str, Label] = {}
    for flow in ORDERS:
        for item in flow.states:
            found.setdefault(item.name, item.label)
    return tuple(found.items())


def choice(rules: Any, name: str, code: str) -> Label | str:
    """Return the label of a code in a list of the rulebook; the code itself when the list does not have it."""
    if not code:
        return ""
    try:
        return rules.choice(name, code).label
    except KeyError:
        return code


def category(rules: Any, code: str) -> Label:
    """Return a category's own name; the code itself for an unknown one."""
    try:
        return rules.category(code).label
    except KeyError:
        return Label(code, code)


def category_path(rules: Any, code: str) -> Label:
    """Return the names from the top of the tree down to the category, joined."""
    path = rules.path(code)
    if not path:
        return Label(code, code)
    return Label(" › ".join(p.zh for p in path), " › ".join(p.en for p in path))


def clock(name: str) -> Any:
    """Return a clock's name (a lazy text)."""
    return CLOCKS.get(name, name)


def remark(said: Remark) -> str:
    """Say why a line of the score lost points."""
    words = said.label.in_(get_language()) if said.label else ""
    given = {"words": words, "found": said.found, "number": said.number}
    sentences = {
        "fact": _("Missing: %(words)s"),
        "address": _("The address does not lead to a house number or building."),
        "no_address": _("There is no address."),
        "phone": _("The phone number is missing or cannot be one."),
        "short": _("Shorter than %(number)s characters."),
        "phrase": _("“%(found)s” (−%(number)s): %(words)s") if words else _("“%(found)s” (−%(number)s)"),
        "says": _("Does not say: %(words)s"),
    }
    return sentences[said.code] % given
