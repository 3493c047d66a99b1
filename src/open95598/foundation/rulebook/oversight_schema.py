"""What a rulebook's files may say of supervision and sampling, and the values made of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from open95598.foundation.rulebook import oversight_rows as rows
from open95598.foundation.rulebook.parts import Code, Many, Row, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.schema import Book

Level = Literal["own", "parent", "opener", "county", "city", "province", "headquarters"]


class TriggerPart(Row):
    """Section ``supervision``: what makes a supervision by itself."""

    label: Words
    when: Literal["overdue", "urged", "facts", "repeated", "graded"]
    demand: Words
    serious: bool = False
    kinds: Many = ()
    clocks: Many = ()
    count: Annotated[int, Field(ge=0, le=50)] = 0
    channels: Many = ()
    priorities: Many = ()
    categories: Many = ()
    marks: Many = ()
    words: tuple[Annotated[str, Field(min_length=2, max_length=40)], ...] = ()
    grades: Many = ()


class ToldPart(Row):
    """Section ``supervision_told``: who hears of a new supervision at once."""

    roles: Annotated[Many, Field(min_length=1)]
    level: Level = "own"
    by: Annotated[tuple[Literal["bell", "sms"], ...], Field(min_length=1)]
    serious: bool = False


class PointPart(Row):
    """A line of a form."""

    label: Words
    most: Annotated[int, Field(ge=1, le=100)]
    hint: Words | None = None
    kinds: Many = ()


class FatalPart(Row):
    """A fatal error of a form."""

    label: Words


class FormPart(Row):
    """Section ``qa_forms``."""

    label: Words
    passed_from: Annotated[int, Field(ge=1, le=100)]
    points: Annotated[tuple[PointPart, ...], Field(min_length=1)]
    fatal: tuple[FatalPart, ...] = ()


class PlanPart(Row):
    """Section ``sampling``: of each unit and week ``share`` per cent, between ``least`` and ``most``."""

    label: Words
    form: Code
    share: Annotated[int, Field(ge=1, le=100)]
    least: Annotated[int, Field(ge=0, le=200)]
    most: Annotated[int, Field(ge=1, le=200)]
    kinds: Many = ()
    categories: Many = ()
    results: Many = ()
    substantiated: tuple[Literal["yes", "partly", "no"], ...] = ()


def oversight(book: Book) -> rows.OversightRules:
    """Return what a rulebook says of supervision and sampling."""
    return rows.OversightRules(
        triggers=tuple(
            rows.Trigger(
                t.code, t.label, t.when, t.demand, t.serious, t.kinds, t.clocks, t.count, t.channels, t.priorities,
                t.categories, t.marks, t.words, t.grades, t.source,
            )
            for t in book.supervision
        ),
        told=tuple(rows.Told(t.roles, t.level, tuple(t.by), t.serious, t.source) for t in book.supervision_told),
        forms=tuple(
            rows.QaForm(
                f.code, f.label, f.passed_from,
                tuple(rows.FormPoint(p.code, p.label, p.most, p.hint, p.kinds) for p in f.points),
                tuple(rows.FatalError(e.code, e.label) for e in f.fatal),
                f.source,
            )
            for f in book.qa_forms
        ),
        plans=tuple(
            rows.SamplePlan(
                p.code, p.label, p.form, p.share, p.least, p.most, p.kinds, p.categories, p.results,
                tuple(p.substantiated), p.source,
            )
            for p in book.sampling
        ),
    )  # fmt: skip
