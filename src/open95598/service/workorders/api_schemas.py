"""The shapes of the API's documents, for its clients. Meaning is checked by the services, shape here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

Kind = Literal["fault", "complaint", "report", "opinion", "suggestion", "consultation", "service_request", "praise"]


class TriageStep(Schema):
    """One question of a triage with the code of its answer, or of the reason for which it was skipped."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=64)
    answer: str | None = Field(None, max_length=64)
    skipped: str | None = Field(None, max_length=64)


class OrderIn(Schema):
    """A new order. ``answer``: it was answered at once and is closed with this answer.

    ``triage``: what was said to the questions of ``GET /triage``, in order. It fills in category and priority where
    they are not given, and stays on the order.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    category: str | None = Field(None, max_length=60)
    description: str = Field(min_length=1, max_length=8000)
    contact_name: str | None = Field(None, max_length=80)
    contact_phone: str | None = Field(None, max_length=32)
    account: str | None = Field(None, max_length=32, description="number of the account that it is about")
    address: str | None = Field(None, max_length=300)
    channel: str = Field(max_length=24)
    unit: str | int | None = None
    priority: str | None = Field(None, max_length=8)
    anonymous: bool = False
    confidential: bool = False
    disclosed: str | None = Field(None, max_length=8000, description="text for whoever handles it, if it is sealed")
    named: str | None = Field(None, max_length=200, description="whom it is about, in words")
    named_people: str | None = Field(None, max_length=400, description="accounts it is about, with commas between")
    named_units: str | None = Field(None, max_length=400, description="codes of units it is about, with commas between")
    answer: str | None = Field(None, max_length=4000)
    triage: list[TriageStep] = Field([], max_length=50)


class ActionIn(Schema):
    """The inputs of an action, as ``GET /flows`` lists them, and optionally the true time of what is entered later."""

    model_config = ConfigDict(extra="allow")

    occurred_at: datetime | None = None


class ClockOut(Schema):
    """A promise of time; limits are minutes of the named calendar ("" = round the clock)."""

    name: str
    round: int
    state: Literal["running", "paused", "stopped"]
    calendar: str
    limit_minutes: int
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None


class OrderBrief(Schema):
    """An order as lists show it; contact data is masked."""

    number: str
    kind: str
    category: str
    state: str
    open: bool
    version: int
    priority: str
    channel: str
    unit: str
    owner: str | None
    opened_at: datetime
    due_at: datetime | None
    due_clock: str | None
    breached: bool
    contact_name: str
    contact_phone: str
    address: str


class TriageOut(Schema):
    """The triage of an order: what was said, and where it led."""

    form: str
    answers: list[TriageStep]
    outcome: str | None
    does: Literal["dispatch", "self_help", "information"] | None
    category: str | None
    priority: str | None
    ownership: str | None


class Gap(Schema):
    """A fact that the order's category needs and its record does not name, with the question that brings it out."""

    fact: str
    label: dict[str, str]
    ask: dict[str, str]


class ScoreLine(Schema):
    """A line of the score: ``points`` of ``of``, and why some were lost."""

    line: str
    label: dict[str, str]
    part: Literal["intake", "answer"]
    points: int
    of: int
    remarks: list[str]


class ScoreOut(Schema):
    """How good record and answer are, of 100, line by line."""

    points: int
    lines: list[ScoreLine]


class OrderOut(OrderBrief):
    """An order with its clocks and what can be done with it now.

    ``score`` is there for those with the right to it (quality auditors, leaders), else null.
    """

    model_config = ConfigDict(extra="allow")

    description: str
    answer: str
    anonymous: bool
    confidential: bool
    sealed: bool
    closed_at: datetime | None
    satisfaction: str | None
    urges: int
    triage: TriageOut | None
    gaps: list[Gap]
    score: ScoreOut | None
    clocks: list[ClockOut]
    possible_actions: list[str]


class PartOut(Schema):
    """What hangs below an order as a case of its own: a joint part, an urge, an escalation, a coordination."""

    model_config = ConfigDict(extra="allow")

    id: int
    number: str
    kind: str
    state: str
    open: bool
    version: int
    unit: str
    owner: str | None
    opened_at: datetime
    reason: str | None
    task: str
    outcome: str | None
    result: str
    clocks: list[ClockOut]
    possible_actions: list[str]


class PartsOut(Schema):
    """The parts of an order, open ones first."""

    items: list[PartOut]


class OrderPage(Schema):
    """A page of a list; ``next_cursor`` is null at the end."""

    items: list[OrderBrief]
    next_cursor: str | None


class EntryOut(Schema):
    """An entry of the journal. Personal content is masked; a name in ``erased`` has lost it for good."""

    id: int
    at: datetime
    kind: str
    actor: str
    data: dict[str, Any]
    personal: dict[str, str | None]
    erased: list[str]


class TimelineOut(Schema):
    """What happened to an order, newest first."""

    items: list[EntryOut]
    next_before: int | None


class FlowsOut(Schema):
    """All flows as data, and the fields of a new order."""

    rulebook_version: str
    creation: list[dict[str, Any]]
    flows: list[dict[str, Any]]


class UnitOut(Schema):
    """A unit of the utility; ``parent`` is the code of the one above."""

    code: str
    name: str
    level: str
    parent: str | None
    area: str


class UnitsOut(Schema):
    """The open units, in the order of the tree."""

    items: list[UnitOut]


class TriageFormsOut(Schema):
    """The triage forms as data, and the reasons for which a question may be skipped."""

    rulebook_version: str
    skips: list[dict[str, Any]]
    forms: list[dict[str, Any]]


class SimilarOrder(Schema):
    """An order that may be about the same matter. ``points`` of 100; ``likely``: it probably is.

    ``reasons``, the strongest first: ``phone``, ``room``, ``building``, ``estate``, ``road`` (how near the places
    are), ``words``, ``category``.
    """

    number: str
    kind: str
    category: str
    state: str
    open: bool
    unit: str
    opened_at: datetime
    last_event: str | None
    last_at: datetime | None
    excerpt: str
    points: int
    likely: bool
    reasons: list[str]
    words_alike: float


class SimilarOut(Schema):
    """Similar orders, the likeliest first."""

    items: list[SimilarOrder]


class AttachIn(Schema):
    """A further call about an open order. ``reason``: of the list ``urge_reasons``."""

    model_config = ConfigDict(extra="forbid")

    description: str = Field(min_length=1, max_length=3000)
    contact_name: str | None = Field(None, max_length=80)
    contact_phone: str | None = Field(None, max_length=32)
    address: str | None = Field(None, max_length=300)
    reason: str | None = Field(None, max_length=40)


class AttachedOut(Schema):
    """The order that was added to, and whether it was urged as well."""

    number: str
    urged: bool
    why_not_urged: str | None


class SuggestIn(Schema):
    """What somebody reported; ``kind`` limits the categories to those of one kind."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=8000)
    kind: Kind | None = None
    most: int = Field(3, ge=1, le=10)


class SuggestedCategory(Schema):
    """A category with its share of belief (0 to 1) and the words of the text that spoke for it."""

    category: str
    kind: str
    label: dict[str, str]
    share: float
    reasons: list[str]


class SuggestOut(Schema):
    """Categories, the likeliest first. ``source``: ``learned`` from closed orders (``version`` names the model) or
    ``rules``: found by the rulebook's words."""

    source: Literal["learned", "rules"]
    version: str | None
    items: list[SuggestedCategory]


class SpeechIn(Schema):
    """Words that are to go to a customer; ``kind`` of the order that they are about, any without."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=8000)
    kind: Kind | None = None


class SpeechAdvice(Schema):
    """Words that should not go out: where they begin (characters), what to say instead, by which line of the score."""

    at: int
    found: str
    instead: dict[str, str] | None
    rule: dict[str, str]
    cost: int


class SpeechOut(Schema):
    """What stands against a text, in its order; empty when nothing does."""

    items: list[SpeechAdvice]
