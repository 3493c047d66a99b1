"""Fills a database with archived and open orders: ``python -m bench.fill --size 1000000``. Kept for the next run.

Rows are made by ``bench.lives`` and written by COPY, in two processes, with secondary indexes dropped and built again;
foreign keys are not checked while loading. Archived orders lie in the year before now, open ones mostly in the last
week.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from psycopg import sql

from bench import place
from bench.lives import ENTRIES, TABLES, Job, Maker

OPEN = 100_000
CHUNK = 5_000
#: raise it when what is written changes: databases of an older form are loaded again
FORM = 3
#: tables, units, people, rulebook, calendars, a year of partitions: what every other database is copied from
BASE = "bench_base"
YEAR = timedelta(days=365)


def database_of(size: int) -> str:
    """Return the name of the database that holds ``size`` archived orders."""
    return f"bench_{size}"


def ensure(size: int, *, opened: int = OPEN, say: Any = print) -> float | None:
    """Load the database of ``size`` archived and ``opened`` open orders unless it is there; return seconds, if any."""
    name = database_of(size)
    context = get_context("spawn")
    if _is_loaded(name, size, opened):
        in_child(context, migrate, name)
        return None
    say(f"loading {size:,} archived and {opened:,} open orders …")
    began = time.monotonic()
    if not place.exists(BASE):
        place.create(f"{BASE}_new", fresh=True)
        in_child(context, prepare, f"{BASE}_new")
        place.rename(f"{BASE}_new", BASE)
    place.create(name, template=BASE, fresh=True)
    in_child(context, migrate, name)
    # the clock of the wall: what is loaded must look like yesterday and today when pages are measured
    now = datetime.now(UTC).replace(microsecond=0)
    jobs = list(_jobs(size, opened, now))
    with place.owner(name) as connection:
        indexes = drop_indexes(connection)
    said = time.monotonic()
    with context.Pool(2, initializer=_begin, initargs=(name,)) as pool:
        for done, _ in enumerate(pool.imap_unordered(_load, jobs), 1):
            if time.monotonic() - said > 20:
                said = time.monotonic()
                say(f"  {done * CHUNK:,} orders after {said - began:.0f} s")
    with place.owner(name) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET max_parallel_maintenance_workers = 2")
        for definition in indexes:
            connection.execute(definition)
        last = jobs[-1]
        for sequence, value in (
            ("casework_case_id_seq", last.first + last.count),
            ("journal_entry_id_seq", last.entry + last.count * ENTRIES),
            ("event_id_seq", last.entry + last.count * ENTRIES),
        ):
            connection.execute("SELECT setval(%s, %s)", [sequence, value])
        connection.execute("VACUUM (ANALYZE, PARALLEL 2)")
        connection.execute("CHECKPOINT")
        connection.execute(
            "CREATE TABLE bench_loaded AS SELECT %s::int AS form, %s::int AS size, %s::int AS opened,"
            " %s::bigint AS last_case, %s::bigint AS last_entry, now() AS at",
            [FORM, size, opened, last.first + last.count, last.entry + last.count * ENTRIES],
        )
    seconds = time.monotonic() - began
    say(f"  loaded in {seconds:.0f} s")
    return seconds


def tidy(name: str) -> None:
    """Take away the orders that a measurement added, so that the next one finds what was loaded."""
    with place.owner(name) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # the journal refuses otherwise
        case, entry = connection.execute("SELECT last_case, last_entry FROM bench_loaded").fetchone() or (0, 0)
        for table, column in (("casework_caseclock", "case_id"), ("workorders_workorder", "case_id"),
                              ("casework_case", "id")):  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE {column} > %s", [case])
        for table, column in (("journal_entry", "id"), ("journal_personal", "entry_id"), ("event", "id"),
                              ("delivery", "id")):  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE {column} > %s", [entry])
        connection.execute("DELETE FROM idempotency_answered")
        # the people whose tokens were journalled, and streams without a row: their heads go back as well
        connection.execute(
            "UPDATE people_person p SET journal_seq = e.seq, journal_head = e.hash FROM (SELECT DISTINCT ON (stream)"
            " stream, seq, hash FROM journal_entry WHERE stream LIKE 'person/%' ORDER BY stream, seq DESC) e"
            " WHERE e.stream = 'person/' || p.id AND p.journal_seq <> e.seq"
        )
        connection.execute(
            "DELETE FROM journal_stream s WHERE NOT EXISTS (SELECT FROM journal_entry e WHERE e.stream = s.key)"
        )


def _is_loaded(name: str, size: int, opened: int) -> bool:
    if not place.exists(name):
        return False
    with place.owner(name) as connection:
        found = connection.execute("SELECT to_regclass('bench_loaded')").fetchone()
        if not found or found[0] is None:
            return False
        row = connection.execute("SELECT form, size, opened FROM bench_loaded").fetchone()
        return row == (FORM, size, opened)


def in_child(context: Any, task: Any, *given: Any) -> None:
    """Run a task in a process of its own: Django has one database for the life of a process."""
    process = context.Process(target=task, args=given)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{task.__name__} failed")


def migrate(name: str) -> None:
    """Bring a database that was kept to the tables of today."""
    place.use(name)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _say_defaults(name)


def prepare(name: str) -> None:
    """Make the tables, the units and people of the demonstration utility, and a year of partitions."""
    place.use(name)
    from django.core.management import call_command

    from open95598.foundation import clock, partitions
    from open95598.foundation.calendars import services as calendars
    from open95598.foundation.rulebook import store
    from open95598.project.demo import organisation

    call_command("migrate", verbosity=0)
    now = clock.now()
    founded = now - YEAR - timedelta(days=40)
    partitions.ensure_all(founded, partitions.ahead(now))
    for year in range(founded.year, now.year + 2):
        calendars.seed("cn", year, None, founded)
    organisation.build_people(organisation.build_units(founded), founded, lambda done, of: None)
    store.current(now)


def _say_defaults(name: str) -> None:
    """Let the database know what Django writes into columns that the loaded orders say nothing of."""
    from django.apps import apps
    from django.db import connection as django

    with place.owner(name) as connection:
        for model in apps.get_models():
            said = TABLES.get(model._meta.db_table, "").split()
            for field in model._meta.concrete_fields if said else ():
                if field.column not in said and not field.null and (value := field.get_default()) is not None:
                    value = field.get_db_prep_save(value, django)
                    words = "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}"
                    names = map(sql.Identifier, (model._meta.db_table, field.column))
                    connection.execute(sql.SQL(words).format(*names, sql.Literal(value)))


def _jobs(size: int, opened: int, now: datetime) -> Iterator[Job]:
    """Cut the orders into chunks, ids rising with time as they would; room for the longest life of each."""
    case, entry = 1, 10_000  # below that lie the entries of units and people
    week = now - timedelta(days=7)
    parts = [(size, week - YEAR, week, False)]
    parts += [(opened // 20, now - timedelta(days=40), week, True), (opened - opened // 20, week, now, True)]
    for number, start, end, is_open in parts:
        done = 0
        while done < number:
            count = min(CHUNK, number - done)
            span = end - start
            yield Job(
                seed=case, first=case, count=count, entry=entry, is_open=is_open, now=now,
                start=start + span * (done / number), end=start + span * ((done + count) / number),
            )  # fmt: skip
            done, case, entry = done + count, case + count, entry + count * ENTRIES


def drop_indexes(connection: Any, tables: Iterable[str] = TABLES) -> list[str]:
    """Drop the secondary indexes of the tables that are loaded; return what makes them again."""
    definitions = []
    for table in tables:
        rows = connection.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid WHERE i.indrelid = %s::regclass AND c.oid IS NULL",
            [table],
        ).fetchall()
        for name, definition in rows:
            definitions.append(definition.replace(" ON ONLY ", " ON "))
            connection.execute(f"DROP INDEX {name}")
    return definitions


_maker: Maker | None = None


def _begin(name: str) -> None:
    global _maker  # one for the life of a loading process
    place.use(name)
    _maker = Maker(name)


def _load(job: Job) -> int:
    assert _maker is not None
    lines = _maker.chunk(job)
    with _maker.connection.transaction(), _maker.connection.cursor() as cursor:
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns.replace(' ', ', ')}) FROM STDIN") as copy:
                copy.write("\n".join(lines[table]) + "\n")
    return job.count


def main() -> None:
    """Load one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="archived orders")
    parser.add_argument("--open", type=int, default=OPEN, help="open orders")
    given = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    place.start_server()
    if ensure(given.size, opened=given.open) is None:
        print(f"{database_of(given.size)} is loaded")


if __name__ == "__main__":
    main()
