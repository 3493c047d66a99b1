"""kill -9 in the middle of ``open95598 import orders``: the same command goes on; no order twice, none lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from tests import processes
from tests import world as worlds

from open95598.foundation.transfer.models import ImportedRow, ImportRun
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.timeout(600)
#: two batches and a half
ROWS = 500


def test_killed_and_begun_again(transactional_db: Any, tmp_path: Path) -> None:
    worlds.small()
    path = tmp_path / "messages.csv"
    lines = [f"{n},停电,2020/1/{n % 28 + 1} 12:00:00,第{n}条：小区停电" for n in range(ROWS)]
    path.write_text("\n".join(["留言编号,留言主题,留言时间,留言详情", *lines]) + "\n", encoding="utf-8")
    told = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{told['USER']}:{quote(told['PASSWORD'], safe='')}@/{told['NAME']}"
        f"?host={quote(told['HOST'], safe='')}&port={told['PORT']}",
        "DJANGO_SETTINGS_MODULE": "open95598.project.settings",
    }
    command = [sys.executable, "-m", "open95598", "import", "orders", str(path)]

    with (tmp_path / "out").open("wb") as out:
        child = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        deadline = time.monotonic() + 300
        while not ImportedRow.objects.exists():  # a first batch is committed
            assert child.poll() is None, (tmp_path / "out").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.kill()
        child.wait(60)
    assert child.returncode == -9, "it was in the middle"
    half = WorkOrder.objects.system("test").count()
    run = ImportRun.objects.get()
    assert 0 < half < ROWS
    assert half == run.created == ImportedRow.objects.count()

    def again() -> str:
        done = processes.run(command, environment, 500)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    again()
    run = ImportRun.objects.get()
    assert (run.state, run.created, run.rejected) == ("done", ROWS, 0)
    refs = list(WorkOrder.objects.system("test").values_list("source_ref", flat=True))
    assert sorted(refs) == sorted(str(n) for n in range(ROWS))
    again()
    assert WorkOrder.objects.system("test").count() == ROWS
