"""What the room hears: the clock of a published item says that its day has come."""

from __future__ import annotations

from datetime import datetime

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.knowledge.flows import KIND

HOUSE = Actor.house("knowledge")


def look_again(event: Heard, now: datetime) -> None:
    """Make looking at the item again a task of its owner, as soon as the clock warns."""
    if event.payload.get("clock") != "knowledge_valid" or event.case_id is None:
        return
    case = Case.objects.system("the clock's own case").filter(pk=event.case_id).first()
    if case is not None and case.state == "published":
        casework.perform(case.pk, "recall", HOUSE, now)


def listen() -> None:
    """Subscribe (once, when Django starts)."""
    subscribe("knowledge.review", f"clock.warned:{KIND}", f"clock.breached:{KIND}")(look_again)
