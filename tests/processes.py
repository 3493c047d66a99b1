"""Other processes of the house, run to their end: one that does not come to it says where it stands."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence

import pytest
from django.db import connection

_ACTIVITY = """
SELECT pid, state, wait_event_type, wait_event, pg_blocking_pids(pid), now() - query_start, left(query, 300)
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def run(command: Sequence[str], env: Mapping[str, str], limit: float) -> subprocess.CompletedProcess[str]:
    """Run a Python command to its end. After ``limit`` seconds the test fails with the stacks of its threads and with
    what the database's other sessions are doing, which is all that can be known of a wait that happens once a month."""
    child = subprocess.Popen(
        command, env={**env, "PYTHONFAULTHANDLER": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        out, err = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        with connection.cursor() as cursor:
            cursor.execute(_ACTIVITY)
            sessions = "\n".join(map(str, cursor.fetchall()))
        child.send_signal(signal.SIGABRT)
        _out, err = child.communicate(timeout=60)
        pytest.fail(f"{command} did not end within {limit} s\n{err[-6000:]}\n{sessions}")
    return subprocess.CompletedProcess(command, child.returncode, out, err)
