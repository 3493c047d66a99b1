"""What the room hears: that a code was asked for."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.portal import visits


@subscribe("portal.send_code", "portal.code_asked", attempts=5)
def send_code(event: Heard, now: datetime) -> None:
    """Send the code when number and phone fit; whoever asked has been answered already."""
    visits.send_code(event.payload["challenge"], now)
