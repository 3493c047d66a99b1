"""Monthly partitions of ``event`` and ``delivery``.

A row whose month has no partition of its own falls into the default partition, so that writing never fails; the relay
makes the coming months in good time, and ``ensure`` moves a month out of the default partition when it finds it there.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

TABLES = ("event", "delivery")
_LOCK = 5_598_001


def months(first: datetime, last: datetime) -> list[datetime]:
    """Return the first instants (UTC) of the months from that of ``first`` to that of ``last``, both included."""
    year, month = first.astimezone(UTC).year, first.astimezone(UTC).month
    until = last.astimezone(UTC)
    found = []
    while (year, month) <= (until.year, until.month):
        found.append(datetime(year, month, 1, tzinfo=UTC))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _next(month: datetime) -> datetime:
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)


def ensure(first: datetime, last: datetime, tables: tuple[str, ...] = TABLES) -> list[str]:
    """Make the partitions of the months from ``first`` to ``last``; return the names of those that were missing.

    Safe to call again and from several processes. A month already begun in the default partition is moved in the same
    transaction.
    """
    made = []
    for table in tables:
        for month in months(first, last):
            name = f"{table}_{month:%Y_%m}"
            if not _exists(name) and _make(table, name, month):
                made.append(name)
    return made


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def _make(table: str, name: str, month: datetime) -> bool:
    """Build the partition beside the table, fill it from the default partition, attach it. The names are our own."""
    bounds = [month, _next(month)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if _exists(name):
            return False
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {table}_default WHERE at >= %s AND at < %s RETURNING *)"
            f" INSERT INTO {name} SELECT * FROM moved",
            bounds,
        )
        # DDL takes no bound parameters; both values are our own datetimes
        start, end = (b.isoformat() for b in bounds)
        cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')")
    return True
