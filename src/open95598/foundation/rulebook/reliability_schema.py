"""Section ``reliability`` of a rulebook's files: what counts as what, which lines are bad (DOMAIN 4, C8). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from open95598.foundation.rulebook import reliability_rows as rows
from open95598.foundation.rulebook.parts import Many, Minutes, Part

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem

Number = Annotated[int, Field(ge=1, le=1000)]
Counted = Literal["planned", "temporary", "fault", "over_capacity", "theft", "breach", "arrears", "orderly"]


class CausesPart(Part):
    """Part of ``reliability``: what the causes count as."""

    external: Many = ()
    rationing: Many = ()
    apart: Many = ()


class FrequentPart(Part):
    """Part of ``reliability``: from when a line is frequently out."""

    months: Annotated[int, Field(ge=1, le=24)]
    times: Number
    alert: Number


class LoadPart(Part):
    """Part of ``reliability``: from when a line is heavy or overloaded, in percent of its rating."""

    heavy: Number
    overloaded: Number
    lasting: Minutes
    days: Annotated[int, Field(ge=1, le=366)]
    power_factor: Annotated[float, Field(gt=0, le=1)] = 0.95
    line_kv: Annotated[float, Field(gt=0, le=1000)] = 10.0
    area_kv: Annotated[float, Field(gt=0, le=1000)] = 0.4


class HotspotPart(Part):
    """Part of ``reliability``: from when a device is pinned on the map."""

    months: Annotated[int, Field(ge=1, le=24)]
    times: Number


class ReliabilityPart(Part):
    """Section ``reliability``."""

    information: tuple[Counted, ...]
    outages: CausesPart
    announced: CausesPart
    frequent: FrequentPart
    load: LoadPart
    hotspots: HotspotPart
    source: str = ""

    def row(self) -> rows.ReliabilityRules:
        """Return the rules."""
        return rows.ReliabilityRules(
            self.information, rows.CauseRules(**self.outages.model_dump()),
            rows.CauseRules(**self.announced.model_dump()), rows.FrequentRules(**self.frequent.model_dump()),
            rows.LoadRules(**self.load.model_dump()), rows.HotspotRules(**self.hotspots.model_dump()), self.source,
        )  # fmt: skip


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong: causes that nobody can choose, one counted in two ways, limits in the wrong order."""
    part = built.book.reliability
    if part is None:
        return
    known = {
        "outages": {one.code for one in built.rulebook.lists.get("fault_causes", ())},
        "announced": {one.code for one in built.rulebook.planned.causes},
    }
    for name, causes in (("outages", part.outages), ("announced", part.announced)):
        for column in ("external", "rationing", "apart"):
            for code in getattr(causes, column):
                if code not in known[name]:
                    yield at(f"unknown cause {code!r}", "reliability", name, column)
        for code in {*causes.external, *causes.rationing} & set(causes.apart):
            yield at(f"{code!r} cannot be counted and kept apart", "reliability", name, "apart")
    if part.frequent.alert < part.frequent.times:
        yield at("somebody is told before the line is on the list", "reliability", "frequent", "alert")
    if part.load.overloaded <= part.load.heavy:
        yield at("overloaded must be above heavy", "reliability", "load", "overloaded")
