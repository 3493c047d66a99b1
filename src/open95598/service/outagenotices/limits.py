"""The limits within which customers are told of an outage that nobody planned (DOMAIN 4 [Q8])."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock, ClockState
from open95598.casework.services import Request
from open95598.service.outagenotices.kinds import Fate, Way
from open95598.service.outagenotices.models import OutageNotice

HOUSE = Actor.house("outagenotices")
#: whom an outage can harm: life support and important users, by the rank of their notices
IMPORTANT = 1


def settle(case_id: int, now: datetime) -> None:
    """Stop what is kept of an outage's limits: its customers are being told, its important users were all called.

    In the transaction that prepared the notices, or that noted the call. Does nothing where no such clock runs.
    """
    rows = CaseClock.objects.filter(case=case_id, state=ClockState.RUNNING)
    running = set(rows.values_list("name", flat=True))
    kept = ["customers_told"] if "fault_notice" in running else []
    if "important_notice" in running and not to_call(case_id):
        kept.append("important_told")
    if kept:
        casework.perform_many([Request(case_id, action) for action in kept], HOUSE, now, partial=True)


def clocks(case_ids: Collection[int]) -> dict[int, CaseClock]:
    """Return until when the important users of outages are to be called, by case; one query, none for no case."""
    if not case_ids:
        return {}
    rows = CaseClock.objects.filter(case__in=case_ids, name="important_notice", state=ClockState.RUNNING)
    return {row.case_id: row for row in rows}


def to_call(case_id: int) -> bool:
    """Say whether somebody whom an outage can harm is still to be called."""
    calls = OutageNotice.objects.filter(broadcast__case=case_id, way=Way.CALL, fate=Fate.WAITING)
    return calls.filter(rank__lte=IMPORTANT).exists()
