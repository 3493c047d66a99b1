"""Codes of orders in words: kinds, states, categories, choices, clocks. Reads only the flows and a rulebook."""

from __future__ import annotations

from functools import cache
from typing import Any

from open95598.casework import registry
from open95598.foundation.rulebook.wording import CLOCKS
from open95598.foundation.words import Label
from open95598.service.workorders.flows import ORDERS

#: tones of the badges of states; a state that is not named is quiet
STATE_TONES = {
    "created": "accent", "returned": "warning", "reopened": "warning", "suspension_asked": "warning",
    "suspended": "warning", "archived": "done",
}  # fmt: skip
#: priority → tone of its mark; normal has none
PRIORITY_TONES = {"urgent": "warning", "safety": "danger"}


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
