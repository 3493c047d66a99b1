"""Monthly partitions of the tables that only grow, made ahead of need. The one mechanism for every room.

A room declares its table beside its models; the processes ``sealer`` and ``relay`` look after all declared tables, and
whoever loads history asks for the months of it. Months are UTC months of the column ``at``. Every table has a default
partition ``<table>_default``, so that a row whose month was not made ahead is kept all the same.

A partition is attached under two locks, taken in this order and waited for only briefly:

1. ``SHARE ROW EXCLUSIVE`` on the table alone: every writer has ended, the next one waits. Without it a writer that has
   chosen the default partition already would be refused its row, because the month has meanwhile another place;
2. ``ACCESS EXCLUSIVE`` on the default partition, which attaching takes anyway: now what lies there can be looked at and
   moved, and no row comes in between the look and the attachment.

A transaction that has read the default partition and is about to write waits for us while we wait for it. We always are
the one to give up: the wait is shorter than PostgreSQL's ``deadlock_timeout`` (1 s).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors, sql

log = structlog.get_logger(__name__)

MONTHS_AHEAD = 3
#: longest wait for each of the two locks; so long, at most, do writers wait behind us
LOCK_MILLISECONDS = 200
#: how long whoever asks for partitions tries again before it is told ``Busy``
PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A table partitioned by month of ``at``.

    Rows that fell into the default partition move out of it when their month is made, unless the table is append-only:
    then they are never touched and their month stays in the default partition. ``append_only_by`` names the trigger
    function that refuses to empty the partitions of such a table.
    """

    name: str
    append_only_by: str = ""


class Busy(Exception):
    """The table was in use all the time: its missing partitions are for a later round."""


#: the tables that are looked after
TABLES: list[Partitioned] = []


def declare(table: Partitioned) -> Partitioned:
    """Have ``table`` looked after, and return it. Called once, where the room's models are."""
    TABLES.append(table)
    return table


def months(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield (first instant, first instant of the next) of every UTC month that touches ``start … end``."""
    at = datetime(*start.astimezone(UTC).timetuple()[:2], 1, tzinfo=UTC)
    while at <= end:
        following = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
        yield at, following
        at = following


def ahead(now: datetime) -> datetime:
    """Return the instant up to which partitions should exist at ``now``."""
    month = now.month - 1 + MONTHS_AHEAD
    return now.replace(year=now.year + month // 12, month=month % 12 + 1, day=1)


def ensure(table: Partitioned, start: datetime, end: datetime, patience: float = PATIENCE_SECONDS) -> list[str]:
    """Make the missing monthly partitions of ``table`` from ``start`` to ``end``; return the names of the new ones.

    Idempotent, safe to call from several processes while others write. Raises ``Busy`` when the table could not be
    locked within ``patience`` seconds (0: tried once); what was made by then stays.
    """
    until = time.monotonic() + patience
    made = []
    for first, following in months(start, end):
        name = f"{table.name}_{first:%Y%m}"
        while not _is_settled(table, name, first, following):
            try:
                if _make(table, name, first, following):
                    made.append(name)
                break
            except OperationalError as error:
                if not isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
                    raise
                if time.monotonic() >= until:
                    raise Busy(name) from error
            time.sleep(_PAUSE_SECONDS)
    return made


def ensure_all(start: datetime, end: datetime) -> list[str]:
    """Make the missing partitions of all declared tables from ``start`` to ``end``; raises ``Busy``.

    A table that a migration to come will make is left out: the rounds of `Upkeep` see to it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NOT NULL",
                       [[table.name for table in TABLES]])  # fmt: skip
        there = {name for (name,) in cursor.fetchall()}
    return [name for table in TABLES if table.name in there for name in ensure(table, start, end)]


class Upkeep:
    """Keeps the partitions of the coming months there, as a small part of a process's rounds."""

    EVERY_SECONDS = 3600.0
    #: after a table was busy or something went wrong; there are months of time
    RETRY_SECONDS = 60.0

    def __init__(self) -> None:
        self._due = float("-inf")

    def round(self, now: datetime) -> None:
        """Make what is missing, if it is time to look. Never raises: a fault is logged, and the round goes on."""
        if time.monotonic() < self._due:
            return
        pause = self.EVERY_SECONDS
        for table in TABLES:
            try:
                for name in ensure(table, now, ahead(now), patience=0):
                    log.info("partition made", name=name)
            except Busy as busy:
                pause = self.RETRY_SECONDS
                log.info("partition put off", name=str(busy))
            except Exception:
                pause = self.RETRY_SECONDS
                log.exception("partitions failed", table=table.name)
        self._due = time.monotonic() + pause


def _is_settled(table: Partitioned, name: str, first: datetime, following: datetime) -> bool:
    """Say whether nothing is to be done: the partition is there, or its rows must stay in the default partition."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if cursor.fetchone()[0]:
            return True
        if not table.append_only_by:
            return False
        cursor.execute(
            sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE at >= %s AND at < %s)").format(_default(table)),
            [first, following],
        )
        return bool(cursor.fetchone()[0])


def _make(table: Partitioned, name: str, first: datetime, following: datetime) -> bool:
    """Make one partition under lock; return whether it had to be made. A lock not to be had is OperationalError."""
    child, parent = sql.Identifier(name), sql.Identifier(table.name)
    with transaction.atomic(), connection.cursor() as cursor:
        with _impatient(cursor):
            cursor.execute(sql.SQL("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE").format(parent))
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(_default(table)))
        if _is_settled(table, name, first, following):
            return False
        cursor.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(child, parent)
        )
        if table.append_only_by:
            # row triggers come with the attachment, those on TRUNCATE do not
            cursor.execute(
                sql.SQL("CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {} EXECUTE FUNCTION {}()").format(
                    child, sql.Identifier(table.append_only_by)
                )
            )
        else:
            cursor.execute(
                sql.SQL(
                    "WITH moved AS (DELETE FROM {} WHERE at >= %s AND at < %s RETURNING *) INSERT INTO {} TABLE moved"
                ).format(_default(table), child),
                [first, following],
            )
        cursor.execute(
            sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                parent, child, sql.Literal(first), sql.Literal(following)
            )
        )
    return True


def _default(table: Partitioned) -> sql.Identifier:
    return sql.Identifier(f"{table.name}_default")


@contextmanager
def _impatient(cursor: CursorWrapper) -> Iterator[None]:
    """Wait for locks at most ``LOCK_MILLISECONDS``, and leave the setting of the caller's transaction as it was."""
    cursor.execute("SELECT current_setting('lock_timeout')")
    before = cursor.fetchone()[0]
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_MILLISECONDS}ms"])
    yield
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
