"""What is charged by itself: a limit that was missed, a complaint that was substantiated, an inquiry that was careless.

Heard in the worker, entered once.
"""

from __future__ import annotations

from datetime import datetime

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment import appeals, services
from open95598.control.assessment.flows import KIND
from open95598.control.assessment.models import LedgerEntry
from open95598.control.assessment.services import Charge
from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.workorders.steps.complaining import AT_FAULT

HOUSE = Actor.house("assessment")
#: clocks that the unit answers for which opened the case
_OPENERS = frozenset({"dispatch", "urge", "call_back"})
#: clocks that whoever owns the case answers for as well
_OWNERS = frozenset({"contact", "arrive", "restore", "record", "progress", "answer", "joint", "urge_answer"})


def listen() -> None:
    """Hear the cases' events (once, when Django starts)."""
    subscribe("assessment.late", "clock.breached")(late)
    subscribe("assessment.in_time", "clock.cleared")(in_time)
    subscribe("assessment.found", "complaint.found")(found)
    subscribe("assessment.too_late", f"clock.breached:{KIND}")(appeals.too_late)


def late(event: Heard, now: datetime) -> None:
    """Charge a missed limit to the unit that had the case then, and to its owner when they still have it."""
    found = Case.objects.system("who answers for a missed limit")
    case = found.filter(pk=event.case_id).first() if event.case_id else None
    if case is None:
        return
    if case.kind == KIND and event.payload["clock"] == "appeal_again":  # one may appeal again, and need not
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
            _key(case.pk, clock, due),
            case_id=case.pk,
            person_id=owner,
            facts={"clock": clock, "due_at": due},
        ),
        HOUSE,
        event.at,
    )


def in_time(event: Heard, now: datetime) -> None:
    """Take back what was charged for a limit that was kept by the true time, which became known later."""
    key = _key(event.case_id or 0, str(event.payload["clock"]), str(event.payload["due_at"]))
    for entry in LedgerEntry.objects.filter(key=key, reverses=None, reversal=None):
        services.reverse(entry.pk, "", HOUSE, event.at, key=f"in_time/{entry.pk}")


def _key(case_id: int, clock: str, due: str) -> str:
    return f"late/{case_id}/{clock}/{due}"


def found(event: Heard, now: datetime) -> None:
    """Charge a substantiated complaint to whoever is at fault; take that back when it is no longer so (C9).

    A finding that was changed because the inquiry was careless is charged to whoever inquired.
    """
    told = event.payload
    was, is_ = told["before"] in AT_FAULT, told["substantiated"] in AT_FAULT
    judgement, case_id = int(told["judgement"]), event.case_id
    if is_ and not was:
        services.enter(
            Charge(
                "substantiated",
                int(told["unit_at_fault"]),
                f"substantiated/{judgement}",
                case_id=case_id,
                person_id=told["person_at_fault"],
                facts={"substantiated": told["substantiated"]},
            ),
            HOUSE,
            event.at,
        )
    if was and not is_ and case_id is not None:
        standing = LedgerEntry.objects.filter(case_id=case_id, charge="substantiated", reverses=None, reversal=None)
        for entry in standing:
            services.reverse(entry.pk, "", HOUSE, event.at, key=f"finding/{judgement}/{entry.pk}")
    if told["reason"] == "careless_inquiry":
        services.enter(
            Charge(
                "careless_inquiry",
                int(told["unit"]),
                f"careless_inquiry/{judgement}",
                case_id=case_id,
                person_id=told.get("inquirer"),
            ),
            HOUSE,
            event.at,
        )
