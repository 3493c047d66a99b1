"""What the room hears: that a code was asked for; that an answered order waits for its call-back."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.portal import ratings, visits


@subscribe("portal.send_code", "portal.code_asked", attempts=5)
def send_code(event: Heard, now: datetime) -> None:
    """Send the code when number and phone fit; whoever asked has been answered already."""
    visits.send_code(event.payload["challenge"], now)


@subscribe("portal.rating_link", "case.reply", "case.approve", "case.answer_merged", attempts=5)
def rating_link(event: Heard, now: datetime) -> None:
    """Send the one-time link of a rating when the order came to wait for its call-back and a message is enough."""
    if event.payload.get("to") == "reviewed" and event.case_id is not None:
        ratings.invite(event.case_id, int(event.payload["version"]), now)
