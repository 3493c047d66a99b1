"""What the room hears: a crew that arrives at an order is at that place."""

from __future__ import annotations

from datetime import datetime

from open95598.casework.actors import Actor
from open95598.foundation.errors import Refused
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.rulebook import store
from open95598.service.crews import gathering, queries, services
from open95598.service.crews.models import PositionSource
from open95598.service.workorders.models import WorkOrder

FAULT = "fault"


def arrived(event: Heard, now: datetime) -> None:
    """Keep where a crew arrived, when its phone has told nothing newer."""
    order = WorkOrder.objects.system("where a crew is").select_related("case").filter(pk=event.case_id).first()
    if order is None or order.case.owner_id is None:
        return
    place = gathering.places_of_orders([order.pk]).get(order.pk)
    if place is None:
        return
    for crew in queries.own(order.case.owner_id):
        if not queries.on_duty([crew.pk], now):
            continue
        last = getattr(crew, "position", None)
        fresh = store.current(now, tuple(crew.unit.lineage)).crews.fresh
        told = last is not None and last.source == PositionSource.PHONE
        if last is not None and told and (event.at - last.at).total_seconds() < fresh * 60:
            continue
        try:
            services.report(crew, *place, Actor.house("crews"), event.at, source=PositionSource.ARRIVED)
        except Refused:  # its duty ended meanwhile
            continue


def listen() -> None:
    """Subscribe (once, when Django starts)."""
    subscribe("crews.arrived", f"case.arrive:{FAULT}")(arrived)
