"""What a rulebook says of complaints: grades and what speaks for them, evidence, assessment, appeals. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from open95598.foundation.words import Label


@dataclass(frozen=True)
class GradingRule:
    """What speaks for a grade (DOMAIN 2.4): every selector that it names must match, of ``words`` any one."""

    code: str
    grade: str
    label: Label
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class FindingRule:
    """How many files of evidence a finding needs (C9), by grade; empty = any."""

    files: int
    grades: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class ChargeRule:
    """How many points something costs whoever answers for it (C10), by kind, grade and clock; empty = any."""

    code: str
    charge: str
    points: Decimal
    kinds: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    source: str = ""

    def weight(self) -> tuple[bool, bool, bool]:
        """Return how specific the rule is: grade before clock before kind."""
        return bool(self.grades), bool(self.clocks), bool(self.kinds)


@dataclass(frozen=True)
class AppealRule:
    """How an assessment is appealed against (申诉, DOMAIN 2.4): rounds, and working days to ask for each."""

    rounds: int = 2
    within_days: int = 3
    source: str = ""


@dataclass(frozen=True)
class ComplaintRules:
    """All that a rulebook says of complaints and of what is made of them."""

    gradings: tuple[GradingRule, ...] = ()
    findings: tuple[FindingRule, ...] = ()
    #: so many levels above the unit a finding is changed and a grade lowered
    changed_levels_up: int = 1
    charges: tuple[ChargeRule, ...] = ()
    appeals: AppealRule = field(default_factory=AppealRule)

    def files(self, grade: str) -> int:
        """Return how many files of evidence a finding on a complaint of that grade needs."""
        rows = [r for r in self.findings if not r.grades or grade in r.grades]
        best = max(rows, key=lambda r: bool(r.grades), default=None)
        return best.files if best else 0

    def charge(self, charge: str, *, kind: str = "", grade: str = "", clock: str = "") -> ChargeRule | None:
        """Return the rule that says what something costs (the most specific one), or None when it costs nothing."""
        rows = [
            r
            for r in self.charges
            if r.charge == charge
            and (not r.kinds or kind in r.kinds)
            and (not r.grades or grade in r.grades)
            and (not r.clocks or clock in r.clocks)
        ]
        return max(rows, key=ChargeRule.weight, default=None)
