"""My work: what waits for me, by queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from open95598.casework.models import Case
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.ui import lists
from open95598.service.workorders import queries, rows, wording, worklist
from open95598.service.workorders.models import JointPart, WorkOrder

#: queues are counted up to here
CAP = 999


@dataclass(frozen=True)
class Queue:
    """Orders that wait for one kind of act: those in ``states`` on which one of ``permissions`` is held."""

    name: str
    label: Any
    permissions: tuple[Permission, ...]
    states: tuple[str, ...]
    empty: Any = ""

    def of(self, rights: Rights) -> QuerySet[WorkOrder]:
        """Return the queue's orders for these rights."""
        found = None
        for permission in self.permissions:
            some = WorkOrder.objects.restrict(rights, permission)
            found = some if found is None else found | some
        assert found is not None
        seen = found.filter(case__is_open=True, case__state__in=self.states)
        return seen.select_related("case", "case__unit", "case__owner")


_P = Permission
QUEUES = (
    Queue("accept", _("To accept"), (_P.CASE_HANDLE, _P.CASE_CREW), ("dispatched", "forwarded"),
          _("Nothing waits to be accepted.")),
    Queue("dispatch", _("To dispatch"), (_P.CASE_DISPATCH,), ("created", "returned", "reopened"),
          _("Everything has been dispatched.")),
    Queue("approve", _("To approve"), (_P.CASE_APPROVE,), ("suspension_asked",), _("Nobody asks for a suspension.")),
    Queue("review", _("To review"), (_P.CASE_REVIEW,), ("replied",), _("No answer waits for review.")),
    Queue("callback", _("To call back"), (_P.CASE_CALL_BACK,), ("reviewed", "callback"),
          _("Nobody waits for a call-back.")),
)  # fmt: skip


def _mine(rights: Rights) -> QuerySet[WorkOrder]:
    return queries.orders(rights).filter(case__owner_id=rights.person_id, case__is_open=True)


def _promised(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the open orders that the person registered: who answers first stays the customer's contact (B3)."""
    return queries.orders(rights).filter(registered_by_id=rights.person_id, case__is_open=True)


@dataclass(frozen=True)
class Tab:
    """A queue as a tab with its count."""

    name: str
    label: Any
    count: int
    on: bool

    @property
    def shown(self) -> str:
        """The count as shown."""
        return f"{CAP}+" if self.count > CAP else str(self.count)


@needs(Permission.CASE_VIEW)
@require_GET
def my_work(request: Any) -> HttpResponse:
    """Show the queues that the reader's roles give them, each with its count; the chosen one by what is due first."""
    rights = request.rights
    offered: dict[str, tuple[Any, Callable[[Rights], QuerySet[WorkOrder]], Any]] = {
        "mine": (_("Mine"), _mine, _("You handle no order at the moment."))
    }
    for queue in QUEUES:
        if any(rights.anywhere(p) for p in queue.permissions):
            offered[queue.name] = (queue.label, queue.of, queue.empty)
    if rights.anywhere(_P.CASE_OPEN):
        offered["promised"] = (_("My promises"), _promised, _("All orders that you registered have been answered."))
    counts = {name: of(rights).order_by()[: CAP + 1].count() for name, (_label, of, _empty) in offered.items()}
    parts = joint_parts(rights)
    asked = request.GET.get("queue", "")
    # without a choice: what is mine, else the first queue in which something waits
    chosen = asked if asked in offered else next((n for n in offered if counts[n]), "mine")
    label, of, empty = offered[chosen]
    listing = worklist.plain(request.now, rights, empty).open(request, rows.read(of(rights), rights))
    rows.dress(listing.page.rows, request.now, rights)
    tabs = [Tab(name, offered[name][0], counts[name], name == chosen) for name in offered]
    return lists.render(
        request, "workorders/mine.html", listing, tabs=tabs, queue=chosen, queue_label=label, parts=parts
    )


def joint_parts(rights: Rights) -> list[dict[str, Any]]:
    """Return the open joint parts that the reader may handle, due first, with the order each belongs to."""
    if not rights.anywhere(_P.CASE_HANDLE):
        return []
    found = JointPart.objects.restrict(rights, _P.CASE_HANDLE).filter(case__is_open=True)
    listed = list(found.select_related("case", "case__unit").order_by("case__due_at")[:50])
    if not listed:
        return []
    numbers = dict(
        WorkOrder.objects.restrict(rights)
        .filter(case_id__in=[p.case.parent_id for p in listed])
        .values_list("case_id", "number")
    )
    clocks = queries.running_clocks([p.case_id for p in listed])
    return [
        {
            "task": part.task,
            "number": numbers[part.case.parent_id],
            "unit": part.case.unit.name,
            "state": _state(part.case),
            "clock": next(iter(clocks.get(part.case_id, [])), None),
            "case": part.case_id,
        }
        for part in listed
        if part.case.parent_id in numbers
    ]


def _state(case: Case) -> Any:
    return wording.state(case.kind, case.state, case.flow_version)
