"""What the room hears: an order of a customer who has somebody of their own, a complaint that is taken at the door,
a connection on whose way somebody calls."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.masking import mask_name
from open95598.foundation.notices.services import notify
from open95598.foundation.words import Label
from open95598.registry.customers.kinds import PartyKind
from open95598.registry.standing import queries as standing
from open95598.service.keyaccounts import visits
from open95598.service.workorders import complaints
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

KINDS = frozenset(flow.kind for flow in ORDERS)


def look(event: Heard, now: datetime) -> None:
    """Tell the manager of the customer of a new order, send somebody to who complains or is connected (B7).

    Not of an order told in secrecy, and nobody who is recused from it.
    """
    kind = event.payload.get("kind")
    if kind not in KINDS:
        return
    rows = WorkOrder.objects.system("an order of a customer with a manager").select_related("case")
    order = rows.filter(pk=event.case_id).first()
    if order is None:
        return
    if kind == complaints.KIND and order.case.is_open:
        visits.open_for(order, now)
    elif order.case.is_open:
        visits.open_in_connection(order, now)
    customer = visits.entitled_of(order, "manager", now)
    if customer is None:
        return
    people = [pk for pk in standing.told_for(customer) if pk not in order.case.recused_people]
    name = mask_name(customer.name) if customer.kind == PartyKind.PERSON else customer.name
    title = Label(f"您负责的客户 {name} 有新工单", f"A new order of your customer {name}")
    notify(people, "keyaccounts.order", title, order.number, order.pk, now=now, key=f"manager/{order.pk}")


def listen() -> None:
    """Subscribe, when the flows of orders are known (once, when Django starts)."""
    subscribe("keyaccounts.orders", "case.opened")(look)
