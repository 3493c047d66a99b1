"""My work: what waits for me, by queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.ui import lists
from open95598.service.workorders import partpages, promises, queries, rows, sealing, worklist
from open95598.service.workorders.models import WorkOrder

#: queues are counted up to here
CAP = 999
#: states in which nothing is left to extend
ANSWERED = ("replied", "reviewed", "callback")
#: so many parts of orders are shown above the queue
PARTS = 8


@dataclass(frozen=True)
class Queue:
    """Orders that wait for one kind of act: those in ``states`` on which one of ``permissions`` is held."""

    name: str
    label: Any
    permissions: tuple[Permission, ...]
    states: tuple[str, ...]
    empty: Any = ""
    #: what a reader with these rights cannot do though the permission is held
    beyond: Callable[[Rights], Q] | None = None

    def of(self, rights: Rights) -> QuerySet[WorkOrder]:
        """Return the queue's orders for these rights."""
        found = None
        for permission in self.permissions:
            some = WorkOrder.objects.restrict(rights, permission)
            found = some if found is None else found | some
        assert found is not None
        seen = found.filter(case__is_open=True, case__state__in=self.states)
        if self.beyond:
            seen = seen.exclude(self.beyond(rights))
        return seen.select_related("case", "case__unit", "case__owner")


_P = Permission
QUEUES = (
    Queue("accept", _("To accept"), (_P.CASE_HANDLE, _P.CASE_CREW), ("dispatched", "forwarded"),
          _("Nothing waits to be accepted.")),
    Queue("dispatch", _("To dispatch"), (_P.CASE_DISPATCH,), ("created", "returned", "reopened"),
          _("Everything has been dispatched.")),
    Queue("decide", _("To decide"), (_P.CASE_APPROVE,), ("disputed",), _("No unit was named twice in vain.")),
    Queue("approve", _("To approve"), (_P.CASE_APPROVE,), ("suspension_asked", "termination_asked"),
          _("Nobody asks for a suspension or a termination.")),
    Queue("review", _("To review"), (_P.CASE_REVIEW,), ("replied",), _("No answer waits for review.")),
    Queue("callback", _("To call back"), (_P.CASE_CALL_BACK,), ("reviewed", "callback"),
          _("Nobody waits for a call-back."), sealing.beyond),
)  # fmt: skip


def _mine(rights: Rights) -> QuerySet[WorkOrder]:
    found = queries.orders(rights).filter(case__owner_id=rights.person_id, case__is_open=True)
    return found.exclude(case__state="merged")  # those are handled through the other order


def _deputised(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the open orders of the absent people for whom the reader stands in (委托)."""
    return queries.orders(rights).filter(case__owner_id__in=list(rights.deputises), case__is_open=True)


def _extensions(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the orders for which an extension waits to be decided, where the reader stands above the unit."""
    units = sorted(rights.units(_P.CASE_APPROVE))
    asked = WorkOrder.objects.restrict(rights, _P.CASE_APPROVE).filter(extension="asked", case__is_open=True)
    above = Q(case__unit__parent__lineage__overlap=units) | Q(case__unit__parent=None)
    return asked.filter(above).exclude(case__state__in=ANSWERED)


def _promised(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the promises that the person keeps: who answers first stays the customer's contact (B3)."""
    return promises.kept_for(rights)


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
    if rights.deputises:
        offered["deputised"] = (_("For the absent"), _deputised, _("The people you stand in for have nothing open."))
    if rights.anywhere(_P.CASE_APPROVE):
        offered["extend"] = (_("To extend"), _extensions, _("Nobody asks for an extension."))
    if rights.anywhere(_P.CASE_OPEN):
        offered["promised"] = (_("My promises"), _promised, _("Every promise that you keep has been answered."))
    counts = {name: of(rights).order_by()[: CAP + 1].count() for name, (_label, of, _empty) in offered.items()}
    waiting = partpages.mine(rights)
    parts = list(partpages.read(waiting).order_by("case__due_at", "case_id")[:PARTS])
    partpages.dress(parts)
    asked = request.GET.get("queue", "")
    # without a choice: what is mine, else the first queue in which something waits
    chosen = asked if asked in offered else next((n for n in offered if counts[n]), "mine")
    label, of, empty = offered[chosen]
    listing = worklist.plain(request.now, rights, empty).open(request, of(rights))
    rows.dress(listing.page.rows, request.now, rights)
    tabs = [Tab(name, offered[name][0], counts[name], name == chosen) for name in offered]
    return lists.render(
        request,
        "workorders/mine.html",
        listing,
        tabs=tabs,
        queue=chosen,
        queue_label=label,
        parts=parts,
        more_parts=len(parts) == PARTS,
    )
