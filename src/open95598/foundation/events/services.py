"""Saying that something happened: the only way into the events and the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from open95598.foundation.events import registry
from open95598.foundation.journal import anchors
from open95598.foundation.journal.models import Block

_SAY = """
WITH said AS (
  INSERT INTO event (id, at, type, key, case_id, payload, relayed)
  SELECT nextval('event_id_seq'), s.at, s.type, s.key, s.case_id, s.payload, %(past)s
  FROM (SELECT * FROM ROWS FROM (
          json_to_recordset(%(said)s::json) AS (at timestamptz, type text, key text, case_id bigint, payload jsonb)
        ) WITH ORDINALITY AS u(at, type, key, case_id, payload, place) ORDER BY place) s
  RETURNING id, at, type, key
), sent AS (
  INSERT INTO delivery (id, at, event_id, subscriber, key, due_at, nudge_at)
  SELECT nextval('delivery_id_seq'), said.at, said.id, h.subscriber, said.key, said.at, said.at
  FROM said JOIN unnest(%(heard_type)s::text[], %(heard_by)s::text[]) AS h(type, subscriber) USING (type)
)
SELECT id FROM said ORDER BY id
"""

_past: ContextVar[bool] = ContextVar("past", default=False)


@contextmanager
def as_past() -> Iterator[None]:
    """Within it, what is said is history: written down as told already, delivered to nobody, no browser is woken.

    For loading what happened long ago: last year's warnings send no message today.
    """
    token = _past.set(True)
    try:
        yield
    finally:
        _past.reset(token)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that happened. ``key`` orders what each subscriber hears (``case/<id>`` for a case); ``at`` aware UTC.

    The payload is JSON and nothing personal: ids, codes, times. Who needs a name looks it up. An ``at`` that lies ahead
    is allowed: the event is then delivered when its time has come.
    """

    type: str
    key: str
    at: datetime
    case_id: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


def say(said: Iterable[Said]) -> list[int]:
    """Write events and one delivery per subscriber in the caller's transaction; return the events' ids, in order.

    One statement for any number of events; a few thousand at a time is best. Browsers and workers are woken by the
    relay after the commit, never in here. Events of one key are delivered in the order of their ids, so whoever says
    two of a key in two transactions at once must hold a common lock if their order matters.
    """
    events = list(said)
    if not events:
        return []
    past = _past.get()
    pairs = [] if past else [(t, name) for t in {e.type for e in events} for name in registry.hearers(t)]
    with connection.cursor() as cursor:
        cursor.execute(
            _SAY,
            {
                "past": past,
                "said": orjson.dumps(events).decode(),
                "heard_type": [t for t, _ in pairs],
                "heard_by": [name for _, name in pairs],
            },
        )
        return [row[0] for row in cursor.fetchall()]


def say_anchored(block: Block, now: datetime) -> None:
    """Say ``journal.anchored`` of a sealed block, with its anchor: what carries anchors out of the house hears it."""
    say([Said("journal.anchored", "journal", now, payload=asdict(anchors.of(block)))])
