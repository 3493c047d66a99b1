"""kill -9 of every process of the house while customers' orders come in: nothing acknowledged is lost, nothing is there
twice, the journal is whole, clocks speak once, events are delivered once, and no process outlives the supervisor."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .load import Load
from .running import House, eventually

pytestmark = [pytest.mark.serial, pytest.mark.timeout(1200)]

#: clocks that come due while everything is being killed
DUE = 120
_MAKE_DUE = """
WITH chosen AS (
    SELECT id, case_id FROM casework_caseclock
    WHERE state = 'running' AND warned_at IS NULL AND breached_at IS NULL AND due_at > now() ORDER BY id LIMIT %s
), moved AS (
    UPDATE casework_caseclock k SET warn_at = now() - interval '2 minutes', due_at = now() - interval '1 minute',
           next_at = now() - interval '2 minutes' FROM chosen WHERE chosen.id = k.id RETURNING k.id
)
SELECT count(*) FROM moved
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="open95598-house-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = House(folder / "客服 home")
        made.home.mkdir()
        try:
            made.populate()
            made.start()
            yield made
        finally:
            made.end()
            _all_ended(made, "after a clean end")


def _all_ended(house: House, when: str) -> None:
    """No process carries the home any more; else say which do, and what each is doing."""
    try:
        eventually(lambda: not list(house.processes()), 120, when)
    except AssertionError:
        raise AssertionError(f"{when}, these still run: {[house.told(*each) for each in house.processes()]}") from None


def _ask(connection: Any, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def test_nothing_is_lost_and_nothing_twice(house: House) -> None:
    with house.database() as database:
        with Load(house.url, house.token) as load:
            load.flow_on(30, 300)
            for victim in ("web worker", "sweeper", "worker", "relay", "web", "sealer", "front", "database"):
                if victim == "sweeper":  # it has something to say when it dies, and when it comes back
                    assert _ask(database, _MAKE_DUE, DUE // 2) > 0
                pid = {"web worker": house.web_worker, "database": house.postmaster}.get(
                    victim, lambda name=victim: house.pid(name)
                )()
                os.kill(pid, signal.SIGKILL)
                load.flow_on(10, 300)
            with house.database() as fresh:
                assert _ask(fresh, _MAKE_DUE, DUE // 2) > 0
            os.kill(house.pid("sweeper"), signal.SIGKILL)
            load.flow_on(10, 300)
        assert not load.had.troubles
    with house.database() as database:
        _everything_is_said(house, database)
        _orders_are_there_once(database, load)
        _clocks_spoke_once(database)
        _events_arrived_once(database)
    whole = house.command("journal", "verify")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "whole" in whole.stdout


def _everything_is_said(house: House, database: Any) -> None:
    """The house comes to rest: ready, nothing due, nothing pending, everything sealed."""
    eventually(house.is_ready, 200, "ready again")
    for left in (
        "SELECT count(*) FROM casework_caseclock WHERE state = 'running' AND next_at <= now()",
        "SELECT count(*) FROM event WHERE NOT relayed",
        "SELECT count(*) FROM delivery WHERE state = 'pending'",
        "SELECT count(*) FROM journal_entry WHERE id > (SELECT coalesce(max(last_id), 0) FROM journal_block)",
    ):
        eventually(lambda query=left: _ask(database, query) == 0, 200, f"none left of: {left}")


def _orders_are_there_once(database: Any, load: Load) -> None:
    had = load.had
    rows = database.execute("SELECT number, right(description, 32) FROM workorders_workorder").fetchall()
    assert {key: number for number, key in rows} == had.orders, "exactly the acknowledged orders are there"
    assert len(rows) == len(had.orders)
    assert _ask(database, "SELECT count(*) FROM casework_case WHERE kind = 'fault'") == len(rows)
    notes = dict(
        database.execute(
            "SELECT right(content, 32), count(*) FROM journal_personal p JOIN journal_entry e ON e.id = p.entry_id"
            " WHERE e.kind = 'case.note' GROUP BY 1"
        ).fetchall()
    )
    assert notes == {key: 1 for _number, action, key in had.actions if action == "note"}
    accepted = dict(
        database.execute(
            "SELECT o.number, count(*) FROM journal_entry e JOIN workorders_workorder o ON o.case_id = e.case_id"
            " WHERE e.kind = 'case.accept' GROUP BY 1"
        ).fetchall()
    )
    assert accepted == {number: 1 for number, action, _key in had.actions if action == "accept"}


def _clocks_spoke_once(database: Any) -> None:
    """What is late was said: once in the clock's row, once in the journal, once as an event."""
    late = "due_at < now() AND (state = 'running' OR stopped_at > due_at + interval '30 seconds')"
    assert _ask(database, f"SELECT count(*) FROM casework_caseclock WHERE {late}") > 0
    assert _ask(database, "SELECT count(*) FROM casework_caseclock WHERE state = 'running' AND due_at < now()"
                          " AND breached_at IS NULL") == 0  # fmt: skip
    for kind in ("breached", "warned"):
        said = database.execute(
            "SELECT case_id, body::json->'data'->>'clock', count(*) FROM journal_entry"
            f" WHERE kind = 'clock.{kind}' GROUP BY 1, 2"
        ).fetchall()
        told = database.execute(
            f"SELECT case_id, payload->>'clock', count(*) FROM event WHERE type = 'clock.{kind}' GROUP BY 1, 2"
        ).fetchall()
        assert sorted(said) == sorted(told)
        assert all(times == 1 for _case, _clock, times in said), f"{kind} twice"
    breached = {
        (case, name)
        for case, name in database.execute(
            "SELECT case_id, name FROM casework_caseclock WHERE breached_at IS NOT NULL"
        ).fetchall()
    }
    said = database.execute(
        "SELECT case_id, body::json->'data'->>'clock' FROM journal_entry WHERE kind = 'clock.breached'"
    ).fetchall()
    assert set(said) == breached
    assert breached


def _events_arrived_once(database: Any) -> None:
    assert _ask(database, "SELECT count(*) FROM delivery WHERE state <> 'done'") == 0
    assert _ask(database, "SELECT count(*) FROM (SELECT event_id, subscriber FROM delivery"
                          " GROUP BY 1, 2 HAVING count(*) > 1) AS twice") == 0  # fmt: skip
    # every recipient whom an event named heard its bell, once
    wanted = database.execute(
        "SELECT e.id, r::bigint FROM event e, jsonb_array_elements_text(e.payload->'recipients') r"
        " WHERE e.type LIKE 'clock.%'"
    ).fetchall()
    rung = database.execute("SELECT split_part(key, '/', 2)::bigint, person_id FROM notices_notice"
                            " WHERE key LIKE 'event/%'").fetchall()  # fmt: skip
    assert len(rung) == len(set(rung))
    assert set(rung) <= set(wanted)
    assert rung


def test_no_process_outlives_a_killed_supervisor(house: House) -> None:
    names = {name for _pid, _parent, name in house.processes()}
    assert {"web", "events", "worker", "sweeper", "sealer", "relay", "front"} <= names
    postmaster = house.postmaster()
    assert house.supervisor
    os.kill(house.supervisor.pid, signal.SIGKILL)
    house.supervisor.wait()
    _all_ended(house, "after the supervisor was killed")
    eventually(lambda: not Path(f"/proc/{postmaster}").exists(), 120, "the database has ended")
    house.start()  # and the house opens again on what is there
    whole = house.command("journal", "verify")
    assert whole.returncode == 0, whole.stdout + whole.stderr
