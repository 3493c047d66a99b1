"""A month's partition is made beside people at work: no row is refused or lost, nobody waits for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from open95598.foundation import partitions
from open95598.foundation.partitions import Busy, Partitioned, Upkeep

MAY = datetime(2031, 5, 20, tzinfo=UTC)
WAIT = 60


@pytest.fixture(params=["", "journal_refuse"], ids=["moving", "append-only"])
def table(request, transactional_db) -> Iterator[Partitioned]:
    """A table of the test's own, of either kind, with only its default partition."""
    sql("CREATE TABLE leaf (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)")
    sql("CREATE TABLE leaf_default PARTITION OF leaf DEFAULT")
    if request.param:
        sql("CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON leaf FOR EACH ROW EXECUTE FUNCTION journal_refuse()")
    yield Partitioned("leaf", append_only_by=request.param)
    sql("DROP TABLE leaf")


def sql(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def places() -> dict[str, list[int]]:
    return dict(sql("SELECT tableoid::regclass::text, array_agg(id ORDER BY id) FROM leaf GROUP BY 1"))


@contextmanager
def beside(*statements: tuple, then: tuple = ()) -> Iterator[threading.Event]:
    """Be in the middle of another transaction; set what is given, and it goes on to ``then`` and commits."""
    ready, go_on, errors = threading.Event(), threading.Event(), []

    def work() -> None:
        try:
            with transaction.atomic():
                for statement in statements:
                    sql(*statement)
                ready.set()
                assert go_on.wait(WAIT)
                for statement in then:
                    sql(*statement)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert ready.wait(WAIT)
        yield go_on
    finally:
        go_on.set()
        thread.join()
    assert errors == []


def ids() -> list[int]:
    return [id_ for (id_,) in sql("SELECT id FROM leaf ORDER BY id")]


def wait_until(condition: str) -> None:
    for _ in range(WAIT * 50):
        if sql(f"SELECT {condition}")[0][0]:
            return
        threading.Event().wait(0.02)
    pytest.fail(condition)


ROW = ("INSERT INTO leaf VALUES (%s, %s)", 1, MAY)


def test_a_row_of_the_month_that_is_not_committed_yet_is_waited_for(table: Partitioned) -> None:
    """The fault of old: the look saw nothing, the row was committed, the attachment was refused because of it."""
    with beside(ROW) as go_on:
        with pytest.raises(Busy, match="leaf_203105"):
            partitions.ensure(table, MAY, MAY, patience=0)
        made: list[str] = []
        thread = threading.Thread(target=lambda: (made.extend(partitions.ensure(table, MAY, MAY)), connection.close()))
        thread.start()
        wait_until("EXISTS (SELECT FROM pg_locks WHERE relation = 'leaf'::regclass AND NOT granted)")
        go_on.set()
        thread.join()
    if table.append_only_by:
        assert (made, places()) == ([], {"leaf_default": [1]})
    else:
        assert (made, places()) == (["leaf_203105"], {"leaf_203105": [1]})
    assert partitions.ensure(table, MAY, MAY) == []


def test_who_has_read_and_then_writes_is_never_the_victim(table: Partitioned) -> None:
    """It holds the default partition by reading and wants the table; we hold the table and want the partition."""
    with beside(("SELECT count(*) FROM leaf",), then=(ROW,)) as go_on:
        made: list[str] = []
        thread = threading.Thread(target=lambda: (made.extend(partitions.ensure(table, MAY, MAY)), connection.close()))
        thread.start()
        wait_until("EXISTS (SELECT FROM pg_locks WHERE relation = 'leaf_default'::regclass AND NOT granted)")
        go_on.set()
        thread.join()
    assert ids() == [1]
    assert made == ([] if places() == {"leaf_default": [1]} and table.append_only_by else ["leaf_203105"])


def test_writers_of_months_that_are_being_made_lose_no_row_and_see_no_error(table: Partitioned) -> None:
    """Four writers walk through the months while two processes make them; every row is there once."""
    starts = [MAY + timedelta(days=31 * n) for n in range(12)]
    errors: list[Exception] = []
    begin = threading.Barrier(6)

    def run(work) -> None:
        try:
            begin.wait(WAIT)
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def write(number: int) -> None:
        for turn, at in enumerate(starts * 5):
            with transaction.atomic():
                sql("INSERT INTO leaf VALUES (%s, %s)", number * 1000 + turn, at)
                sql("SELECT count(*) FROM leaf WHERE at = %s", at)

    def make() -> None:
        for at in starts:
            partitions.ensure(table, at, at, patience=WAIT)

    threads = [threading.Thread(target=run, args=(lambda n=n: write(n),)) for n in range(4)]
    threads += [threading.Thread(target=run, args=(make,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert ids() == [n * 1000 + turn for n in range(4) for turn in range(60)]
    if not table.append_only_by:
        assert len(places()) == 12 and "leaf_default" not in places()


def test_upkeep_survives_a_busy_table_and_a_broken_one_and_makes_the_others(
    table: Partitioned, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Partitioned("no_such_table")
    monkeypatch.setattr(partitions, "TABLES", [broken, table])
    upkeep = Upkeep()
    with beside(ROW):
        upkeep.round(MAY)
        assert list(places()) == []
    monkeypatch.setattr(Upkeep, "RETRY_SECONDS", 0.0)
    upkeep.round(MAY)
    assert sql("SELECT to_regclass('leaf_203106')") == [(None,)], "it is not tried again at once"
    upkeep = Upkeep()
    upkeep.round(MAY)
    names = [f"leaf_2031{month:02}" for month in range(5, 9)]
    there = sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'leaf'::regclass")
    assert sorted(name for (name,) in there) == sorted(
        ["leaf_default", *(names[1:] if table.append_only_by else names)]
    )


def test_the_lock_timeout_of_the_transaction_around_is_left_as_it_was(table: Partitioned) -> None:
    with transaction.atomic():
        sql("SET LOCAL lock_timeout = '7s'")
        assert partitions.ensure(table, MAY, MAY) == ["leaf_203105"]
        assert sql("SHOW lock_timeout") == [("7s",)]
