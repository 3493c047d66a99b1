"""What a rulebook's files may say (pydantic). ``build`` makes ``model`` values of it; ``check`` looks at the sense."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from open95598.foundation.rulebook.chat_schema import ChatPart
from open95598.foundation.rulebook.complaint_schema import AppealsPart, ChargePart, FindingsPart, GradingPart
from open95598.foundation.rulebook.crew_schema import CrewsPart
from open95598.foundation.rulebook.customer_schema import CustomersPart
from open95598.foundation.rulebook.desk_schema import DeskPart
from open95598.foundation.rulebook.hall_schema import ApplicationPart, BookingPart
from open95598.foundation.rulebook.index_schema import IndicesPart
from open95598.foundation.rulebook.intake_schema import FactPart, QualityPart, TriagePart
from open95598.foundation.rulebook.intake_schema import NeedPart as FactNeedPart
from open95598.foundation.rulebook.outage_schema import OutagesPart
from open95598.foundation.rulebook.oversight_schema import FormPart, PlanPart, ToldPart, TriggerPart
from open95598.foundation.rulebook.parts import (
    Code,
    Length,
    Many,
    Minutes,
    Part,
    Row,
    TimeOfDay,
    Words,
    parse_length,
)
from open95598.foundation.rulebook.planned_schema import PlannedPart
from open95598.foundation.rulebook.reliability_schema import ReliabilityPart
from open95598.foundation.rulebook.search_schema import SearchPart
from open95598.foundation.rulebook.tracking_schema import FirstContactPart, PromisePart, StandingPart

__all__ = ["SECTIONS", "Book", "Code", "Many", "Part", "Row", "Words", "parse_date", "parse_length"]


class Head(Part):
    """Section ``rulebook``: what this version is."""

    label: Words
    calendar: str = "cn"
    working_day: Minutes = 480
    #: overlays only: code of the unit whose subtree it applies to
    applies_to: str = ""


class KindPart(Row):
    """Section ``kinds``."""

    label: Words
    priority: Code = "normal"
    confidential: bool = False


class CategoryPart(Row):
    """Section ``categories``: a node of a tree."""

    label: Words
    priority: Code | None = None
    words: tuple[str, ...] = ()
    children: tuple[CategoryPart, ...] = ()


class Selecting(Row):
    """A row that applies to some orders; an empty selector means any."""

    kinds: Many = ()
    categories: Many = ()
    areas: tuple[Literal["city", "rural", "remote"], ...] = ()
    priorities: Many = ()
    channels: Many = ()


class LimitPart(Selecting):
    """Section ``limits``."""

    grades: Many = ()
    clock: Literal["dispatch", "accept", "contact", "arrive", "restore", "record", "answer", "review", "call_back",
                   "joint", "progress", "urge_answer", "decide", "escalation", "coordination",
                   "take_note", "second_note", "supervision_answer", "supervision_decide", "promise", "promised_call",
                   "inspect", "objection", "objection_decide", "appeal", "appeal_again", "report",
                   "handover",
                   "knowledge_draft", "knowledge_review", "knowledge_valid", "knowledge_recheck", "visit", "door_visit",
                   "connection_visit",
                   "tier_decision", "data_confirm", "data_correct", "plan_approve", "outage_notice", "outage_start",
                   "outage_restore", "outage_over",
                   "fault_notice", "important_notice", "fault_estimate"]  # fmt: skip
    limit: Length
    note: Words | None = None


class WarnPart(Part):
    """Section ``warning``: ``before`` due; limits up to ``short`` in their last ``percent``; ``least`` at least."""

    before: Minutes
    before_working_days: Annotated[int, Field(ge=0)]
    short: Minutes
    short_working_days: Annotated[int, Field(ge=0)]
    percent: Annotated[int, Field(ge=1, le=99)]
    least: Minutes = 1
    source: str = ""


class RoutePart(Selecting):
    """Section ``routes``: the first that matches counts."""

    label: Words
    level: Literal["headquarters", "province", "city", "county", "team"] | None = None
    unit: str = ""
    automatic: bool = True


class NeedPart(Row):
    """Part of ``callback``: which orders are called back."""

    kinds: Many = ()
    categories: Many = ()
    needed: bool
    message_is_enough: bool = False


class MessagePart(Part):
    """Part of ``callback``: the rating by a one-time link."""

    valid: Minutes = 3 * 1440
    not_solved: Literal["reopen", "call"] = "reopen"
    unsatisfied: Literal["reopen", "call"] = "call"
    archive: bool = True
    source: str = ""


class TimePart(Row):
    """Part of ``callback``: a part of the day in which customers may wish to be called."""

    label: Words
    start: TimeOfDay
    end: TimeOfDay


class CallBackPart(Part):
    """Section ``callback``."""

    attempts: Annotated[int, Field(ge=1, le=20)]
    gap: Minutes
    needs: tuple[NeedPart, ...]
    unsatisfied: Many = ()
    content: Annotated[Many, Field(min_length=1)] = ("very_satisfied", "satisfied")
    times: tuple[TimePart, ...] = ()
    longest_promise: Minutes = 7 * 1440
    message: MessagePart = MessagePart()
    source: str = ""


class WindowPart(Row):
    """A window of the local day; one that ends earlier than it starts runs over midnight."""

    start: TimeOfDay
    end: TimeOfDay


class QuietPart(Part):
    """Section ``quiet_hours``: when customers are not called."""

    windows: tuple[WindowPart, ...]
    source: str = ""


class StepPart(Part):
    """A rung of a ladder; ``after`` only with ``later``."""

    when: Literal["warn", "breach", "later"]
    after: Length | None = None
    roles: Annotated[Many, Field(min_length=1)]
    level: Literal["own", "parent", "opener", "county", "city", "province", "headquarters"] = "own"
    by: Annotated[tuple[Literal["bell", "sms"], ...], Field(min_length=1)]
    source: str = ""


class LadderPart(Row):
    """Section ``ladders``."""

    kinds: Many = ()
    clocks: Many = ()
    steps: Annotated[tuple[StepPart, ...], Field(min_length=1)]


class ReviewPart(Row):
    """Section ``reviews``."""

    depth: Annotated[int, Field(ge=0, le=4)]
    kinds: Many = ()
    categories: Many = ()
    grades: Many = ()


class ReturnPart(Row):
    """Section ``returns``."""

    kinds: Many = ()
    within: Minutes
    most: Annotated[int, Field(ge=0)]
    decided_by: Literal["county", "city", "province", "headquarters"]


class UrgePart(Part):
    """Section ``urge``."""

    pass_on: Minutes
    most_before_half: Annotated[int, Field(ge=0)]
    unlimited_priorities: Many = ()
    unlimited_categories: Many = ()
    unlimited_reasons: Many = ()
    unlimited_marks: Many = ()
    source: str = ""


class ExtensionPart(Part):
    """Section ``extension``."""

    most: Annotated[int, Field(ge=0)]
    approved_levels_up: Annotated[int, Field(ge=0, le=4)]
    most_days: Annotated[int, Field(ge=1, le=90)] = 10
    source: str = ""


class RepeatPart(Part):
    """Section ``repeats``: from how many repeats on whom of which level is told."""

    tell_from: Annotated[int, Field(ge=1)] = 3
    roles: Annotated[Many, Field(min_length=1)] = ("unit_manager",)
    level: Literal["county", "city", "province", "headquarters"] = "city"
    source: str = ""


class RetentionPart(Row):
    """Section ``retention``: years are counted as 365 days and a leap day every fourth."""

    what: Code
    years: Annotated[int, Field(ge=0, le=50)]
    grades: Many = ()


class ChoicePart(Row):
    """Section ``choices``: an entry of a list."""

    label: Words
    kinds: Many = ()
    note: Words | None = None


class AmendmentPart(Row):
    """Section ``amends_open_cases``: which running clocks of which kinds take the new limits, and why."""

    clocks: Annotated[Many, Field(min_length=1)]
    kinds: Annotated[Many, Field(min_length=1)]
    reason: Words


class Book(Part):
    """A whole rulebook, overlays applied."""

    rulebook: Head
    kinds: Annotated[tuple[KindPart, ...], Field(min_length=1)]
    categories: dict[Code, tuple[CategoryPart, ...]]
    limits: tuple[LimitPart, ...]
    warning: WarnPart
    routes: tuple[RoutePart, ...]
    callback: CallBackPart
    quiet_hours: QuietPart
    ladders: tuple[LadderPart, ...]
    reviews: tuple[ReviewPart, ...]
    returns: Annotated[tuple[ReturnPart, ...], Field(min_length=1)]
    urge: UrgePart
    extension: ExtensionPart
    repeats: RepeatPart = RepeatPart()
    first_contact: FirstContactPart = FirstContactPart()
    standing: tuple[StandingPart, ...] = ()
    promises: tuple[PromisePart, ...] = ()
    retention: tuple[RetentionPart, ...]
    choices: dict[Code, tuple[ChoicePart, ...]]
    texts: dict[Code, Words] = {}
    triage: tuple[TriagePart, ...] = ()
    facts: tuple[FactPart, ...] = ()
    needed_facts: tuple[FactNeedPart, ...] = ()
    quality: tuple[QualityPart, ...] = ()
    supervision: tuple[TriggerPart, ...] = ()
    supervision_told: tuple[ToldPart, ...] = ()
    qa_forms: tuple[FormPart, ...] = ()
    sampling: tuple[PlanPart, ...] = ()
    gradings: tuple[GradingPart, ...] = ()
    findings: FindingsPart = FindingsPart()
    assessment: tuple[ChargePart, ...] = ()
    appeals: AppealsPart = AppealsPart()
    indices: IndicesPart = IndicesPart()
    customers: CustomersPart = CustomersPart()
    search: SearchPart = SearchPart()
    desk: DeskPart = DeskPart()
    applications: tuple[ApplicationPart, ...] = ()
    appointments: tuple[BookingPart, ...] = ()
    chat: ChatPart = ChatPart()
    outages: OutagesPart | None = None
    planned: PlannedPart | None = None
    reliability: ReliabilityPart | None = None
    crews: CrewsPart | None = None
    amends_open_cases: tuple[AmendmentPart, ...] = ()


SECTIONS = frozenset(Book.model_fields)


def parse_date(text: str) -> date:
    """Read a version's date, the name of its folder; ``ValueError`` otherwise."""
    return date.fromisoformat(text)
