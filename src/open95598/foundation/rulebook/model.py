"""The rulebook: answers questions ("what limit", "which unit", "who is told") for one version.

Pure and frozen: no Django, no clock, no files. ``rulebook.store`` gives the version in force or the one a case was
opened under; ``rulebook.rows`` holds what the answers are made of (all importable from here).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from open95598.foundation.calendars.arithmetic import DAY, WorkCalendar
from open95598.foundation.rulebook.chat_rows import ChatRules
from open95598.foundation.rulebook.complaint_rows import ComplaintRules
from open95598.foundation.rulebook.crew_rows import CrewRules
from open95598.foundation.rulebook.customer_rows import CustomerRules
from open95598.foundation.rulebook.desk_rows import DeskRules
from open95598.foundation.rulebook.hall_rows import HallRules
from open95598.foundation.rulebook.index_rows import IndexRules
from open95598.foundation.rulebook.intake_rows import IntakeRules
from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.foundation.rulebook.oversight_rows import OversightRules
from open95598.foundation.rulebook.planned_rows import PlannedRules
from open95598.foundation.rulebook.reliability_rows import ReliabilityRules
from open95598.foundation.rulebook.rows import (
    Amendment,
    CallBack,
    CallBackNeed,
    CallTime,
    Category,
    Choice,
    ExtensionRule,
    Kind,
    LadderRule,
    Limit,
    LimitRule,
    MessageRule,
    QuietHours,
    RepeatRule,
    Retention,
    ReturnRule,
    ReviewRule,
    RouteRule,
    Step,
    UrgeRule,
    WarnRule,
    Window,
)
from open95598.foundation.rulebook.search_rows import SearchRules
from open95598.foundation.rulebook.tracking_rows import TrackingRules
from open95598.foundation.words import Label

if TYPE_CHECKING:
    from open95598.foundation.rulebook.routing import Route

__all__ = [
    "Amendment", "CallBack", "CallBackNeed", "CallTime", "Category", "Choice", "ExtensionRule", "Kind", "LadderRule",
    "Limit", "LimitRule", "MessageRule", "QuietHours", "RepeatRule", "Retention", "ReturnRule", "ReviewRule",
    "RouteRule", "Rulebook", "Step", "UrgeRule", "WarnRule", "Window",
]  # fmt: skip

_UNNAMED = Label("", "")


@dataclass(frozen=True, eq=False)
class Rulebook:
    """The rules of one version, immutable. ``version`` names the base and the overlays:
    ``cn/2026-01-01+bj/2026-03-01``."""

    version: str
    starts_on: date
    kinds: tuple[Kind, ...]
    trees: Mapping[str, tuple[Category, ...]]
    limits: tuple[LimitRule, ...]
    warn: WarnRule
    routes: tuple[RouteRule, ...]
    callback: CallBack
    quiet_hours: QuietHours
    reviews: tuple[ReviewRule, ...]
    ladders: tuple[LadderRule, ...]
    lists: Mapping[str, tuple[Choice, ...]]
    urge: UrgeRule
    return_rules: tuple[ReturnRule, ...]
    extension: ExtensionRule
    repeats: RepeatRule
    retention: tuple[Retention, ...]
    texts: Mapping[str, Label] = field(default_factory=dict)
    #: triage forms, needed facts, quality of orders
    intake: IntakeRules = field(default_factory=IntakeRules)
    #: supervision and sampling
    oversight: OversightRules = field(default_factory=OversightRules)
    #: who keeps a promise, when an order stands still
    tracking: TrackingRules = field(default_factory=TrackingRules)
    #: the indices of service (2.4)
    indices: IndexRules = field(default_factory=IndexRules)
    #: tiers, integrity file, ratings, costs of service (B7, 1.5)
    customers: CustomerRules = field(default_factory=CustomerRules)
    #: how the field speaks: what search knows of words
    search: SearchRules = field(default_factory=SearchRules)
    #: the agent's desk: sentences for each situation
    desk: DeskRules = field(default_factory=DeskRules)
    #: the online hall: what customers apply for, what they make appointments for
    hall: HallRules = field(default_factory=HallRules)
    #: the web chat: when it is manned, how long somebody waits
    chat: ChatRules = field(default_factory=ChatRules)
    #: outages: how open devices are inferred from reports (DOMAIN 4)
    outages: OutageRules = field(default_factory=OutageRules)
    #: outages that are announced: notice, limits, causes (DOMAIN 2.5, section 4)
    planned: PlannedRules = field(default_factory=PlannedRules)
    #: figures of reliability, lines that are looked into (DOMAIN 4, C8)
    reliability: ReliabilityRules = field(default_factory=ReliabilityRules)
    #: crews: skills, speeds, lengths of work, weights of an assignment (2.3)
    crews: CrewRules = field(default_factory=CrewRules)
    #: grades, evidence, assessment, appeals
    complaints: ComplaintRules = field(default_factory=ComplaintRules)
    amendments: tuple[Amendment, ...] = ()
    label: Label = _UNNAMED
    #: used for working days when the caller has no calendar at hand
    calendar: str = "cn"
    working_day_minutes: int = 480

    @cached_property
    def _by_code(self) -> dict[str, Category]:
        return {c.code: c for tree in self.trees.values() for top in tree for c in top.walk()}

    @cached_property
    def _lineages(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for code, category in self._by_code.items():
            found[code] = (*(found[category.parent] if category.parent else ()), code)
        return found

    @cached_property
    def _limit_cache(self) -> dict[tuple[str, ...], LimitRule | None]:
        return {}

    def kind(self, code: str) -> Kind:
        """Return the kind; ``KeyError`` when the rulebook has none of that code."""
        for kind in self.kinds:
            if kind.code == code:
                return kind
        raise KeyError(code)

    def categories(self, kind: str) -> tuple[Category, ...]:
        """Return the category tree of a kind (its top level; ``children`` leads down); empty for an unknown kind."""
        return tuple(self.trees.get(kind, ()))

    def category(self, code: str) -> Category:
        """Return the category; ``KeyError`` when there is none of that code."""
        return self._by_code[code]

    def has_category(self, code: str, kind: str | None = None) -> bool:
        """Say whether the category exists (in that kind, when one is given)."""
        found = self._by_code.get(code)
        return found is not None and (kind is None or found.kind == kind)

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return the codes from the top of the tree down to the category; empty for "" or an unknown one."""
        return self._lineages.get(code, ())

    def path(self, code: str) -> tuple[Label, ...]:
        """Return the labels from the top of the tree down to the category."""
        return tuple(self._by_code[c].label for c in self.lineage(code))

    def priority(self, kind: str, category: str = "") -> str:
        """Return the priority that an order of this kind and category starts with."""
        for code in reversed(self.lineage(category)):
            if self._by_code[code].priority:
                return self._by_code[code].priority
        return self.kind(kind).priority

    def limit_rule(
        self,
        clock: str,
        *,
        kind: str,
        category: str = "",
        area: str = "",
        priority: str = "",
        channel: str = "",
        grade: str = "",
    ) -> LimitRule | None:
        """Return the row that sets the limit, or None when the clock has none for such an order."""
        key = (clock, kind, category, area, priority, channel, grade)
        if key not in self._limit_cache:
            lineage = self.lineage(category)
            rows = [
                r for r in self.limits if r.clock == clock and r.matches(kind, lineage, area, priority, channel, grade)
            ]
            self._limit_cache[key] = max(rows, key=lambda rule: rule.weight(lineage), default=None)
        return self._limit_cache[key]

    def limit(
        self,
        clock: str,
        *,
        kind: str,
        category: str = "",
        area: str = "",
        priority: str = "",
        channel: str = "",
        grade: str = "",
        calendar: WorkCalendar | None = None,
    ) -> Limit | None:
        """Return the limit of a clock (DOMAIN 2.3), or None when such an order has none.

        Limits in working days count on ``calendar`` (the unit's); its ``nominal_day`` says how long a day is. Without
        a calendar the rulebook's own name and day length are used. All other limits count round the clock.
        """
        rule = self.limit_rule(
            clock,
            kind=kind,
            category=category,
            area=area,
            priority=priority,
            channel=channel,
            grade=grade,
        )
        if rule is None:
            return None
        working = rule.working_days is not None
        day = (calendar.nominal_day if calendar is not None and calendar.name else self.working_day_minutes) or DAY
        minutes = rule.working_days * day if rule.working_days is not None else rule.minutes or 0
        name = "" if not working else calendar.name if calendar is not None else self.calendar
        warn = self.warn.minutes(minutes, day, working=working)
        return Limit(clock, minutes, name, warn, rule.text, rule.source)

    def route(self, facts: Mapping[str, Any]) -> Route:
        """Say which unit should get an order and why; see ``rulebook.routing.route`` for the facts."""
        from open95598.foundation.rulebook.routing import route

        return route(self, facts)

    def needs_call_back(self, kind: str, category: str = "") -> CallBackNeed:
        """Return the rule that says whether such an order is called back (the most specific one counts)."""
        lineage = self.lineage(category)
        best, best_weight = CallBackNeed(needed=True), (-1, -1)
        for need in self.callback.needs:
            if (need.kinds and kind not in need.kinds) or (
                need.categories and set(need.categories).isdisjoint(lineage)
            ):
                continue
            depth = max(
                (lineage.index(c) + 1 for c in need.categories if c in lineage),
                default=0,
            )
            if (depth, bool(need.kinds)) > best_weight:
                best, best_weight = need, (depth, bool(need.kinds))
        return best

    def review_depth(self, kind: str, category: str = "", grade: str = "") -> int:
        """Return how many levels review the answer: 0 = none, 1 = team, 2 = county as well, 3 = city as well."""
        lineage = self.lineage(category)
        best, best_weight = 0, (-1, -1, -1)
        for rule in self.reviews:
            if (
                (rule.kinds and kind not in rule.kinds)
                or (rule.categories and set(rule.categories).isdisjoint(lineage))
                or (rule.grades and grade not in rule.grades)
            ):
                continue
            depth = max(
                (lineage.index(c) + 1 for c in rule.categories if c in lineage),
                default=0,
            )
            weight = (bool(rule.grades), depth, bool(rule.kinds))
            if weight > best_weight:
                best, best_weight = rule.depth, weight
        return best

    def ladder(self, kind: str, clock: str) -> tuple[Step, ...]:
        """Return who is told when a clock warns, is missed, and later; in order. Empty when nobody is."""
        rows = [
            rule
            for rule in self.ladders
            if (not rule.kinds or kind in rule.kinds) and (not rule.clocks or clock in rule.clocks)
        ]
        best = max(rows, key=lambda rule: (bool(rule.kinds), bool(rule.clocks)), default=None)
        return best.steps if best else ()

    def choices(self, name: str, kind: str | None = None) -> tuple[Choice, ...]:
        """Return a list to choose from (those offered for ``kind``); ``KeyError`` for an unknown list."""
        return tuple(c for c in self.lists[name] if kind is None or not c.kinds or kind in c.kinds)

    def choice(self, name: str, code: str) -> Choice:
        """Return one entry of a list; ``KeyError`` when there is none."""
        for choice in self.lists[name]:
            if choice.code == code:
                return choice
        raise KeyError(code)

    def returns(self, kind: str) -> ReturnRule:
        """Return the rule for sending back orders of a kind."""
        rows = [rule for rule in self.return_rules if not rule.kinds or kind in rule.kinds]
        return max(rows, key=lambda rule: bool(rule.kinds))

    def retention_days(self, what: str, grade: str = "") -> int | None:
        """Return for how many days personal content is kept after archiving; None when the rulebook says nothing."""
        rows = [r for r in self.retention if r.what == what and (not r.grades or grade in r.grades)]
        best = max(rows, key=lambda r: bool(r.grades), default=None)
        return best.days if best else None

    def text(self, name: str) -> Label:
        """Return a fixed text; ``KeyError`` for an unknown one."""
        return self.texts[name]

    def renamed(self, version: str) -> Rulebook:
        """Return the same rules under another version id."""
        return replace(self, version=version)
