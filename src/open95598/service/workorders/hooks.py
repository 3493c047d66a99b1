"""What this room tells the rooms below: the address of a case's page, and what its journal entries are called; and
where rooms above add to what its pages say of an order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal
from open95598.foundation.notices import hooks as notices
from open95598.service.workorders.models import OrderPart, WorkOrder
from open95598.service.workorders.redaction import Identity

if TYPE_CHECKING:
    from open95598.foundation.people.policy import Rights
    from open95598.service.workorders.casepage import CasePage


@dataclass(frozen=True)
class Mark:
    """A badge that a room above puts on an order, in lists and on its page; ``line``: the row stands out in red."""

    words: Any
    tone: str = "quiet"
    icon: str = ""
    line: bool = False


@dataclass(frozen=True)
class Branch:
    """Something that befell an order, as a choice of the work list's filter. ``condition`` is asked when it is used."""

    code: str
    name: Any
    condition: Callable[[], Q]


@dataclass(frozen=True)
class Panel:
    """A panel of a room above on an order's page: a template, drawn with this as ``panel`` beside ``page``."""

    template: str
    content: Any


@dataclass(frozen=True)
class Kept:
    """Words about orders that a room above keeps elsewhere than on their cases: how many lines hold some of
    these cases (ids) and this customer, and how they are taken away."""

    count: Callable[[Collection[int], Identity], int]
    erase: Callable[[Collection[int], Identity], None]


@dataclass(frozen=True)
class InHand:
    """Something beside orders that somebody's crew is out for, on the phone: ``title``, where it is, how far."""

    title: str
    place: str
    words: str
    state: Any
    url: str


#: what is in somebody's hands beside orders, by their rights
further_in_hand: list[Callable[[Rights], Iterable[InHand]]] = []
#: cases that are about orders without hanging below them, by the cases' ids: erasure reaches them as well
further_cases: list[Callable[[Collection[int]], Iterable[int]]] = []
#: what erasure reaches beside the cases
further_words: list[Kept] = []
#: rooms above that bring orders add how an order's page tells where one came from: (name, value) pairs
further_facts: list[Callable[[WorkOrder], Iterable[tuple[Any, Any]]]] = []
#: marks of orders by the case's id, in one query for all that are asked for
further_marks: list[Callable[[Collection[int]], Mapping[int, Iterable[Mark]]]] = []
further_branches: list[Branch] = []
#: a panel on the order's page for its reader; None when there is nothing to show
further_panels: list[Callable[[CasePage], Panel | None]] = []
#: what rooms above know of a matter while the seat's form is filled in: (request, given) -> panel
further_hints: list[Callable[[Any, Mapping[str, str]], Panel]] = []
#: the page of a case that is neither an order nor a part of one; None when it is not that room's
further_addresses: list[Callable[[int], str | None]] = []
#: rooms above fill the seat's form from its address: field → value
seat_values: list[Callable[[Any], Mapping[str, str]]] = []
#: where what is typed into the seat's form is kept while it is typed (attributes ``url``, ``version``, ``saved_at``)
seat_drafts: list[Callable[[Any], Any]] = []
#: where a seat is led after it registered an order; "" or None: to the order's number
seat_leads: list[Callable[[Any, WorkOrder], str | None]] = []
#: rooms above hear which order a seat has just registered, with the request, in its transaction
seat_registered: list[Callable[[Any, WorkOrder], None]] = []
#: what entries on an order's timeline look like that are no action of its flow: name → (title, icon, tone)
further_entries: dict[str, tuple[Any, str, str]] = {}


def marks_of(case_ids: Collection[int]) -> dict[int, list[Mark]]:
    """Return the marks that rooms above put on orders, by the case's id."""
    found: dict[int, list[Mark]] = {}
    for further in further_marks:
        for case_id, given in further(case_ids).items():
            found.setdefault(case_id, []).extend(given)
    return found


def case_address(case_id: int) -> str | None:
    """Return the address of the page of a case; None when it has none. Who may open it is asked there."""
    try:
        for model, name in ((WorkOrder, "workorders:case"), (OrderPart, "workorders:part")):
            rows = model.objects.system("the address only").filter(pk=case_id)
            number = rows.values_list("number", flat=True).first()
            if number:
                return reverse(name, args=[number] if model is WorkOrder else [number, case_id])
    except NoReverseMatch:
        pass
    return next((url for further in further_addresses if (url := further(case_id))), None)


def register() -> None:
    """Fill the hooks (once, when Django starts, after the flows)."""
    notices.case_address = case_address
    journal.fields |= {
        "attachment": _("File (id)"),
        "by_sms": _("News by SMS"),
        "danger": _("Danger"),
        "evidence": _("Files of evidence"),
        "from_keeper": _("Promise kept before by (id)"),
        "grade": _("Grade"),
        "grading": _("Graded by rule"),
        "keeper": _("Promise kept by (id)"),
        "messages": _("Messages"),
        "preferred_for": _("Handled first for the tier"),
        "priority": _("Priority"),
        "route": _("Routed by rule"),
        "waited": _("Waited in the outer zone"),
    }
    journal.names |= {
        "case.opened": _("Registered"),
        "case.attached": _("File attached"),
        "case.amended": _("Rules amended"),
        "case.merged_in": _("Another order was merged into this one"),
        "case.merged_out": _("The merger was taken back"),
        "case.part_progress": _("Progress of the joint part"),
        "case.part_done": _("Joint part finished"),
        "case.part_declined": _("Joint part declined"),
        "case.urge_answered": _("Urge answered"),
        "case.instructed": _("Decided from above"),
        "case.coordinated": _("Coordination decided"),
        "case.promise_passed": _("The promise to the customer passed on"),
        "case.stood_in": _("Passed up: the unit is recused"),
        "case.recused_with": _("Recused, as in the order merged with it"),
        "case.let_back_with": _("Recusal lifted, as in the order merged with it"),
        "case.succeeded": _("Passed on to the successor unit"),
        "case.erased": _("Personal data erased"),
        "case.evidence": _("File kept as evidence"),
        "case.evidence_ended": _("Evidence taken away after its time"),
        "case.owner_left": _("Owner left"),
        "clock.warned": _("Due soon"),
        "clock.breached": _("Overdue"),
        "clock.escalated": _("Overdue: escalated"),
    }
