"""kill -9 in the middle of an import: the second run goes on; no row twice, no row lost."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration" / "transfer"))
import sample

from open95598.foundation.journal.models import Stream
from open95598.foundation.transfer import imports
from open95598.foundation.transfer.models import ImportedRow, ImportRun, RunState

pytestmark = pytest.mark.timeout(400)

ROWS = 400


@pytest.mark.usefixtures("own_samples")
@pytest.mark.parametrize("whole", [False, True])
def test_killed_and_resumed(settings: Any, tmp_path: Path, whole: bool) -> None:
    settings.HOME = tmp_path
    now = datetime(2026, 3, 2, 2, tzinfo=UTC)
    text = "编号,内容\n" + "".join(f"{n},t{n}\n" for n in range(1, ROWS + 1))

    def prepared() -> ImportRun:
        draft = imports.upload(sample.IMPORTER, io.BytesIO(text.encode()), "x.csv", person=None, now=now)
        return imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=whole, now=now)

    run = prepared()
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, str(Path(__file__).with_name("transfer_child.py")), database, str(tmp_path)]
    with subprocess.Popen([*command, str(run.pk), "0.2", "20"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) > 60:
                os.kill(child.pid, signal.SIGKILL)  # in the sleep inside the next batch's transaction
                break
        child.wait(120)
    assert child.returncode == -signal.SIGKILL

    run.refresh_from_db()
    half = Stream.objects.filter(key__startswith="sample/").count()
    assert run.state == RunState.RUNNING
    if whole:
        assert (half, run.position) == (0, 0), "all or nothing left something behind"
    else:
        assert 0 < half < ROWS
        assert half == run.created == run.position - 1 == ImportedRow.objects.count()

    again = prepared()
    assert again.pk == run.pk, "the same file with the same mapping goes on"
    subprocess.run([*command, str(run.pk), "0", "50"], check=True, stdout=subprocess.DEVNULL, timeout=240)
    run.refresh_from_db()
    assert (run.state, run.created, run.rejected, run.doubles) == (RunState.DONE, ROWS, 0, 0)
    keys = set(Stream.objects.filter(key__startswith="sample/").values_list("key", flat=True))
    assert keys == {f"sample/{n}" for n in range(1, ROWS + 1)}
    assert ImportedRow.objects.count() == ROWS
