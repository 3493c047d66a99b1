"""What a rulebook's files may say of complaints (pydantic): sections ``gradings``, ``findings``, ``assessment``,
``appeals``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from open95598.foundation.rulebook.parts import Code, Many, Part, Row, Words

Phrases = tuple[Annotated[str, Field(min_length=2)], ...]


class GradingPart(Row):
    """Section ``gradings``: what speaks for a grade; the highest of all that match counts."""

    grade: Code
    label: Words
    categories: Many = ()
    channels: Many = ()
    priorities: Many = ()
    words: Phrases = ()


class FilesPart(Row):
    """Part of ``findings``: how many files of evidence, by grade."""

    files: Annotated[int, Field(ge=0, le=20)]
    grades: Many = ()


class FindingsPart(Part):
    """Section ``findings``: what a finding needs, and how many levels above it is changed."""

    changed_levels_up: Annotated[int, Field(ge=0, le=4)] = 1
    evidence: tuple[FilesPart, ...] = ()
    source: str = ""


class ChargePart(Row):
    """Section ``assessment``: points of a charge (a code of the list ``charges``)."""

    charge: Code
    points: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
    kinds: Many = ()
    grades: Many = ()
    clocks: Many = ()


class AppealsPart(Part):
    """Section ``appeals``: how often, and within how many working days each time."""

    rounds: Annotated[int, Field(ge=1, le=2)] = 2
    within_working_days: Annotated[int, Field(ge=1, le=60)] = 3
    source: str = ""
