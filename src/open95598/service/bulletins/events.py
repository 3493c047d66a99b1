"""What this room hears: the time of a bulletin has come or is over; it was not acknowledged for a while."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.bulletins import queries, services
from open95598.service.bulletins.models import Bulletin


def _of(event: Heard) -> Bulletin | None:
    """Return the bulletin as it was when this was said; None when it was corrected or taken back since."""
    rows = Bulletin.objects.system("told by an event").select_related("unit")
    row: Bulletin | None = rows.filter(pk=event.payload["bulletin"], version=event.payload["version"]).first()
    return row


@subscribe("bulletins.due", services.DUE)
def due(event: Heard, now: datetime) -> None:
    """Show it on the desks' strips from now on, or no longer."""
    row = _of(event)
    if row is not None:
        services.again(row, now)


@subscribe("bulletins.unseen", services.UNSEEN)
def unseen(event: Heard, now: datetime) -> None:
    """Ring the bell of whoever has not acknowledged it, once."""
    row = _of(event)
    if row is not None and row.holds(now):
        services.ring(row, [person.pk for person in queries.roll(row, now).missing], now, "unseen")
