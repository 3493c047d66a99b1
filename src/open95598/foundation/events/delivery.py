"""Delivers what is pending: in order per (subscriber, key), handler and mark in one transaction.

Jobs only say "look at these keys". What is to be done is read from the deliveries under a lock on the key, so a job
that runs twice, late or not at all does no harm: the relay finds the delivery again.
"""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import orjson
import structlog
from django.db import connection, transaction

from open95598.foundation import clock
from open95598.foundation.events import backoff, metrics, registry
from open95598.foundation.masking import mask_text

log = structlog.get_logger(__name__)
#: so many of one key in one go, then others get their turn
TURN = 200
#: an error is kept in words, not in pages
ERROR_LENGTH = 2000

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))"
_HEAD = """
SELECT d.id, d.at, d.state, d.attempts, d.due_at, e.id, e.type, e.case_id, e.payload::text
FROM delivery d LEFT JOIN event e ON e.id = d.event_id AND e.at = d.at
WHERE d.subscriber = %s AND d.key = %s AND d.state IN ('pending', 'dead')
ORDER BY d.event_id LIMIT 1
"""
_PARK = "UPDATE delivery SET nudge_at = NULL WHERE subscriber = %s AND key = %s AND state = 'pending'"
_PUT_OFF = """
UPDATE delivery SET nudge_at = %s
WHERE subscriber = %s AND key = %s AND state = 'pending' AND (nudge_at < %s OR nudge_at IS NULL)
"""
_DONE = """
UPDATE delivery SET state = 'done', attempts = attempts + 1, error = '', done_at = %s WHERE id = %s AND at = %s
"""
_FAILED = """
UPDATE delivery SET state = %s, attempts = attempts + 1, error = %s, due_at = %s, nudge_at = %s
WHERE id = %s AND at = %s
"""


class Outcome(Enum):
    """What became of one look at a key."""

    DONE = auto()
    EMPTY = auto()
    NOT_YET = auto()
    HELD = auto()
    FAILED = auto()
    DEAD = auto()


@dataclass(frozen=True, slots=True)
class _Head:
    """The first unfinished delivery of a key, with its event."""

    id: int
    at: datetime
    state: str
    attempts: int
    due_at: datetime
    event_id: int | None
    type: str
    case_id: int | None
    payload: str

    def heard(self, key: str) -> registry.Heard:
        assert self.event_id is not None
        return registry.Heard(
            id=self.event_id,
            type=self.type,
            key=key,
            at=self.at,
            case_id=self.case_id,
            payload=orjson.loads(self.payload),
            attempt=self.attempts + 1,
        )


def deliver_keys(subscriber: str, keys: Iterable[str]) -> dict[Outcome, int]:
    """Deliver what is due of each key, in order; a key that fails does not touch the others. Return the tally."""
    tally: dict[Outcome, int] = {}
    for key in keys:
        for _ in range(TURN):
            outcome = deliver_next(subscriber, key, clock.now())
            tally[outcome] = tally.get(outcome, 0) + 1
            if outcome is not Outcome.DONE:
                break
        else:
            _call_again(subscriber, key, clock.now())
    return tally


def deliver_next(subscriber: str, key: str, now: datetime) -> Outcome:
    """Deliver the first unfinished delivery of a key if it is due; a database that goes away raises, nothing is lost.

    The key stays locked for the length of the handler: nobody else delivers of it meanwhile.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{subscriber}\n{key}"])
        cursor.execute(_HEAD, [subscriber, key])
        row = cursor.fetchone()
        if row is None:
            return Outcome.EMPTY
        head = _Head(*row)
        if head.state == "dead":
            cursor.execute(_PARK, [subscriber, key])
            return Outcome.HELD
        if head.due_at > now:
            cursor.execute(_PUT_OFF, [head.due_at, subscriber, key, head.due_at])
            return Outcome.NOT_YET
        try:
            with transaction.atomic():
                _handle(subscriber, key, head, now)
        except Exception as problem:
            return _fail(cursor, subscriber, key, head, now, problem)
        cursor.execute(_DONE, [now, head.id, head.at])
    metrics.DELIVERED.labels(subscriber, "done").inc()
    return Outcome.DONE


def _handle(name: str, key: str, head: _Head, now: datetime) -> None:
    hearer = registry.subscriber(name)
    if hearer is None:
        raise LookupError(f"this version has no subscriber named {name}")
    if head.event_id is None:
        raise registry.Undeliverable("the event is no longer kept")
    hearer.handler(head.heard(key), now)


def _fail(cursor: Any, subscriber: str, key: str, head: _Head, now: datetime, problem: Exception) -> Outcome:
    """Write the failure down: again later, or a dead letter that holds back its key."""
    hearer = registry.subscriber(subscriber)
    failed = head.attempts + 1
    allowed = hearer.attempts if hearer and hearer.attempts else backoff.ATTEMPTS
    dead = isinstance(problem, registry.Undeliverable) or failed >= allowed
    again = now + backoff.delay(failed, random.random())  # noqa: S311 spreading retries is no secret
    if isinstance(problem, registry.Later) and problem.after is not None:
        again = max(again, now + problem.after)
    error = _in_words(problem)
    state = "dead" if dead else "pending"
    cursor.execute(_FAILED, [state, error, again, None if dead else again, head.id, head.at])
    if dead:
        cursor.execute(_PARK, [subscriber, key])
    else:
        cursor.execute(_PUT_OFF, [again, subscriber, key, again])
    metrics.DELIVERED.labels(subscriber, "dead" if dead else "failed").inc()
    log.warning(
        "delivery dead" if dead else "delivery failed",
        subscriber=subscriber,
        key=key,
        event_id=head.event_id,
        attempt=failed,
        error=error.splitlines()[0],
    )
    return Outcome.DEAD if dead else Outcome.FAILED


def _in_words(problem: Exception) -> str:
    """Return the error as kept: what it says first, then where it arose. The other side may quote a number: hidden."""
    said = mask_text(f"{type(problem).__name__}: {problem}")
    where = "".join(traceback.format_tb(problem.__traceback__)[-3:])
    return f"{said}\n{where}"[:ERROR_LENGTH].replace("\x00", "")


def _call_again(subscriber: str, key: str, now: datetime) -> None:
    """Let the relay put the key before a worker once more: its turn is over, not its work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery SET nudge_at = %s WHERE (id, at) IN (SELECT id, at FROM delivery"
            " WHERE subscriber = %s AND key = %s AND state = 'pending' ORDER BY event_id LIMIT 1)",
            [now - timedelta(microseconds=1), subscriber, key],
        )
