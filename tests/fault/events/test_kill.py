"""kill -9 of relay and worker in the middle of a stream of events: nothing lost, in order per key, effects once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from open95598.foundation.events import registry
from open95598.foundation.events.services import Said, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
KEYS = 25


class Processes:
    """Relay and worker of the test's database, started and killed at will; each leads a group of its own."""

    def __init__(self, folder: Path) -> None:
        told = connection.settings_dict
        self.environment = os.environ | {
            "DATABASE_URL": f"postgresql://{told['USER']}:{quote(told['PASSWORD'], safe='')}@/{told['NAME']}"
            f"?host={quote(told['HOST'], safe='')}&port={told['PORT']}",
            "DJANGO_SETTINGS_MODULE": "open95598.project.settings",
        }
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, role: str) -> None:
        with (self.folder / f"{role}.log").open("ab") as log:
            self.running[role] = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("process.py")), role],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, role: str) -> None:
        process = self.running.pop(role)
        process.kill()
        process.wait()

    def end(self) -> None:
        for role in list(self.running):
            self.kill(role)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    registry.subscribe("fault.receiver", "fault.said")(lambda event, now: None)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE fault_effect (id bigserial, event_id bigint, key text, n int)")
    processes = Processes(tmp_path)
    yield processes
    processes.end()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE fault_effect")
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
        cursor.execute("TRUNCATE event, delivery")
    # the killed ones' signs of life lie in the tests' home: other tests would find them fallen silent
    shutil.rmtree(Path(os.environ["OPEN95598_HOME"]) / "run" / "heartbeats", ignore_errors=True)
    registry.unsubscribe("fault.receiver")


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def tell(n: int) -> None:
    with transaction.atomic():
        say(Said("fault.said", f"case/{key}", NOW, payload={"n": n}) for key in range(KEYS))


def wait_until_none(left: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while found := count(f"SELECT count(*) FROM {left}"):
        assert time.monotonic() < deadline, f"{found} left of {left}"
        time.sleep(0.2)


def test_kill_relay_and_worker_under_way(processes: Processes) -> None:
    processes.start("relay")
    processes.start("worker")
    told = 0
    for victim in ("relay", "worker", "worker", "relay"):
        before = count("SELECT count(*) FROM fault_effect")
        deadline = time.monotonic() + 120
        # tell on until the stream has visibly moved, then kill in the middle of it
        enough = told + 12
        while count("SELECT count(*) FROM fault_effect") < before + 2 * KEYS:
            assert time.monotonic() < deadline, "nothing is delivered"
            if told < enough:
                tell(told)
                told += 1
            time.sleep(0.05)
        for _ in range(4):
            tell(told)
            told += 1
        processes.kill(victim)
        tell(told)
        told += 1
        processes.start(victim)
    wait_until_none("delivery WHERE state = 'pending'", 180)
    wait_until_none("event WHERE NOT relayed", 180)

    with connection.cursor() as cursor:
        cursor.execute("SELECT key, array_agg(n ORDER BY id) FROM fault_effect GROUP BY key")
        effects = dict(cursor.fetchall())
    assert effects == {f"case/{key}": list(range(told)) for key in range(KEYS)}
    assert count("SELECT count(*) FROM delivery WHERE state <> 'done'") == 0
