"""kill -9 in the middle of ``open95598 import accounts``: the same command goes on; no account twice, none lost."""

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

from open95598.foundation.transfer.models import ImportRun
from open95598.registry.customers.models import Customer, CustomerAccount, Meter

pytestmark = pytest.mark.timeout(400)
#: two batches and a bit
ROWS = 4200


def test_killed_and_begun_again(transactional_db: Any, tmp_path: Path) -> None:
    worlds.small()
    path = tmp_path / "accounts.csv"
    lines = [
        f"77{n:08d},用户{n},X11,湘江市东湖区芙蓉路{n % 90}号阳光花园{n % 20}栋{n}室,139{n:08d},Z{n:07d}"
        for n in range(ROWS)
    ]
    path.write_text("\n".join(["户号,户名,供电单位,用电地址,联系电话,表号", *lines]) + "\n", encoding="utf-8")
    told = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{told['USER']}:{quote(told['PASSWORD'], safe='')}@/{told['NAME']}"
        f"?host={quote(told['HOST'], safe='')}&port={told['PORT']}",
        "DJANGO_SETTINGS_MODULE": "open95598.project.settings",
    }
    command = [sys.executable, "-m", "open95598", "import", "accounts", str(path)]

    def there() -> int:
        return CustomerAccount.objects.system("a test").count()

    with (tmp_path / "out").open("wb") as out:
        child = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        deadline = time.monotonic() + 300
        while not there():  # a first batch is committed
            assert child.poll() is None, (tmp_path / "out").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.kill()
        child.wait(60)
    assert child.returncode == -9, "it was in the middle"
    run = ImportRun.objects.get()
    assert 0 < there() < ROWS
    assert there() == run.created

    done = processes.run(command, environment, 300)
    assert done.returncode == 0, done.stderr[-2000:]
    run = ImportRun.objects.get()
    assert (run.state, run.created, run.changed, run.doubles, run.rejected) == ("done", ROWS, 0, 0, 0)
    numbers = list(CustomerAccount.objects.system("a test").values_list("number", flat=True))
    assert sorted(numbers) == [f"77{n:08d}" for n in range(ROWS)]
    assert Customer.objects.system("a test").count() == ROWS
    assert Meter.objects.system("a test").count() == ROWS
