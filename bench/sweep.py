"""A million open cases, a hundred thousand clocks due at once, one sweep: ``python -m bench.sweep``.

The cases are the open orders of the smallest size, ten times over. Every due clock is missed (its warning was given
before), so each writes one journal entry and one event with one delivery, and marks clock and case. The product's own
``sweep`` runs in this process as in the process ``sweeper`` (a few threads share it), committed in its own batches,
fsync on. Before each run the same clocks are made due again, and what the last run wrote is taken away.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

from bench import fill, place, results
from bench.results import Row

GOAL_SECONDS = 5.0
#: one clock in so many is due
SHARE = 10


def ensure(cases: int, base: int) -> str:
    """Make the database of so many open cases from a loaded one, unless it is there; return its name."""
    name = f"bench_sweep_{cases}"
    if place.exists(name):
        fill.in_child(get_context("spawn"), fill.migrate, name)
        return name
    fill.ensure(base)
    print(f"multiplying open orders to {cases:,} …")
    fresh = f"{name}_new"
    place.create(fresh, template=fill.database_of(base), fresh=True)
    with place.owner(fresh) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '1GB'")
        indexes = fill.drop_indexes(connection)
        opened = connection.execute("SELECT count(*) FROM casework_case WHERE is_open").fetchone()[0]  # type: ignore[index]
        copies = -(-cases // opened)
        for copy in range(1, copies):
            for table, column in (("casework_case", "id"), ("workorders_workorder", "case_id"),
                                  ("casework_caseclock", "case_id")):  # fmt: skip
                _copy(connection, table, column, copy, min(opened, cases - opened * copy))
        for definition in indexes:
            connection.execute(definition)
        connection.execute("SELECT setval('casework_case_id_seq', (SELECT max(id) FROM casework_case))")
        _no_clock_is_due(connection)
        connection.execute("UPDATE bench_loaded SET last_case = (SELECT max(id) FROM casework_case)")
        connection.execute("VACUUM (ANALYZE, PARALLEL 2)")
        connection.execute("CHECKPOINT")
    place.rename(fresh, name)
    return name


def _copy(connection: Any, table: str, column: str, copy: int, count: int) -> None:
    """Add a further copy of the open orders' rows of a table, with other ids; their journal begins with the sweep."""
    columns = [
        row[0]
        for row in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attidentity = '' OR attrelid = %s::regclass AND attname = %s ORDER BY attnum",
            [table, table, column],
        )
    ]
    changed = {
        column: f"t.{column} + {copy * 10_000_000}",
        "number": f"t.number || '{copy}'",
        "journal_seq": "0",
        "journal_head": "''::bytea",
    }
    chosen = ", ".join(changed.get(name, f"t.{name}") for name in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT {chosen} FROM {table} t"
        f" JOIN (SELECT id FROM casework_case WHERE is_open AND id < 10000000 ORDER BY id LIMIT {count}) c"
        f" ON c.id = t.{column}"
    )


def _no_clock_is_due(connection: Any) -> None:
    """Move what every running clock has to say a week ahead."""
    connection.execute(
        "UPDATE casework_caseclock SET warned_at = NULL, breached_at = NULL, due_at = now() + interval '3 years',"
        " warn_at = now() + interval '2 years', next_at = now() + interval '2 years' WHERE state = 'running'"
    )


def make_due(name: str, cases: int) -> int:
    """Let one running clock in ``SHARE`` be due (a second ago, warned before); return how many."""
    fill.tidy(name)
    with place.owner(name) as connection:
        ended = connection.execute(
            "UPDATE casework_caseclock SET due_at = now() - interval '1 second', warn_at = now() - interval '1 hour',"
            " warned_at = now() - interval '1 hour', breached_at = NULL, escalated = 0,"
            f" next_at = now() - interval '1 second' WHERE state = 'running' AND case_id % {SHARE} = 0"
        )
        connection.execute(
            "UPDATE casework_case c SET breached = false, due_at = k.due_at FROM casework_caseclock k"
            f" WHERE k.case_id = c.id AND k.state = 'running' AND c.id % {SHARE} = 0"
        )
        connection.execute("VACUUM (ANALYZE) casework_case")
        connection.execute("VACUUM (ANALYZE) casework_caseclock")
        connection.execute("CHECKPOINT")
        return ended.rowcount


def measure(name: str, cases: int, due: int) -> list[Row]:
    """Sweep once and check that each clock said one thing, once."""
    place.use(name)
    from open95598.casework import sweeper
    from open95598.foundation import clock
    from open95598.foundation.rulebook import store

    counts = (
        "SELECT (SELECT count(*) FROM journal_entry), (SELECT count(*) FROM event), (SELECT count(*) FROM delivery)"
    )
    now = clock.now()
    store.current(now)
    sweeper.sweep(now - timedelta(days=400))  # warm: code, connection, rulebook; nothing was due then
    with place.owner(name) as connection:
        before = connection.execute(counts).fetchone()
        began = time.perf_counter()
        tally = sweeper.sweep(now, hands=sweeper.HANDS)
        seconds = time.perf_counter() - began
        after = connection.execute(counts).fetchone()
    assert before
    assert after
    written = [b - a for a, b in zip(before, after, strict=True)]
    if tally.total != due or written[:2] != [due, due]:
        raise RuntimeError(f"{due} clocks were due: {dict(tally.counts)}, entries and events: {written}")
    began = time.perf_counter()
    again = sweeper.sweep(now)
    idle = time.perf_counter() - began
    if again.total:
        raise RuntimeError(f"a second sweep said {again.total} things again")
    group = "Clocks"
    return [
        Row(group, f"{due:,} clocks due at once of {cases:,} open cases", count=due, rate=due / seconds,
            value=f"{seconds:.1f} s", goal=f"≤ {GOAL_SECONDS:.0f} s", met=seconds <= GOAL_SECONDS,
            note=f"one journal entry, one event and {written[2] // due} delivery each"),
        Row(group, "a sweep that finds nothing", value=f"{idle * 1000:.1f} ms"),
    ]  # fmt: skip


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, help="open cases (1,000,000)")
    parser.add_argument("--base", type=int, default=10_000, help="the loaded size whose open orders are multiplied")
    parser.add_argument("--quick", action="store_true", help="a hundred thousand cases")
    given = parser.parse_args()
    cases = given.cases or (100_000 if given.quick else 1_000_000)
    place.start_server()
    name = ensure(cases, given.base)
    rows = measure(name, cases, make_due(name, cases))
    results.save("sweep", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
