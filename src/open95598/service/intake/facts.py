"""Finds in the record of an order the facts that its category needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.rulebook.intake_rows import Fact, IntakeRules


@dataclass(frozen=True)
class Record:
    """What is written of an order. ``lineage``: its category's codes from the top; ``answered``: the questions of the
    triage that were answered."""

    kind: str
    lineage: tuple[str, ...] = ()
    description: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    address: str = ""
    anonymous: bool = False
    answered: frozenset[str] = frozenset()
    #: the answer to the customer, when there is one
    answer: str = ""


def holds(record: Record, fact: Fact) -> bool:
    """Say whether the record names the fact (or need not: an anonymous customer)."""
    if record.anonymous and fact.unless_anonymous:
        return True
    if any(getattr(record, name).strip() for name in fact.fields):
        return True
    if not record.answered.isdisjoint(fact.questions):
        return True
    text = record.description
    return any(word in text for word in fact.words) or bool(fact.regex and fact.regex.search(text))


def missing(rules: IntakeRules, record: Record, *, refuse: bool | None = None) -> tuple[Fact, ...]:
    """Return the needed facts that the record does not name; see ``IntakeRules.needed`` for ``refuse``."""
    return tuple(f for f in rules.needed(record.kind, record.lineage, refuse=refuse) if not holds(record, f))
