"""Reads of the outbox: through the partial indexes over what is unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from open95598.foundation.events import registry
from open95598.foundation.events.models import Delivery

_SUMMARY = """
SELECT subscriber, count(*) FILTER (WHERE state = 'pending'),
       count(*) FILTER (WHERE state = 'pending' AND nudge_at IS NULL),
       count(*) FILTER (WHERE state = 'dead'),
       min(at) FILTER (WHERE state = 'pending' AND due_at <= %s)
FROM delivery WHERE state IN ('pending', 'dead') GROUP BY subscriber ORDER BY subscriber
"""


@dataclass(frozen=True, slots=True)
class Line:
    """How one subscriber stands: ``held`` of the ``pending`` wait behind a dead letter; ``oldest`` = age of the oldest due."""

    subscriber: str
    pending: int = 0
    held: int = 0
    dead: int = 0
    oldest: timedelta | None = None
    known: bool = True


def summary(now: datetime) -> list[Line]:
    """Return a line for every subscriber, known to the code or only to the table, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [now])
        found = {
            name: Line(name, pending, held, dead, now - oldest if oldest else None)
            for name, pending, held, dead, oldest in cursor.fetchall()
        }
    known = set(registry.names())
    lines = [found.get(name, Line(name)) for name in known]
    lines += [
        Line(x.subscriber, x.pending, x.held, x.dead, x.oldest, known=False)
        for x in found.values()
        if x.subscriber not in known
    ]
    return sorted(lines, key=lambda line: line.subscriber)


def dead_letters(limit: int = 100, before: int | None = None, subscriber: str = "") -> list[Delivery]:
    """Return dead letters, newest first, with ``event`` (a dict of type, case_id) and ``behind`` (how many wait)."""
    query = Delivery.objects.filter(state="dead").order_by("-id")
    if before:
        query = query.filter(id__lt=before)
    if subscriber:
        query = query.filter(subscriber=subscriber)
    return list(query[:limit])


def behind(delivery: Delivery) -> int:
    """Return how many deliveries wait behind this one for its key."""
    return Delivery.objects.filter(subscriber=delivery.subscriber, key=delivery.key, state="pending").count()
