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
class Shift:
    """A shift: from ``begins`` (minutes after midnight, in the utility's zone) until the next one begins."""

    code: str
    label: Label
    begins: int


@dataclass(frozen=True)
class DeskRules:
    """What a rulebook says of the desk. ``after_contact_minutes``: work after a contact longer than this is pointed
    out; None: never. ``shifts`` in the order in which they begin: what figures are told apart by."""

    phrases: tuple[Phrase, ...] = ()
    after_contact_minutes: int | None = None
    source: str = ""
    shifts: tuple[Shift, ...] = ()

    def hours(self, shift: Shift) -> str:
        """Return from when to when a shift lasts, as minutes of the day: ``480-960``; over midnight ``1320-360``."""
        later = [one.begins for one in self.shifts if one.begins > shift.begins]
        return f"{shift.begins}-{later[0] if later else self.shifts[0].begins or 24 * 60}"

    def shift(self, code: str) -> Shift | None:
        """Return a shift by its code."""
        return next((shift for shift in self.shifts if shift.code == code), None)
