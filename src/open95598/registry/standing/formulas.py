"""A rating computed part by part from facts, by a formula of the rulebook (DOMAIN 1.5, B7). Pure.

A part whose fact nobody knows counts neither for nor against: the whole is what was reached of what could be reached,
in points of a hundred. When too little is known there is no rating: nothing is worse than a number made of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from open95598.foundation.rulebook.customer_rows import Band, Rating, RatingPart
from open95598.foundation.words import Label

#: facts by name: a number, a code, or None when nobody knows
Facts = Mapping[str, "Decimal | str | None"]


@dataclass(frozen=True)
class Line:
    """A part as it came out: ``points`` of ``most`` (None: its fact is not known), and the value that gave them."""

    code: str
    label: Label
    fact: str
    value: str | None
    points: Decimal | None
    most: Decimal
    text: Label


@dataclass(frozen=True)
class Computed:
    """A rating of one customer: ``points`` of a hundred and the band (None: too little is known)."""

    code: str
    label: Label
    points: Decimal | None
    band: Band | None
    lines: tuple[Line, ...]
    #: how many per cent of the formula's points are about facts that are known
    known: int

    @property
    def missing(self) -> tuple[Line, ...]:
        """The parts of which nothing is known."""
        return tuple(line for line in self.lines if line.points is None)


def compute(rating: Rating, facts: Facts) -> Computed:
    """Return a rating with its lines, for the facts of one customer; facts that are not there are not known."""
    lines = tuple(_line(part, facts.get(part.fact)) for part in rating.parts)
    whole = sum((part.most for part in rating.parts), Decimal(0))
    possible = sum((line.most for line in lines if line.points is not None), Decimal(0))
    got = sum((line.points for line in lines if line.points is not None), Decimal(0))
    known = int(possible * 100 / whole) if whole else 0
    if not possible or known < rating.enough:
        return Computed(rating.code, rating.label, None, None, lines, known)
    points = (got * 100 / possible).quantize(Decimal("0.1"), ROUND_HALF_UP)
    band = next((band for band in rating.bands if points >= band.least), None)
    return Computed(rating.code, rating.label, points, band, lines, known)


def points_of(part: RatingPart, value: Decimal | str | None) -> Decimal | None:
    """Return what a part gives for a value of its fact; None when it is not known."""
    if value is None:
        return None
    if part.steps:
        number = Decimal(value)
        return next(step.points for step in part.steps if step.up_to is None or number <= step.up_to)
    return part.choices.get(str(value), part.otherwise)


def _line(part: RatingPart, value: Decimal | str | None) -> Line:
    shown = None if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return Line(part.code, part.label, part.fact, shown, points_of(part, value), part.most, part.text)
