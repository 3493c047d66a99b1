"""Section ``planned`` of a rulebook's files: announced outages (DOMAIN 2.5, section 4). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from open95598.foundation.rulebook import planned_rows as rows
from open95598.foundation.rulebook.parts import Minutes, Part, Row, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem

Number = Annotated[int, Field(ge=1, le=1_000_000)]


class CausePart(Row):
    """Part of ``planned``: why supply is interrupted."""

    label: Words


class PlannedPart(Part):
    """Section ``planned``."""

    notice_planned: Minutes
    notice_temporary: Minutes
    cancel_before: Minutes
    extend_before: Minutes
    record_within: Minutes
    recount: tuple[Minutes, ...] = ()
    again_days: Number
    again_most: Number
    join_days: Number
    large: Number
    area_points: Number = rows.PlannedRules.area_points
    a_minute: Number
    causes: Annotated[tuple[CausePart, ...], Field(min_length=1)]
    source: str = ""

    def row(self) -> rows.PlannedRules:
        """Return the rules."""
        told = self.model_dump(exclude={"causes"})
        causes = tuple(rows.OutageCause(one.code, one.label, one.source) for one in self.causes)
        return rows.PlannedRules(**told, causes=causes)


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong: a cause twice, a temporary outage with a longer notice than a planned one."""
    part = built.book.planned
    if part is None:
        return
    codes = [one.code for one in part.causes]
    if len(set(codes)) < len(codes):
        yield at("a code is there twice", "planned", "causes")
    if part.notice_temporary > part.notice_planned:
        yield at("a temporary outage needs a longer notice than a planned one", "planned", "notice_temporary")
