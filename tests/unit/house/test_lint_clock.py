"""The rule that finds readings of the time finds each way of doing so, and nothing else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_spec = importlib.util.spec_from_file_location("lint_clock", ROOT / "tools" / "lint_clock.py")
lint_clock = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lint_clock)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "import datetime as dt\ndt.date.today()",
        "from datetime import datetime as d\nfields = dict(default=d.utcnow)",
        "import time\ntime.time()",
        "from time import time_ns\ntime_ns()",
        "import time\ntime.strftime('%Y')",
        "from django.utils import timezone\ntimezone.now()",
        "from django.utils import timezone\nfield(default=timezone.now)",
        "from django.utils.timezone import localdate\nlocaldate()",
        "from django.db.models.functions import Now\nNow()",
        "from django.db import models\nmodels.DateTimeField(auto_now_add=True)",
    ],
)
def test_finds_readings_of_the_time(source: str) -> None:
    assert [line for line, _ in lint_clock.readers(source)] == [2]


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.monotonic()\ntime.perf_counter()\ntime.sleep(1)",
        "from datetime import datetime, UTC\ndatetime(2026, 1, 1, tzinfo=UTC)\ndatetime.fromtimestamp(0, UTC)",
        "from django.utils import timezone\ntimezone.localtime(now)\ntimezone.localdate(now)",
        "import time\ntime.strftime('%Y', moment)",
        "from open95598.foundation import clock\nclock.now()",
        "class Thing:\n    def now(self): ...\nThing().now()",
        "from django.db import models\nmodels.DateTimeField(auto_now=False)",
    ],
)
def test_leaves_the_rest_alone(source: str) -> None:
    assert not list(lint_clock.readers(source))


def test_names_file_and_line_and_spares_the_clock(tmp_path) -> None:
    room = tmp_path / "open95598" / "foundation"
    room.mkdir(parents=True)
    (room / "clock.py").write_text("import time\ntime.time()\n")
    (room / "late.py").write_text("import time\n\ntime.time()\n")
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "lint_clock.py", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "late.py:3: time.time" in done.stdout
    assert "clock.py:" not in done.stdout
