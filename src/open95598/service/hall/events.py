"""What the room hears: that somebody asked for a code."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.hall import signing


@subscribe("hall.send_code", "hall.code_asked", attempts=5)
def send_code(event: Heard, now: datetime) -> None:
    """Send the code when account and phone fit; whoever asked has been answered already."""
    signing.send_code(event.payload["challenge"], now)
