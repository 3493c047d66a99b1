"""Section ``outages`` of a rulebook's files: how open devices are inferred from reports (DOMAIN 4). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from open95598.foundation.rulebook import outage_rows as rows
from open95598.foundation.rulebook.parts import Minutes, Part, Row, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem

Device = Literal["substation", "feeder", "section", "transformer", "box", "meter"]
Percent = Annotated[float, Field(gt=0, lt=100)]
Number = Annotated[int, Field(ge=1, le=1000)]


class CountPart(Row):
    """Part of ``outages``: when a device counts as open by counting alone."""

    kind: Device
    calls: Number | None = None
    percent: Percent | None = None
    children: Number | None = None


class SourcePart(Row):
    """Part of ``outages``: where reports come from."""

    label: Words
    says: rows.Says
    wrong: Percent


class FailurePart(Part):
    """Part of ``outages``: how often a hundred devices of a kind fail in a year."""

    kind: Device
    a_year: Annotated[float, Field(ge=0, le=100_000)]
    source: str = ""


class CallingPart(Part):
    """Part of ``outages``: who of the customers in the dark reports, and when."""

    percent: Percent
    shape: Annotated[float, Field(gt=0, le=1000)]
    delay: Minutes
    source: str = ""


class TriagePart(Part):
    """Part of ``outages``: what an answer of the triage says of a place."""

    question: str
    answer: str
    source: str


class OutagesPart(Part):
    """Section ``outages``."""

    window: Minutes
    probable_after: Minutes
    settled_after: Minutes
    grace: Minutes
    reopened_within: Minutes
    declare: Percent
    least_reports: Number
    storm_factor: Annotated[float, Field(ge=1, le=10_000)] = 1.0
    nested_factor: Annotated[float, Field(ge=1, le=1_000_000)] = 1000.0
    calling: CallingPart
    single_a_year: Annotated[float, Field(gt=0, le=1000)]
    failures: Annotated[tuple[FailurePart, ...], Field(min_length=1)]
    counts: tuple[CountPart, ...] = ()
    sources: Annotated[tuple[SourcePart, ...], Field(min_length=1)]
    categories: tuple[str, ...] = rows.OutageRules.categories
    triage: tuple[TriagePart, ...] | None = None
    ahead: Minutes = rows.OutageRules.ahead
    behind: Minutes = rows.OutageRules.behind
    doubt_after: Number = rows.OutageRules.doubt_after
    enough: Number = rows.OutageRules.enough
    busy_above: float = Field(rows.OutageRules.busy_above, ge=0, le=1000)
    stretched_above: float = Field(rows.OutageRules.stretched_above, ge=0, le=1000)
    weather_hours: Number = rows.OutageRules.weather_hours
    source: str = ""

    def row(self) -> rows.OutageRules:
        """Return the rules."""
        return rows.OutageRules(
            window=self.window,
            probable_after=self.probable_after,
            settled_after=self.settled_after,
            grace=self.grace,
            reopened_within=self.reopened_within,
            declare_percent=self.declare,
            least_reports=self.least_reports,
            calling_percent=self.calling.percent,
            calling_shape=self.calling.shape,
            delay=self.calling.delay,
            single_a_year=self.single_a_year,
            storm_factor=self.storm_factor,
            nested_factor=self.nested_factor,
            failures=tuple(rows.FailureRate(f.kind, f.a_year, f.source) for f in self.failures),
            counts=tuple(rows.CountRule(c.code, c.kind, c.calls, c.percent, c.children, c.source) for c in self.counts),
            sources=tuple(rows.ReportSource(s.code, s.label, s.says, s.wrong, s.source) for s in self.sources),
            categories=self.categories,
            triage=rows.OutageRules.triage
            if self.triage is None
            else tuple(rows.TriageSays(one.question, one.answer, one.source) for one in self.triage),
            ahead=self.ahead,
            behind=self.behind,
            doubt_after=self.doubt_after,
            enough=self.enough,
            busy_above=self.busy_above,
            stretched_above=self.stretched_above,
            weather_hours=self.weather_hours,
            source=self.source,
        )


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong: a code or kind twice, a rule of counting that never holds, times out of order."""
    part = built.book.outages
    if part is None:
        return
    for name, codes in (
        ("counts", [c.code for c in part.counts]),
        ("sources", [s.code for s in part.sources]),
        ("failures", [f.kind for f in part.failures]),
    ):
        if len(set(codes)) < len(codes):
            yield at("a code is there twice", "outages", name)
    for n, count in enumerate(part.counts):
        if count.calls is None and count.percent is None and count.children is None:
            yield at("a rule of counting needs calls, percent or children", "outages", "counts", n)
    if not part.probable_after <= part.settled_after <= part.window:
        yield at("probable_after, settled_after and window must follow each other", "outages", "settled_after")
    if not any(one.says == "dark" for one in part.sources):
        yield at("no source says that it is dark", "outages", "sources")
    known = {one.code for one in part.sources}
    for n, said in enumerate(part.triage or ()):
        if said.source not in known:
            yield at("there is no such source", "outages", "triage", n, "source")
