"""Sections ``applications`` and ``appointments`` of a rulebook's files, and the rows made of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from open95598.foundation.rulebook import hall_rows as rows
from open95598.foundation.rulebook.parts import Code, Minutes, Part, Row, Words
from open95598.foundation.rulebook.rows import Choice

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.schema import Book
    from open95598.foundation.rulebook.yamltext import Problem

Type = Literal["text", "long", "choice", "integer", "decimal", "date", "phone", "email", "tax_number", "yes"]
Role = Literal["owner", "payer", "tenant"]
Level = Literal["headquarters", "province", "city", "county", "team"]


class AskedPart(Part):
    """When a field or a document is asked for: another field has one of these values (``yes`` for a ticked box)."""

    field: Code
    values: Annotated[tuple[str, ...], Field(min_length=1)]

    def row(self) -> rows.Asked:
        """Return the row."""
        return rows.Asked(self.field, self.values)


class OptionPart(Row):
    """Something to choose."""

    label: Words

    def row(self) -> Choice:
        """Return the row."""
        return Choice(self.code, self.label, source=self.source)


class FieldPart(Row):
    """A field of an application."""

    label: Words
    type: Type = "text"
    required: bool = True
    hint: Words | None = None
    choices: tuple[OptionPart, ...] = ()
    least: int | None = None
    most: Annotated[int | None, Field(le=1_000_000)] = None
    asked: AskedPart | None = None


class PaperPart(Row):
    """A document of an application."""

    label: Words
    required: bool = True
    hint: Words | None = None
    asked: AskedPart | None = None


class ApplicationPart(Row):
    """A row of ``applications``."""

    label: Words
    summary: Words
    category: Code
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    parties: tuple[Literal["person", "organisation"], ...] = ()
    handled_by: Words
    steps: Annotated[tuple[Words, ...], Field(min_length=1)]
    fields: tuple[FieldPart, ...] = ()
    papers: tuple[PaperPart, ...] = ()

    def row(self) -> rows.ApplicationRule:
        """Return the row."""
        fields = tuple(
            rows.ApplicationField(
                f.code, f.label, f.type, f.required, f.hint, tuple(c.row() for c in f.choices), f.least, f.most,
                f.asked.row() if f.asked else None,
            )
            for f in self.fields
        )  # fmt: skip
        papers = tuple(
            rows.ApplicationPaper(p.code, p.label, p.required, p.hint, p.asked.row() if p.asked else None)
            for p in self.papers
        )
        return rows.ApplicationRule(
            self.code, self.label, self.summary, self.category, self.roles, self.handled_by, self.steps, fields,
            papers, self.parties, self.source,
        )  # fmt: skip


class BookingPart(Row):
    """A row of ``appointments``."""

    label: Words
    place: Literal["outlet", "door"]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    slot: Minutes
    capacity: Annotated[int, Field(ge=1, le=500)]
    days: Annotated[int, Field(ge=1, le=60)]
    notice: Minutes
    remind: Minutes
    most: Annotated[int, Field(ge=1, le=20)] = 2
    matters: Annotated[tuple[OptionPart, ...], Field(min_length=1)]

    def row(self) -> rows.BookingRule:
        """Return the row."""
        return rows.BookingRule(
            self.code, self.label, self.place, self.levels, self.slot, self.capacity, self.days, self.notice,
            self.remind, tuple(m.row() for m in self.matters), self.most, self.source,
        )  # fmt: skip


def rules(book: Book) -> rows.HallRules:
    """Return the rules of the hall."""
    return rows.HallRules(
        tuple(part.row() for part in book.applications), tuple(part.row() for part in book.appointments)
    )


def problems_of(built: Built, at: Callable[..., Problem], known: dict[str, set[str]]) -> Iterator[Problem]:
    """Yield what is wrong: unknown categories, codes that are there twice, conditions on fields that are not there."""
    for n, part in enumerate(built.book.applications):
        if part.category not in known["categories"]:
            yield at(f"there is no category {part.category!r}", "applications", n, "category")
        if not built.rulebook.has_category(part.category, "service_request"):
            yield at("an application is a service request", "applications", n, "category")
        fields = [f.code for f in part.fields]
        for name, codes in (("fields", fields), ("papers", [p.code for p in part.papers])):
            if len(set(codes)) < len(codes):
                yield at("a code is there twice", "applications", n, name)
        conditions = [("fields", k, f.asked) for k, f in enumerate(part.fields)]
        conditions += [("papers", k, p.asked) for k, p in enumerate(part.papers)]
        for name, k, asked in conditions:
            if asked and asked.field not in fields:
                yield at(f"there is no field {asked.field!r}", "applications", n, name, k)
        for k, one in enumerate(part.fields):
            if (one.type == "choice") != bool(one.choices):
                yield at("a choice has choices, nothing else has", "applications", n, "fields", k)
