"""Saying that something happened: the only way into the events and the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson
from psycopg.types.json import Jsonb

from open95598.foundation import bulk
from open95598.foundation.events import registry
from open95598.foundation.journal import anchors
from open95598.foundation.journal.models import Block

_EVENT = {
    "id": "int8", "at": "timestamptz", "type": "varchar", "key": "varchar", "case_id": "int8", "payload": "jsonb",
    "relayed": "bool",
}  # fmt: skip
_DELIVERY = {
    "at": "timestamptz", "event_id": "int8", "subscriber": "varchar", "key": "varchar", "due_at": "timestamptz",
    "nudge_at": "timestamptz",
}  # fmt: skip

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


def is_past() -> bool:
    """Say whether what happens now is history that is being loaded."""
    return _past.get()


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

    By COPY, whatever their number: for one event as fast as an INSERT, for thousands twice as fast. Browsers and
    workers are woken by the relay after the commit, never in here. Events of one key are delivered in the order of
    their ids, so whoever says two of a key in two transactions at once must hold a common lock if their order matters.
    """
    events = list(said)
    if not events:
        return []
    past = _past.get()
    taken = bulk.fetch("SELECT nextval('event_id_seq') FROM generate_series(1, %s)", [len(events)])
    ids = [id_ for (id_,) in taken]
    bulk.copy(
        "event",
        _EVENT,
        (
            (id_, e.at, e.type, e.key, e.case_id, Jsonb(e.payload, dumps=orjson.dumps), past)
            for id_, e in zip(ids, events, strict=True)
        ),
    )
    deliveries = [
        (e.at, id_, hearer, e.key, e.at, e.at)
        for id_, e in zip(ids, events, strict=True)
        for hearer in registry.hearers(e.type, str(e.payload.get("kind", "")))
    ]
    if deliveries and not past:
        bulk.copy("delivery", _DELIVERY, deliveries)
    return ids


def say_anchored(block: Block, now: datetime) -> None:
    """Say ``journal.anchored`` of a sealed block, with its anchor: what carries anchors out of the house hears it."""
    say([Said("journal.anchored", "journal", now, payload=asdict(anchors.of(block)))])
