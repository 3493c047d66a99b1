"""What is charged by itself: a limit that was missed. Heard in the worker, entered once."""

from __future__ import annotations

from datetime import datetime

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment import services
from open95598.control.assessment.services import Charge
from open95598.foundation.events.registry import Heard, subscribe

HOUSE = Actor.house("assessment")
#: clocks that the unit answers for which opened the case
_OPENERS = frozenset({"dispatch", "urge", "call_back"})
#: clocks that whoever owns the case answers for as well
_OWNERS = frozenset({"contact", "arrive", "restore", "record", "progress", "answer", "joint", "urge_answer"})


def listen() -> None:
    """Hear the cases' events (once, when Django starts)."""
    subscribe("assessment.late", "clock.breached")(late)


def late(event: Heard, now: datetime) -> None:
    """Charge a missed limit to the unit that had the case then, and to its owner when they still have it."""
    found = Case.objects.system("who answers for a missed limit")
    case = found.filter(pk=event.case_id).first() if event.case_id else None
    if case is None:
        return
    clock, unit_id = str(event.payload["clock"]), int(event.payload["unit"])
    if clock in _OPENERS:
        unit_id = case.opened_by_unit_id
    owner = case.owner_id if clock in _OWNERS and case.unit_id == unit_id else None
    due = str(event.payload["due_at"])
    services.enter(
        Charge(
            "late",
            unit_id,
            f"late/{case.pk}/{clock}/{due}",
            case_id=case.pk,
            person_id=owner,
            facts={"clock": clock, "due_at": due},
        ),
        HOUSE,
        event.at,
    )
