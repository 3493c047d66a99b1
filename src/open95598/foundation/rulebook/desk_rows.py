"""The rows of a rulebook about the agent's desk: sentences for each situation, how long one works up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.words import Label

#: what may stand in braces in a sentence: the agent's number and name, the customer's surname, the order's number
VARIABLES = frozenset({"agent", "customer", "number", "hotline"})


@dataclass(frozen=True)
class Phrase:
    """A sentence for a situation (a code of the list ``situations``); ``kinds``: of these orders only, () of all."""

    code: str
    situation: str
    label: Label
    text: Label
    kinds: tuple[str, ...] = ()
    source: str = ""

    def fits(self, kind: str) -> bool:
        """Say whether it is said in conversations about a kind of order."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class DeskRules:
    """What a rulebook says of the desk. ``after_contact_minutes``: work after a contact longer than this is pointed
    out; None: never."""

    phrases: tuple[Phrase, ...] = ()
    after_contact_minutes: int | None = None
    source: str = ""
