"""Monthly partitions of ``event`` and ``delivery``, made ahead of need by the relay, or by whoever loads history.

A row whose month was not made ahead falls into the default partition; when the month is made it moves there.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from psycopg import sql

from open95598.foundation.journal.partitions import ahead, months

TABLES = ("event", "delivery")
_LOCK = 95598_02


def ensure(start: datetime, end: datetime) -> list[str]:
    """Make the missing partitions of the UTC months from ``start`` to ``end``; return the names of the new ones.

    Idempotent, safe to call from several processes.
    """
    made = []
    for table in TABLES:
        for first, following in months(start, end):
            name = f"{table}_{first:%Y%m}"
            if not _exists(name) and _make(table, name, first, following):
                made.append(name)
    return made


def ensure_ahead(now: datetime) -> list[str]:
    """Make the partitions of this month and the coming ones."""
    return ensure(now, ahead(now))


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def _make(table: str, name: str, first: datetime, following: datetime) -> bool:
    """Build the partition beside the table (no lock on it), fill it from the default partition, attach it."""
    child, parent, rest = sql.Identifier(name), sql.Identifier(table), sql.Identifier(f"{table}_default")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if _exists(name):
            return False
        cursor.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(child, parent)
        )
        cursor.execute(
            sql.SQL(
                "WITH moved AS (DELETE FROM {} WHERE at >= %s AND at < %s RETURNING *) INSERT INTO {} TABLE moved"
            ).format(rest, child),
            [first, following],
        )
        cursor.execute(
            sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                parent, child, sql.Literal(first), sql.Literal(following)
            )
        )
    return True
