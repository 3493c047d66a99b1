"""The relay: sees what was committed, wakes the browsers' process, puts due keys before a worker.

Every 100 ms it takes the events not yet marked (whatever order their ids were committed in: the mark is on the row) and
the deliveries whose ``nudge_at`` has come. NOTIFY, mark, lease and jobs are each one transaction: killed anywhere, it
takes the same rows again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from open95598.foundation import process
from open95598.foundation.events import metrics, registry
from open95598.foundation.partitions import Upkeep

CHANNEL = "open95598_events"
EVERY = 0.1
#: events and deliveries taken in one round
BATCH = 5000
#: PostgreSQL refuses a NOTIFY of 8000 bytes
PAYLOAD = 7900
#: keys in one job
KEYS = 20
#: of one that goes by lanes, which are few: one that keeps it waiting holds up few others
FEW = 5
#: a delivery that no worker finished is put before one again after this (a killed worker's job comes back sooner)
LEASE = timedelta(minutes=10)

_EVENTS = """
WITH fresh AS (SELECT id, at FROM event WHERE NOT relayed ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE event e SET relayed = true FROM fresh WHERE e.id = fresh.id AND e.at = fresh.at RETURNING e.id
"""
_DELIVERIES = """
WITH due AS (
  SELECT id, at, event_id, subscriber, key FROM delivery
  WHERE state = 'pending' AND nudge_at <= %(now)s
  ORDER BY nudge_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), leased AS (
  UPDATE delivery d SET nudge_at = %(until)s FROM due WHERE d.id = due.id AND d.at = due.at
)
SELECT subscriber, key FROM due GROUP BY subscriber, key ORDER BY min(event_id)
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    events: int
    keys: int

    @property
    def full(self) -> bool:
        """Say whether more may be waiting already."""
        return self.events >= BATCH or self.keys >= BATCH


def wake(batch: int = BATCH) -> int:
    """Mark committed events and tell their ids on ``CHANNEL``; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EVENTS, [batch])
        ids = sorted(row[0] for row in cursor.fetchall())
        if ids:
            cursor.execute("SELECT pg_notify(%s, p) FROM unnest(%s::text[]) AS p", [CHANNEL, list(payloads(ids))])
    metrics.RELAYED.inc(len(ids))
    return len(ids)


def payloads(ids: Iterable[int], size: int = PAYLOAD) -> Iterable[str]:
    """Pack ids, with commas between, into as few texts of at most ``size`` characters as need be."""
    packed: list[str] = []
    length = 0
    for text in map(str, ids):
        if packed and length + len(text) + 1 > size:
            yield ",".join(packed)
            packed, length = [], 0
        packed.append(text)
        length += len(text) + 1
    if packed:
        yield ",".join(packed)


def nudge(now: datetime, batch: int = BATCH) -> int:
    """Lease what is due and defer jobs for its keys, in one transaction; return how many keys."""
    from open95598.foundation.events.tasks import deliver

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DELIVERIES, {"now": now, "until": now + LEASE, "batch": batch})
        by_subscriber: dict[str, list[str]] = {}
        for subscriber, key in cursor.fetchall():
            by_subscriber.setdefault(subscriber, []).append(key)
        jobs: dict[str | None, list[Any]] = {}
        for subscriber, keys in by_subscriber.items():
            lanes = lanes_of(subscriber)
            size = FEW if lanes else KEYS
            for start in range(0, len(keys), size):
                lane = f"{subscriber}/{start // size % lanes}" if lanes else None
                jobs.setdefault(lane, []).append({"subscriber": subscriber, "keys": keys[start : start + size]})
        for lane, many in jobs.items():
            deliver.configure(lock=lane).batch_defer(*many)
    for subscriber, keys in by_subscriber.items():
        metrics.NUDGED.labels(subscriber).inc(len(keys))
    return sum(map(len, by_subscriber.values()))


def lanes_of(subscriber: str) -> int:
    """Return in how many lanes the jobs of a subscriber go: of one lane one at a time; 0: as many as there are."""
    hearer = registry.subscriber(subscriber)
    return hearer.lanes if hearer else 0


def turn(now: datetime) -> Round:
    """Do one round."""
    return Round(events=wake(), keys=nudge(now))


def run() -> None:
    """Relay until SIGTERM or SIGINT; a database that is away is waited for."""
    upkeep = Upkeep()

    def work(now: datetime) -> int:
        upkeep.round(now)
        return turn(now).full

    process.loop("relay", work, every=EVERY)
