"""What the room hears: every event of its sources after which somebody must be told. It says nothing itself."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.outagenotices import preparing
from open95598.service.outagenotices.kinds import Fate, Way
from open95598.service.outagenotices.models import OutageNotice
from open95598.service.outagenotices.sources import SOURCES, Source
from open95598.service.planned.flows import PLAN


def listen() -> None:
    """Subscribe to what the sources declare (once, when Django starts)."""
    for source in SOURCES.values():
        _hear(source)
    subscribe("outagenotices.care", f"case.care_told:{PLAN}")(told_in_person)


def told_in_person(event: Heard, now: datetime) -> None:
    """Take somebody off the phone list who was told of a planned outage in person."""
    calls = OutageNotice.objects.filter(broadcast__case=event.case_id, way=Way.CALL, fate=Fate.WAITING)
    customer = (event.payload.get("input") or {}).get("customer")
    if customer is not None:
        calls.filter(customer=customer).update(fate=Fate.REACHED, handed_at=now)


def _hear(source: Source) -> None:
    def told(event: Heard, now: datetime) -> None:
        if event.case_id is not None:
            preparing.prepare(source, event.case_id, event.type, event.payload, now)

    subscribe(f"outagenotices.{source.name}", *source.heard)(told)
