"""What the room hears: what makes a supervision by itself, and where its orders go. What it says: ``case.supervised``
and what became of it, on the order's own timeline."""

from __future__ import annotations

from datetime import datetime

from open95598.casework import registry
from open95598.casework.flow import BACK
from open95598.casework.models import Case, CaseClock
from open95598.control.supervision import services, triggers
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.oversight_rows import OVERDUE, Trigger
from open95598.service.workorders.models import WorkOrder

#: what can make a trigger hold; ``complaint.graded`` comes from the complaints' room (payload: ``grade``)
HEARD = ("case.opened", "case.mark", "case.urge", "clock.breached", "order.repeated", "complaint.graded")


def look(event: Heard, now: datetime) -> None:
    """Issue the supervisions that the event calls for, each once for the order however often it is told of."""
    if event.payload.get("kind") not in services.KINDS:
        return
    rows = WorkOrder.objects.system("the triggers look at the order").select_related("case")
    order = rows.filter(pk=event.case_id, case__is_open=True).first()
    if order is None:
        return
    for trigger in called_for(event, order):
        services.issue(order.pk, trigger, now)


def called_for(event: Heard, order: WorkOrder) -> tuple[Trigger, ...]:
    """Return the triggers of the rulebook that an event makes hold for its order, used before or not."""
    rules = store.get(order.case.rulebook_version)
    return triggers.fitting(rules.oversight.triggers, seen(event, order, rules.lineage(order.category)))


def seen(event: Heard, order: WorkOrder, category: tuple[str, ...]) -> triggers.Seen:
    """Return what an event and its order say. What it is (channel, words, marks) is looked at when it is registered or
    marked only, so that an act of no meaning for it is not the moment at which it is noticed."""
    told = event.payload
    facts = event.type in ("case.opened", "case.mark")
    return triggers.Seen(
        kind=order.case.kind,
        category=category if facts else (),
        channel=order.channel if facts else "",
        priority=order.priority if facts else "",
        text=order.description if facts else "",
        marks=order.mark_codes() if facts else frozenset(),
        clock=str(told.get("clock", "")) if event.type == "clock.breached" else "",
        urges=order.urge_count() if event.type == "case.urge" else 0,
        repeats=order.repeats if event.type == "order.repeated" else 0,
        grade=str(told.get("grade", "")) if event.type == "complaint.graded" else "",
    )


def after(event: Heard, now: datetime) -> None:
    """Let the supervisions of an order go with it, or end with it."""
    if event.payload.get("kind") not in services.KINDS or event.case_id is None:
        return
    case = Case.objects.system("where the order is now").filter(pk=event.case_id).first()
    if case is None:
        return
    if case.is_open:
        services.follow(case.pk, now)
    else:
        services.end(case.pk, now)


def cleared(event: Heard, now: datetime) -> None:
    """Take back what a missed limit called for that was kept in truth, as somebody told who had no connection then; not
    while the order missed another limit of the same trigger."""
    if event.payload.get("kind") not in services.KINDS or event.case_id is None:
        return
    case = Case.objects.system("its rulebook").filter(pk=event.case_id).first()
    if case is None:
        return
    rows = CaseClock.objects.filter(case=case, breached_at__isnull=False)
    missed, clock = set(rows.values_list("name", flat=True)), str(event.payload.get("clock", ""))
    codes = [
        one.code
        for one in store.get(case.rulebook_version).oversight.triggers
        if one.when == OVERDUE and clock in one.clocks and missed.isdisjoint(one.clocks)
    ]
    services.cleared(case.pk, codes, now)


def listen() -> None:
    """Subscribe, when the flows of orders are known (once, when Django starts)."""
    subscribe("supervision.triggers", *HEARD)(look)
    subscribe("supervision.cleared", "clock.cleared")(cleared)
    subscribe("supervision.orders", *sorted(_moving()))(after)


def _moving() -> set[str]:
    """Return the events of the acts that end an order or bring it to another unit."""
    found = set()
    for kind in services.KINDS:
        flow = registry.flow(kind)
        for action in flow.actions:
            ends = any(flow.state(t).final for t in action.to if t != BACK)
            if ends or action.unit_input:
                found.add(f"case.{action.name}")
    return found
