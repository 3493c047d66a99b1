"""What a rulebook says of watching over orders, as frozen values: supervision (督办) and sampling (抽检). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.words import Label

#: what a trigger can wait for: a missed clock, urges, what an order is, repeats, a complaint's grade
OVERDUE, URGED, FACTS, REPEATED, GRADED = "overdue", "urged", "facts", "repeated", "graded"


@dataclass(frozen=True)
class Trigger:
    """What makes a supervision by itself, once for an order (DOMAIN 2.4).

    ``kinds`` narrows it to some kinds of order (empty: all). By ``when``: ``overdue`` counts the ``clocks`` named,
    ``urged`` and ``repeated`` from ``count`` on, ``graded`` the ``grades`` named; ``facts`` holds when any of the
    channels, priorities, categories (with all below), marks or words named is found in the order. ``serious``: two
    supervisors take note of it, one after the other [Q10].
    """

    code: str
    label: Label
    when: str
    demand: Label
    serious: bool = False
    kinds: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    count: int = 0
    channels: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Told:
    """Who is told at once that something is supervised: roles at a level, by which channels; of all or of serious."""

    roles: tuple[str, ...]
    level: str
    channels: tuple[str, ...]
    serious: bool = False
    source: str = ""


@dataclass(frozen=True)
class FormPoint:
    """A line of a form on which an auditor judges an order: at most so many points, for some kinds or all."""

    code: str
    label: Label
    most: int
    hint: Label | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class FatalError:
    """An error that makes an order fail whatever its points are."""

    code: str
    label: Label


@dataclass(frozen=True)
class QaForm:
    """A form of quality inspection (质检表): lines with points, fatal errors, and from how many of 100 it passes."""

    code: str
    label: Label
    passed_from: int
    points: tuple[FormPoint, ...]
    fatal: tuple[FatalError, ...] = ()
    source: str = ""

    def lines(self, kind: str) -> tuple[FormPoint, ...]:
        """Return the lines that count for a kind of order."""
        return tuple(p for p in self.points if not p.kinds or kind in p.kinds)


@dataclass(frozen=True)
class SamplePlan:
    """Which closed orders are drawn for inspection: of each unit and week ``share`` per cent, between ``least`` and
    ``most`` (C10). Empty selectors mean any.
    """

    code: str
    label: Label
    form: str
    share: int
    least: int
    most: int
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    #: of complaints: the finding about them (yes, partly, no), where the complaints' room records one
    substantiated: tuple[str, ...] = ()
    source: str = ""

    def size(self, population: int) -> int:
        """Return how many of so many orders are drawn: the share rounded up, at least and at most what is said."""
        wanted = -(-population * self.share // 100)
        return min(max(wanted, self.least), self.most, population)


@dataclass(frozen=True)
class OversightRules:
    """All of it; empty in rulebooks that say nothing of it."""

    triggers: tuple[Trigger, ...] = ()
    told: tuple[Told, ...] = ()
    forms: tuple[QaForm, ...] = ()
    plans: tuple[SamplePlan, ...] = ()

    def trigger(self, code: str) -> Trigger | None:
        """Return the trigger of that code."""
        return next((t for t in self.triggers if t.code == code), None)

    def form(self, code: str) -> QaForm | None:
        """Return the form of that code."""
        return next((f for f in self.forms if f.code == code), None)

    def plan(self, code: str) -> SamplePlan | None:
        """Return the plan of that code."""
        return next((p for p in self.plans if p.code == code), None)
