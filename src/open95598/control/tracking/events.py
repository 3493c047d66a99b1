"""What the room hears: everything that happens to orders and their parts, and clocks that were missed."""

from __future__ import annotations

from datetime import datetime

from open95598.casework.models import Case
from open95598.control.tracking import projecting
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.notices.services import notify
from open95598.foundation.words import Label
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.tally import KINDS

#: below an order: what happens to them is told on its track
PARTS = ("urge", "joint", "escalation", "coordination", "supervision")
#: states in which the customer's answer is there
ANSWERED = ("reviewed", "told")


def listen() -> None:
    """Hear the cases' events (once, when Django starts)."""
    subscribe("tracking.track", "case.*", "clock.breached")(follow)


def follow(event: Heard, now: datetime) -> None:
    """Make the track of the order that something happened to (in the worker, in the order of its events)."""
    kind = event.payload.get("kind")
    if event.case_id is None:
        return
    if kind in KINDS:
        projecting.project([event.case_id], now)
        tell_of_answer(event, now)
    elif kind in PARTS:
        parents = Case.objects.system("the order of a part").filter(pk=event.case_id)
        projecting.project([pk for pk in parents.values_list("parent_id", flat=True) if pk], now)


def tell_of_answer(event: Heard, now: datetime) -> None:
    """Tell who keeps the promise that the answer is there: the customer is theirs until then (B3)."""
    if event.payload.get("to") not in ANSWERED or event.payload.get("from") in ANSWERED:
        return
    rows = WorkOrder.objects.system("whom to tell").select_related("case").filter(pk=event.case_id, promise_open=True)
    order = rows.first()
    if order is None or order.keeper_id is None or order.keeper_id in order.case.recused_people:
        return
    title = Label(f"{order.number} 已有答复", f"{order.number}: the answer is there")
    said = Label("您首问负责的工单已形成答复", "an order whose promise you keep has been answered")
    key = f"answered/{order.pk}/{event.id}"
    notify([order.keeper_id], "order.answered", title, said, order.pk, now=now, key=key)
