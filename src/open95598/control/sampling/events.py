"""What the room hears: the time to object that has passed."""

from __future__ import annotations

from datetime import datetime

from open95598.casework import services as casework
from open95598.control.sampling import services
from open95598.foundation.events.registry import Heard, subscribe


@subscribe("sampling.objection", f"clock.breached:{services.KIND}")
def settle(event: Heard, now: datetime) -> None:
    """Let a result to which nobody objected in time be final; whoever objected a moment before was in time."""
    if event.payload["clock"] == "objection" and event.case_id is not None:
        casework.perform_many([casework.Request(event.case_id, "settle")], services.HOUSE, now, partial=True)
