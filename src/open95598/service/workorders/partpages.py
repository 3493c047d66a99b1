"""What hangs below an order as pages show it: cards on the order's page, a page of its own, a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from open95598.casework.actors import Actor
from open95598.casework.models import Participant
from open95598.foundation.errors import NotFound
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.service.workorders import actionforms, queries, storytelling, wording
from open95598.service.workorders.casecards import CaseCard, CaseOwnPage
from open95598.service.workorders.models import OrderPart
from open95598.service.workorders.partflows import INSTRUCTIONS, PARTS

ENTRIES = 40
EXCERPT = 80
#: the kinds of parts
KINDS = frozenset(flow.kind for flow in PARTS)
#: the rulebook's list from which a part's reason is
_REASONS = {"urge": "urge_reasons", "escalation": "escalation_reasons"}


def visible(rights: Rights) -> QuerySet[OrderPart]:
    """Return the parts that the rights let one see, with their cases."""
    return OrderPart.objects.restrict(rights).select_related("case", "case__unit", "case__owner", "by")


def get(rights: Rights, number: str, pk: int) -> OrderPart:
    """Return one part of the order of that number. Raises ``NotFound`` also when it is not for these eyes."""
    part = visible(rights).filter(pk=pk, number=number[:60].upper()).first()
    if part is None:
        raise NotFound(gettext("There is no such case."))
    return part


@dataclass
class PartCard(CaseCard):
    """A part for one reader: what it is, how it stands, what they can do about it."""

    row: OrderPart

    @property
    def part(self) -> OrderPart:
        """The part."""
        return self.row

    @property
    def kind(self) -> Any:
        """What it is: a joint part, an urge, …"""
        return wording.kind(self.case.kind)

    @property
    def tone(self) -> str:
        """The tone of the state's badge."""
        return "done" if not self.case.is_open else wording.STATE_TONES.get(self.case.state, "accent")

    @property
    def task(self) -> str:
        """What is asked: the words of whoever asked, masked."""
        return mask_text(self.part.task)

    @property
    def reason(self) -> Any:
        """Why it was opened, from the rulebook's list."""
        name = _REASONS.get(self.case.kind, "")
        return wording.choice(self.rules, name, self.part.reason) if name else ""

    @property
    def outcome(self) -> Any:
        """What kind of decision it came to."""
        return dict(INSTRUCTIONS).get(self.part.outcome, self.part.outcome)

    @property
    def result(self) -> str:
        """What it came to, masked."""
        return mask_text(self.part.result)

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("workorders:part", args=(self.part.number, self.part.pk))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form, on the order's page or the part's own."""
        more = f"?at={self.at}" if self.at else ""
        return reverse("workorders:part_action", args=(self.part.number, self.part.pk, name)) + more


def cards(order_case_id: int, actor: Actor, now: datetime) -> list[PartCard]:
    """Return the parts of an order that the reader may see, open ones first. Two queries."""
    assert actor.rights is not None
    found = list(visible(actor.rights).filter(case__parent_id=order_case_id).order_by("-case__is_open", "case_id"))
    clocks = queries.running_clocks([p.case_id for p in found]) if found else {}
    return [PartCard(p, actor, now, clocks.get(p.case_id, [])) for p in found]


@dataclass
class PartPage(PartCard, CaseOwnPage):
    """A part on its own page."""

    at: str = "part"

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know beside the words: name and value, empty ones left out."""
        part, case = self.part, self.case
        pairs = [
            (gettext("Responsible"), case.unit.name),
            (gettext("Handled by"), case.owner.name if case.owner else ""),
            (gettext("Asked by"), part.by.name if part.by else ""),
            (gettext("Reason"), self.reason),
            (gettext("Meeting"), marks.absolute(part.meeting_at) if part.meeting_at else ""),
            (gettext("Where or how"), part.place),
            (gettext("Kind of decision"), self.outcome),
            (gettext("Opened at"), marks.absolute(case.opened_at)),
            (gettext("Accepted"), marks.absolute(part.accepted_at) if part.accepted_at else ""),
            (gettext("Done at"), marks.absolute(part.done_at) if part.done_at else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    @cached_property
    def participants(self) -> list[Participant]:
        """The units that take part."""
        return list(Participant.objects.filter(case_id=self.case.pk).select_related("unit", "person").order_by("id"))

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        return storytelling.entries(told, self.case, self.part.number)


# the list ------------------------------------------------------------------------------------------------------------

VALUES = (
    "case_id", "number", "task", "reason", "result", "case__kind", "case__state", "case__flow_version",
    "case__is_open", "case__due_at", "case__opened_at", "case__unit__name", "case__rulebook_version",
)  # fmt: skip
OPEN, CLOSED = "open", "closed"


def mine(rights: Rights) -> QuerySet[OrderPart]:
    """Return the open parts on which the reader can act: what waits for their unit."""
    rule = Q(pk__in=[])
    for kind, states, permission in (
        ("joint", ("dispatched", "accepted"), Permission.CASE_HANDLE),
        ("urge", ("created",), Permission.CASE_DISPATCH),
        ("urge", ("passed_on",), Permission.CASE_HANDLE),
        ("escalation", ("created",), Permission.CASE_APPROVE),
        ("coordination", ("created",), Permission.CASE_HANDLE),
    ):
        units = sorted(rights.units(permission))
        if units:
            rule |= Q(case__kind=kind, case__state__in=states, case__scope__overlap=units)
    return OrderPart.objects.restrict(rights).filter(rule, case__is_open=True)


def _cell_clock(row: Any, now: datetime) -> Any:
    return marks.DASH if row["clock"] is None else marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def _cell_what(row: Any, _now: datetime) -> Any:
    return marks.fill('<span title="{}">{}</span>', row["what"], row["what"][:EXCERPT])


def _cell_state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], row["tone"])


COLUMNS = (
    Column("clock", _("Clock"), draw=_cell_clock, classes="nowrap at-clock", sort=("due",)),
    Column("kind", _("What it is"), value=lambda row: marks.words_of(row["kind"]), classes="nowrap at-kind"),
    Column("number", _("Order"), value="number", opens=True, classes="nowrap at-number"),
    Column("state", _("State"), draw=_cell_state, classes="nowrap at-state"),
    Column("what", _("What it is about"), draw=_cell_what, classes="is-wide at-what"),
    Column("unit", _("Unit"), value="case__unit__name", classes="at-unit"),
)


def _kinds(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(flow.kind, flow.label) for flow in PARTS]


def _units(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _shown(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    wanted = {value == OPEN for value in values if value in (OPEN, CLOSED)}
    return found.filter(case__is_open__in=wanted) if wanted else found


SPEC = ListSpec(
    name="parts",
    title=_("Parts of orders"),
    columns=COLUMNS,
    orders=(
        Order("due", _("Due first"), ("case__due_at?", "case_id")),
        Order("newest", _("Newest first"), ("-case__opened_at", "-case_id")),
    ),
    filters=(
        Filter("kind", _("What it is"), CHOICE, apply="case__kind__in", choices=_kinds),
        Filter("show", _("State"), CHOICE, apply=_shown, choices=((OPEN, _("Open")), (CLOSED, _("Done")))),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("workorders:part", args=(row["number"], row["case_id"])),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=_("Nothing here"),
    empty_text=_("Joint parts, urges, escalations and coordinations of your units appear here."),
)


def read(found: QuerySet[OrderPart]) -> QuerySet[Any]:
    """Return the parts as plain values."""
    return found.values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    clocks = queries.running_clocks([row["case_id"] for row in found]) if found else {}
    for row in found:
        row["clock"] = next(iter(clocks.get(row["case_id"], [])), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["kind"] = wording.kind(row["case__kind"])
        row["state"] = wording.state(row["case__kind"], row["case__state"], row["case__flow_version"])
        row["tone"] = "accent" if row["case__is_open"] else "done"
        name = _REASONS.get(row["case__kind"], "")
        reason = wording.choice(store.get(row["case__rulebook_version"]), name, row["reason"]) if name else ""
        words = [marks.words_of(reason) if reason else "", mask_text(row["task"]).replace("\n", " ")]
        row["what"] = "：".join(word for word in words if word)
