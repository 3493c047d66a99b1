"""Section ``crews`` of a rulebook's files: skills, speeds, lengths of work, weights of an assignment (2.3). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from open95598.foundation.rulebook import crew_rows as rows
from open95598.foundation.rulebook.outage_schema import Device
from open95598.foundation.rulebook.parts import Code, Many, Minutes, Part, Row, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem

Weight = Annotated[int, Field(ge=0, le=100_000)]


class SpeedPart(Part):
    """Part of ``crews``: how fast a crew is, road and traffic included."""

    area: Literal["city", "rural", "remote"]
    km_h: Annotated[int, Field(ge=1, le=200)]


class TimesPart(Part):
    """Part of ``crews``: how many times as much an order of a priority counts."""

    priority: Code
    times: Annotated[int, Field(ge=1, le=1000)]


class SkillPart(Row):
    """Part of ``crews``: something to be trained for."""

    label: Words


class WorkPart(Row):
    """Part of ``crews``: which faults and outages need which skills, and how long they last."""

    categories: Many = ()
    devices: tuple[Device, ...] = ()
    skills: Many = ()
    lasts: Minutes


class CrewsPart(Part):
    """Section ``crews``."""

    speeds: tuple[SpeedPart, ...] = ()
    detour: Annotated[int, Field(ge=100, le=500)]
    unknown_travel: Minutes
    fresh: Minutes
    forgotten: Minutes
    shift: Minutes
    late_minute: Weight
    late_once: Weight
    important: Weight
    protected: Weight
    priorities: tuple[TimesPart, ...] = ()
    skills: Annotated[tuple[SkillPart, ...], Field(min_length=1)]
    work: Annotated[tuple[WorkPart, ...], Field(min_length=1)]
    source: str = ""

    def row(self) -> rows.CrewRules:
        """Return the rules."""
        told = self.model_dump(exclude={"speeds", "priorities", "skills", "work"})
        return rows.CrewRules(
            **told,
            speeds={one.area: one.km_h for one in self.speeds},
            priorities={one.priority: one.times for one in self.priorities},
            skills=tuple(rows.CrewSkill(one.code, one.label, one.source) for one in self.skills),
            work=tuple(
                rows.CrewWork(one.code, one.categories, one.devices, one.skills, one.lasts, one.source)
                for one in self.work
            ),
        )


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong: a skill or work twice, a skill that nobody can have, a category that there is not."""
    part = built.book.crews
    if part is None:
        return
    known = {one.code for one in part.skills}
    if len(known) < len(part.skills):
        yield at("a code is there twice", "crews", "skills")
    if len({one.code for one in part.work}) < len(part.work):
        yield at("a code is there twice", "crews", "work")
    for number, one in enumerate(part.work):
        for code in one.skills:
            if code not in known:
                yield at(f"no skill {code!r}", "crews", "work", number, "skills")
        for category in one.categories:
            try:
                built.rulebook.category(category)
            except KeyError:
                yield at(f"no category {category!r}", "crews", "work", number, "categories")
