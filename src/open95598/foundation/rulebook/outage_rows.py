"""The rows of a rulebook about outages: how open devices are inferred from reports (DOMAIN 4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from open95598.foundation.words import Label

#: kinds of devices, from the source down
DEVICES = ("substation", "feeder", "section", "transformer", "box", "meter")
#: what a report can say about its place: dark, light there, only this customer is dark, stopped for arrears, a
#: planned outage; of a device: open, closed
Says = Literal["dark", "light", "single", "arrears", "planned", "open", "closed"]


@dataclass(frozen=True)
class CountRule:
    """When a device of a kind counts as open: so many calls directly below it, or a share of its customers, or so many
    predicted devices next below it; None: not by this. ``calls``, ``children`` numbers; ``percent`` of its
    customers."""

    code: str
    kind: str
    calls: int | None = None
    percent: float | None = None
    children: int | None = None
    source: str = ""


@dataclass(frozen=True)
class ReportSource:
    """Where a report comes from: what it says, and how often, in percent, it is wrong about that or about its place."""

    code: str
    label: Label
    says: Says
    wrong_percent: float
    source: str = ""


@dataclass(frozen=True)
class FailureRate:
    """How often devices of a kind fail: times a year, of a hundred of them."""

    kind: str
    a_year: float
    source: str = ""


@dataclass(frozen=True)
class TriageSays:
    """What an answer of the triage (H14) says of a place: ``source`` is a code of `OutageRules.sources`."""

    question: str
    answer: str
    source: str


_FAILURES = (
    FailureRate("substation", 2.0),
    FailureRate("feeder", 100.0),
    FailureRate("section", 30.0),
    FailureRate("transformer", 3.0),
    FailureRate("box", 2.0),
    FailureRate("meter", 1.0),
)
_COUNTS = (
    CountRule("box", "box", calls=2),
    CountRule("transformer", "transformer", calls=2, children=2),
    CountRule("section", "section", calls=2, children=2),
    CountRule("feeder", "feeder", children=2),
)
_TRIAGE = (
    TriageSays("neighbours", "alight", "single"),
    TriageSays("announced", "inside", "planned"),
    TriageSays("credit", "owing", "arrears"),
)


@dataclass(frozen=True)
class OutageRules:
    """What a rulebook says about outages. Lengths in minutes, shares in percent.

    ``window``: so long an unexplained report counts; ``probable_after``: an unconfirmed outage is probable then;
    ``settled_after``: from then on an outage stands, and what comes later does not move it; ``grace``: reports so long
    after a restoration are late ones about what was restored; ``reopened_within``: dark again so long after a
    restoration is told as the same trouble. ``declare_percent``: how sure it must be before a device is named;
    ``least_reports`` from different customers for that. ``calling_percent`` of dark customers report, after ``delay``
    on average; ``calling_shape``: how alike incidents are in that (1 / squared coefficient of variation).
    ``single_a_year``: faults of one customer alone, of a hundred customers in a year. ``storm_factor``: how much
    oftener devices fail while reports come in than over the year; ``nested_factor``: the same below what was restored
    a moment ago.

    ``categories``: faults of these (or below them) say that it is dark; ``triage``: which answers say something else.
    A report from more than ``ahead`` after now, or ``behind`` before, cannot be true and is kept apart; so is what a
    caller tells whose reports were found wrong ``doubt_after`` times within a year.

    An estimate of the restoration compares at least ``enough`` outages. Crews are busy with more than ``busy_above``
    outages each, stretched above ``stretched_above``; weather that was noted holds for ``weather_hours`` hours.
    """

    window: int = 120
    probable_after: int = 15
    settled_after: int = 45
    grace: int = 10
    reopened_within: int = 720
    declare_percent: float = 50.0
    least_reports: int = 2
    calling_percent: float = 10.0
    calling_shape: float = 8.0
    delay: int = 10
    single_a_year: float = 5.0
    storm_factor: float = 10.0
    nested_factor: float = 1000.0
    failures: tuple[FailureRate, ...] = _FAILURES
    counts: tuple[CountRule, ...] = _COUNTS
    sources: tuple[ReportSource, ...] = ()
    categories: tuple[str, ...] = ("fault.hv", "fault.lv")
    triage: tuple[TriageSays, ...] = _TRIAGE
    ahead: int = 5
    behind: int = 1440
    doubt_after: int = 3
    enough: int = 9
    busy_above: float = 1.0
    stretched_above: float = 3.0
    weather_hours: int = 3
    source: str = ""

    def origin(self, code: str) -> ReportSource:
        """Return a source of reports by its code. Raises ``KeyError`` for an unknown one."""
        for one in self.sources:
            if one.code == code:
                return one
        raise KeyError(code)

    def a_year(self, kind: str) -> float:
        """Return how often a hundred devices of a kind fail in a year; 0 for a kind that never does."""
        return next((one.a_year for one in self.failures if one.kind == kind), 0.0)
