"""Many rows in and out at once, on Django's connection and in its transaction, past its models and its cursor.

A model instance costs twenty times the row that it holds, and Django's cursor writes every value into the text of the
statement. Here values travel in PostgreSQL's binary form: for what goes by the thousand (sweeps, journal, events).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg import rows, sql

T = TypeVar("T")


def fetch(query: str | sql.Composed, params: Sequence[Any] = (), *, named: bool = False) -> list[Any]:
    """Return all rows of a query as tuples, ``named`` by their columns if so wished; instants are aware UTC.

    Parameters are bound by the server: a list is an array (``= ANY(%s)``).
    """
    with connection.wrap_database_errors, _cursor(rows.namedtuple_row if named else rows.tuple_row) as cursor:
        return cursor.execute(query, params, binary=True).fetchall()


def chunked(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the values in lists of ``size``, the last one shorter; none when there are none."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def execute(query: str | sql.Composed, params: Sequence[Any] = ()) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.wrap_database_errors, _cursor() as cursor:
        return cursor.execute(query, params).rowcount


def array(values: Iterable[Any]) -> str:
    """Return numbers, truth values, instants, bytes or None as the text of a PostgreSQL array, for ``%s::type[]``.

    Bytes become hexadecimal digits (``decode(…, 'hex')``). Ten times as fast as to let psycopg look at each value.
    """
    texts = ("NULL" if v is None else v.hex() if isinstance(v, bytes) else str(v) for v in values)
    return "{" + ",".join(texts) + "}"


def copy(table: str, columns: Mapping[str, str], given: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table by COPY; ``columns`` maps the names of the given columns to their types."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.wrap_database_errors, _cursor() as cursor, cursor.copy(statement) as into:
        into.set_types(list(columns.values()))
        for row in given:
            into.write_row(row)


def refresh_statistics(tables: Sequence[str]) -> list[str]:
    """Let the planner look again at tables that grew past what it knows of them; return which. One query if none did.

    PostgreSQL's own look comes up to a minute late. Until then it takes a table that it last saw empty for one with one
    row, and joins thousands of rows by walking them thousands of times. May stand in a transaction, which sees its own.
    """
    grown = (
        "SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[])"
        " AND pg_relation_size(oid) / current_setting('block_size')::int"
        " > CASE WHEN reltuples > 0 THEN 2 * relpages + 8 ELSE 0 END"
    )
    found = [name for (name,) in fetch(grown, [list(tables)])]
    for name in found:
        execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
    return found


def _cursor(row_factory: Any = rows.tuple_row) -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection, row_factory=row_factory)
