"""Sections ``first_contact`` and ``standing`` of a rulebook's files (B2, B3), and their rows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from open95598.foundation.rulebook.parts import Length, Many, Minutes, Part, Row, Words, parse_length
from open95598.foundation.rulebook.tracking_rows import FirstContactRule, Promise, StandingRule, TrackingRules

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


class PromisePart(Row):
    """Section ``promises``: measured by a ``clock``, a room's ``measure``, or ``awaits`` what would tell of it."""

    number: Annotated[int, Field(ge=1, le=30)]
    label: Words
    text: Words
    clock: str = ""
    measure: Literal["", "outage_notice", "reliability"] = ""
    kinds: Many = ()
    categories: Many = ()
    without: Many = ()
    limit: Length | None = None
    told: bool = False
    target: str = ""
    awaits: Words | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> PromisePart:
        if bool(self.clock) + bool(self.measure) + (self.awaits is not None) != 1:
            raise ValueError("a promise is measured by a clock or a measure, or says what it awaits")
        return self

    def row(self) -> Promise:
        """Return the promise."""
        days, minutes = parse_length(self.limit) if self.limit else (None, None)
        return Promise(
            self.code, self.number, self.label, self.text, self.clock, self.kinds, self.categories, self.without, days,
            minutes, self.target, self.awaits, self.source, self.told, self.measure,
        )  # fmt: skip


def tracking(book: Book) -> TrackingRules:
    """Return the rules about promises and their tracking."""
    return TrackingRules(
        book.first_contact.row(), tuple(p.row() for p in book.standing), tuple(p.row() for p in book.promises)
    )
