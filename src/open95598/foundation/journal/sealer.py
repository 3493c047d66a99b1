"""Binds committed entries into blocks, so that nobody can rewrite, remove or slip in an entry unnoticed.

No entry may slip between two blocks, although ids are given out before they are committed. Therefore:

1. a *mark* is set: the last id given out so far, and then a transaction number of the sealer's own. Whoever got an id
   up to the mark had got a smaller transaction number before (``services.append`` takes them in that order);
2. the mark is sealed once ``pg_snapshot_xmin`` has reached that number: all those transactions are over, and a later
   snapshot sees every entry up to the mark that will ever be. Ids that were rolled back are simply absent.

``pg_snapshot_xmax`` would not do as the number: it is one past the highest *finished* transaction, so a writer that
is still at work may stand above it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from django.db import connection, transaction

from open95598.foundation import clock, process
from open95598.foundation.journal import anchors, chain, hooks
from open95598.foundation.journal.models import Block
from open95598.foundation.partitions import Upkeep

log = structlog.get_logger(__name__)

TICK_SECONDS = 5.0
ANCHOR_SECONDS = 60.0
#: a block covers at most so many ids, so that verifying never holds more than this in memory
BLOCK_IDS = 50_000
_LOCK = 95598_11


@dataclass(frozen=True, slots=True)
class Mark:
    """Entries up to ``last_id`` are complete when all transactions below ``xid`` are over."""

    last_id: int
    xid: int


def set_mark() -> Mark | None:
    """Return a mark over the ids given out so far, or None when all of them are sealed. Must run outside atomic."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.last_value, s.is_called, coalesce((SELECT max(last_id) FROM journal_block), 0)"
            " FROM journal_entry_id_seq s"
        )
        last_id, used, sealed = cursor.fetchone()
        if not used or last_id <= sealed:
            return None
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return Mark(last_id, cursor.fetchone()[0])


def is_complete(mark: Mark) -> bool:
    """Say whether every transaction that could hold an id up to the mark is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return bool(cursor.fetchone()[0] >= mark.xid)


def seal(mark: Mark, now: datetime) -> list[Block]:
    """Seal everything up to a complete mark; return the new blocks (none when another sealer was faster)."""
    blocks: list[Block] = []
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            last = Block.objects.order_by("-id").first()
            first_id = last.last_id + 1 if last else 1
            if first_id > mark.last_id:
                return blocks
            last_id = min(mark.last_id, first_id + BLOCK_IDS - 1)
            cursor.execute(
                "SELECT id, hash FROM journal_entry WHERE id BETWEEN %s AND %s ORDER BY id", [first_id, last_id]
            )
            entries = [(id_, bytes(hash_)) for id_, hash_ in cursor.fetchall()]
            previous = bytes(last.digest) if last else b""
            blocks.append(
                Block.objects.create(
                    id=last.id + 1 if last else 1,
                    first_id=first_id,
                    last_id=last_id,
                    count=len(entries),
                    members=chain.pack([id_ for id_, _ in entries]),
                    previous=previous,
                    digest=chain.seal(previous, first_id, last_id, now, entries),
                    sealed_at=now,
                )
            )


def seal_once(now: datetime, patience: float = 5.0) -> list[Block]:
    """Seal all that is committed, waiting up to ``patience`` seconds for transactions under way; write the anchor.

    Returns the new blocks; empty when there was nothing new or somebody is still writing.
    """
    mark = set_mark()
    if mark is None:
        return []
    until = time.monotonic() + patience
    while not is_complete(mark):
        if time.monotonic() >= until:
            return []
        time.sleep(0.02)
    return _publish(seal(mark, now), now)


class Sealer:
    """The rounds of the process: partitions ahead of need, a mark, its seal, an anchor now and then."""

    def __init__(self) -> None:
        self._mark: Mark | None = None
        self._unanchored: list[Block] = []
        self._anchor_at = float("-inf")
        self._partitions = Upkeep()

    def round(self, now: datetime) -> int:
        """Do what is due at ``now``; return 0, as nothing is gained by coming back at once."""
        self._partitions.round(now)
        self._mark = self._mark or set_mark()
        if self._mark is not None and is_complete(self._mark):
            self._unanchored += seal(self._mark, now)
            self._mark = None
        if self._unanchored and time.monotonic() >= self._anchor_at:
            self.anchor(now)
            self._anchor_at = time.monotonic() + ANCHOR_SECONDS
        return 0

    def anchor(self, now: datetime) -> None:
        """Anchor the newest of the blocks that are not anchored yet."""
        _publish(self._unanchored, now)
        self._unanchored = []


def run() -> None:
    """Seal every few seconds, anchor once a minute, until SIGTERM. The process ``sealer``."""
    sealer = Sealer()
    process.loop("sealer", sealer.round, every=TICK_SECONDS)
    sealer.anchor(clock.now())


def unsealed_age(now: datetime) -> float:
    """Return how many seconds ago (by ``at``) the oldest unsealed entry happened; 0.0 when all are sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at FROM journal_entry WHERE id > coalesce((SELECT max(last_id) FROM journal_block), 0)"
            " ORDER BY id LIMIT 1"
        )
        row = cursor.fetchone()
    return max(0.0, (now - row[0].astimezone(UTC)).total_seconds()) if row else 0.0


def _publish(blocks: list[Block], now: datetime) -> list[Block]:
    if blocks:
        anchors.write(blocks[-1])
        for hear in hooks.anchored:
            hear(blocks[-1], now)
    return blocks
