"""Monthly partitions of append-only tables, made ahead of need. Used by the journal and by the events.

Every partitioned table has a default partition, so that a row whose month was not made ahead is kept all the same.
Months are UTC months.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from psycopg import sql

#: parent tables that ``ensure_all`` looks after; a room adds its own when it is loaded
TABLES: list[str] = ["journal_entry"]
MONTHS_AHEAD = 3
_LOCK = 95598_01


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


def ensure(table: str, start: datetime, end: datetime) -> list[str]:
    """Make the missing monthly partitions of ``table`` from ``start`` to ``end``; return the names of the new ones.

    Idempotent, safe to call from several processes. A month of which the default partition already holds rows is left
    there: an append-only row is not moved.
    """
    made = []
    for first, following in months(start, end):
        name = f"{table}_{first:%Y%m}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            cursor.execute(
                sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE at >= %s AND at < %s)").format(
                    sql.Identifier(f"{table}_default")
                ),
                [first, following],
            )
            if cursor.fetchone()[0]:
                continue
            # a table that is made first and attached then takes no exclusive lock on its parent
            child, parent = sql.Identifier(name), sql.Identifier(table)
            cursor.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(child, parent)
            )
            cursor.execute(
                sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                    parent, child, sql.Literal(first), sql.Literal(following)
                )
            )
            # row triggers come with the attachment, those on TRUNCATE do not
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s)",
                [table, "append_only_truncate"],
            )
            if cursor.fetchone()[0]:
                cursor.execute(
                    sql.SQL(
                        "CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {} EXECUTE FUNCTION journal_refuse()"
                    ).format(child)
                )
        made.append(name)
    return made


def ensure_all(now: datetime, since: datetime | None = None) -> list[str]:
    """Make the partitions of every table in ``TABLES`` from ``since`` (default: now) to a few months ahead."""
    return [name for table in TABLES for name in ensure(table, since or now, ahead(now))]
