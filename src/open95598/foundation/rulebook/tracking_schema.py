"""Sections ``first_contact`` and ``standing`` of a rulebook's files (B2, B3), and their rows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from open95598.foundation.rulebook.parts import Many, Minutes, Part, Row
from open95598.foundation.rulebook.tracking_rows import FirstContactRule, StandingRule, TrackingRules

if TYPE_CHECKING:
    from open95598.foundation.rulebook.schema import Book


class FirstContactPart(Part):
    """Section ``first_contact``."""

    roles: Annotated[Many, Field(min_length=1)] = ("shift_leader", "dispatcher", "agent")
    source: str = ""

    def row(self) -> FirstContactRule:
        """Return the rule."""
        return FirstContactRule(self.roles, self.source)


class StandingPart(Row):
    """Section ``standing``."""

    kinds: Many = ()
    percent: Annotated[int, Field(ge=1, le=100)]
    least: Minutes
    idle: Minutes

    def row(self) -> StandingRule:
        """Return the rule."""
        return StandingRule(self.percent, self.least, self.idle, self.kinds, self.source)


def tracking(book: Book) -> TrackingRules:
    """Return the rules about promises and their tracking."""
    return TrackingRules(book.first_contact.row(), tuple(part.row() for part in book.standing))
