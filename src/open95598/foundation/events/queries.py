"""Reads of the outbox: through the partial indexes over what is unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext

from open95598.foundation.events import registry
from open95598.foundation.events.models import Delivery, Event

_SUMMARY = """
SELECT subscriber, count(*) FILTER (WHERE state = 'pending'),
       count(*) FILTER (WHERE state = 'pending' AND nudge_at IS NULL),
       count(*) FILTER (WHERE state = 'dead'),
       min(at) FILTER (WHERE state = 'pending' AND due_at <= %s)
FROM delivery WHERE state IN ('pending', 'dead') GROUP BY subscriber ORDER BY subscriber
"""


@dataclass(frozen=True, slots=True)
class Line:
    """How one subscriber stands: ``held`` of the ``pending`` wait behind a dead letter; ``oldest``: the oldest due."""

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
    """Return dead letters, newest first; ``before`` is the id of the last one had."""
    query = Delivery.objects.filter(state="dead").order_by("-id")
    if before:
        query = query.filter(id__lt=before)
    if subscriber:
        query = query.filter(subscriber=subscriber)
    return list(query[:limit])


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter with its event, and how many wait ``behind`` it for its key."""

    delivery: Delivery
    type: str
    case_id: int | None
    behind: int

    @property
    def reason(self) -> str:
        """What the error says first; in the reader's language where it is one of the house's own sentences."""
        first = self.delivery.error.partition("\n")[0]
        _kind, _colon, words = first.partition(": ")
        said = gettext(words) if words else first
        return first if said == words else said

    @property
    def where(self) -> str:
        """Where the error arose."""
        return self.delivery.error.partition("\n")[2]


def with_events(letters: list[Delivery]) -> list[Letter]:
    """Return the letters with what one wants to know beside them. Two queries."""
    if not letters:
        return []
    events = {
        e.id: e for e in Event.objects.filter(id__in=[x.event_id for x in letters], at__in={x.at for x in letters})
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.subscriber, d.key, count(*) FROM delivery d"
            " JOIN (SELECT DISTINCT * FROM unnest(%s::text[], %s::text[]) AS u(subscriber, key)) u"
            " ON d.subscriber = u.subscriber AND d.key = u.key WHERE d.state = 'pending' GROUP BY 1, 2",
            [[x.subscriber for x in letters], [x.key for x in letters]],
        )
        waiting = {(subscriber, key): count for subscriber, key, count in cursor.fetchall()}
    found = []
    for letter in letters:
        event = events.get(letter.event_id)
        found.append(
            Letter(
                letter,
                event.type if event else "",
                event.case_id if event else None,
                waiting.get((letter.subscriber, letter.key), 0),
            )
        )
    return found
