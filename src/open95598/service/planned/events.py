"""What the room hears: that the customers of a plan are to be computed again. What it says are its flows' acts."""

from __future__ import annotations

from datetime import datetime

from open95598.casework import services as casework
from open95598.casework.services import Request
from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.planned.affected import HOUSE
from open95598.service.planned.models import PlannedOutage


@subscribe("planned.recount", "planned.recount")
def recount(event: Heard, now: datetime) -> None:
    """Compute who is concerned so long before the start; of a plan that was moved since, the new time's event does."""
    rows = PlannedOutage.objects.system("counted again by the house").filter(pk=event.case_id, is_open=True)
    row = rows.select_related("case").first()
    if row is None or row.starts_at.isoformat() != event.payload["starts_at"]:
        return
    if row.case.state in ("approved", "announced"):
        data = {"moment": event.payload["moment"]}
        casework.perform_many([Request(row.pk, "recount_plan", data)], HOUSE, now, partial=True)
