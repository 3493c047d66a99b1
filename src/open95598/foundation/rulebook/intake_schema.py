"""What a rulebook's files may say of intake: triage forms, needed facts, the quality of an order (pydantic)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from open95598.foundation.rulebook.parts import Code, Many, Part, Row, Words

Word = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Some = tuple[Word, ...]


def _pattern(text: str) -> str:
    """Accept a pattern that compiles and cannot run away: no repetition of a group that holds a repetition."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a pattern: {error}") from None
    if re.search(r"\([^()]*[*+}][^()]*\)[*+{]", text):
        raise ValueError("a repeated group must not hold a repetition (it could run for ever)")
    return text


Pattern = Annotated[str, StringConstraints(max_length=300), AfterValidator(_pattern)]


class TriageAnswerPart(Row):
    """An answer."""

    label: Words
    to: Code
    category: Code | None = None
    priority: Code | None = None
    ownership: Code | None = None


class TriageQuestionPart(Row):
    """A question: digits choose its answers, so there are at most eight (9 goes back, 0 skips)."""

    ask: Words
    answers: Annotated[tuple[TriageAnswerPart, ...], Field(min_length=2, max_length=8)]
    skip_to: Code | None = None
    hint: Words | None = None
    customer: Words | None = None


class TriageOutcomePart(Row):
    """An outcome."""

    does: Literal["dispatch", "self_help", "information"]
    label: Words
    say: Words | None = None
    category: Code | None = None
    fallback: Code | None = None
    priority: Code | None = None
    ownership: Code | None = None
    hint: Words | None = None


class TriagePart(Row):
    """Section ``triage``: a guided form."""

    label: Words
    kinds: Annotated[Many, Field(min_length=1)]
    first: Code
    questions: Annotated[tuple[TriageQuestionPart, ...], Field(min_length=1)]
    outcomes: Annotated[tuple[TriageOutcomePart, ...], Field(min_length=1)]


class FactPart(Row):
    """Section ``facts``."""

    label: Words
    ask: Words
    fields: tuple[Literal["contact_name", "contact_phone", "address"], ...] = ()
    questions: Many = ()
    words: Some = ()
    pattern: Pattern = ""
    unless_anonymous: bool = False


class NeedPart(Row):
    """Section ``needed_facts``."""

    kinds: Many = ()
    categories: Many = ()
    facts: Annotated[Many, Field(min_length=1)]
    refuse: bool = False


class PhrasePart(Part):
    """Part of a quality rule: words that cost points."""

    find: Annotated[Some, Field(min_length=1)]
    cost: Annotated[int, Field(ge=1, le=100)]
    instead: Words | None = None


class SaysPart(Part):
    """Part of a quality rule: something that the text should say."""

    label: Words
    words: Annotated[Some, Field(min_length=1)]


class QualityPart(Row):
    """Section ``quality``: a line of the score."""

    label: Words
    part: Literal["intake", "answer"]
    check: Literal["facts", "fact", "address", "phone", "length", "phrases", "says"]
    points: Annotated[int, Field(ge=1, le=100)]
    kinds: Many = ()
    categories: Many = ()
    fact: Code | None = None
    least: Annotated[int, Field(ge=1, le=1000)] | None = None
    phrases: tuple[PhrasePart, ...] = ()
    says: tuple[SaysPart, ...] = ()
