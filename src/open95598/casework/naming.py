"""What the codes of flows are called, where no case stands beside them to say of which flow they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

from django.utils.translation import get_language

from open95598.casework import registry
from open95598.foundation.words import Label


@cache
def _most_said(what: str) -> dict[str, Label]:
    """Return code → the name that most flows give it; of several as often the first registered."""
    found: dict[str, Counter[Label]] = {}
    for flow in registry.flows():
        named: Iterable[tuple[str, Label]] = (
            [(flow.kind, flow.label)]
            if what == "kind"
            else [(one.name, one.label) for one in (flow.actions if what == "action" else flow.states)]
        )
        for code, label in named:
            found.setdefault(code, Counter())[label] += 1
    return {code: names.most_common(1)[0][0] for code, names in found.items()}


def _said(what: str, code: str) -> str | None:
    label = _most_said(what).get(code)
    return None if label is None else label.in_(get_language())


def action(code: str) -> str | None:
    """Return an action's name in the reader's language; None for a code of no flow."""
    return _said("action", code)


def state(code: str) -> str | None:
    """Return a state's name in the reader's language; None for a code of no flow."""
    return _said("state", code)


def kind(code: str) -> str | None:
    """Return the name of a kind of case in the reader's language; None for a code of no flow."""
    return _said("kind", code)
