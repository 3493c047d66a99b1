"""The restore drill: database, attachments, keys and anchors come back in another home, and the journal is whole."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from open95598.project import backups
from open95598.project.demo import marker

pytestmark = pytest.mark.timeout(400)

FILL = """
import os, io
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
import django; django.setup()
from open95598.project import postgres; postgres.ensure_running()
from datetime import UTC, datetime
from pathlib import Path
from django.conf import settings
from open95598.foundation.files import store
from open95598.foundation.journal import sealer, services
from open95598.foundation.journal.models import Stream
now = datetime(2026, 3, 2, 2, tzinfo=UTC)
draft = lambda n: services.Draft(Stream(), "drill", "drill.noted", now, actor_id=1, actor_name="王敏", data={"n": n})
services.append_to_stream("drill", [draft(n) for n in range(50)])
sealer.seal_once(now)
print(store.put(io.BytesIO("停电通知".encode()), "notice.txt").sha256, settings.SECRET_KEY)
"""
LOOK = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
import django; django.setup()
from open95598.project import postgres; postgres.ensure_running()
from django.conf import settings
from open95598.foundation.files import store
from open95598.foundation.journal.models import Entry
from open95598.foundation.journal.verify import verify
report = verify()
assert report.whole, report.findings
print(Entry.objects.filter(stream="drill").count(), report.blocks, report.anchors > 0)
print(store.open(os.environ["DIGEST"]).read().decode(), settings.SECRET_KEY)
"""
#: each archive of the command line is refused; prints why
REFUSED = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
import django; django.setup()
from pathlib import Path
from open95598.foundation.errors import Invalid
from open95598.project import backups
for name in sys.argv[1:]:
    try:
        backups.restore(Path(name), replace=True)
    except Invalid as reason:
        print(reason)
"""


@pytest.fixture
def place():
    with tempfile.TemporaryDirectory(prefix="open95598-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run(home: Path, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, cwd="/", timeout=200,
        env=environment | {"OPEN95598_HOME": str(home)} | env,
    )  # fmt: skip
    assert not check or done.returncode == 0, done.stderr
    return done


@contextmanager
def server(home: Path) -> Iterator[Path]:
    """Keep the server of a home running, so that not every command starts one."""
    run(home, "-m", "open95598", "db", "start")
    try:
        yield home
    finally:
        run(home, "-m", "open95598", "db", "stop")


def test_the_restore_drill(place: Path) -> None:
    with server(place / "first") as first, server(place / "second") as second:
        _drill(place, first, second)


def _drill(place: Path, first: Path, second: Path) -> None:
    run(first, "-m", "open95598", "migrate")
    (first / marker.NAME).write_text("made up")
    digest, secret = run(first, "-c", FILL).stdout.split()
    archive = place / "backup.tar"
    run(first, "-m", "open95598", "db", "backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0

    run(second, "-m", "open95598", "db", "restore", str(archive))
    looked = run(second, "-c", LOOK, DIGEST=digest).stdout.splitlines()
    assert looked == ["50 1 True", f"停电通知 {secret}"]
    assert marker.is_set(second)  # a demonstration comes back as one
    assert "whole" in run(second, "-m", "open95598", "journal", "verify").stdout

    again = run(second, "-m", "open95598", "db", "restore", str(archive), check=False)
    assert again.returncode == 1
    assert "--replace" in again.stderr
    run(second, "-m", "open95598", "db", "restore", "--replace", str(archive))
    assert run(second, "-c", LOOK, DIGEST=digest).stdout.splitlines() == looked

    bare = place / "bare.tar"
    (second / "search" / "old").mkdir(parents=True)  # an index of data that will be gone
    assert "whole" in run(second, "-m", "open95598", "journal", "verify").stdout
    assert (second / backups.VERIFIED).exists()
    (first / marker.NAME).unlink()
    run(first, "-m", "open95598", "db", "backup", str(bare))
    run(second, "-m", "open95598", "db", "restore", "--replace", str(bare))
    assert not marker.is_set(second)
    assert not (second / "search" / "old").exists() and not (second / backups.VERIFIED).exists()

    for name, bad in _spoilt(archive).items():
        (place / name).write_bytes(bad)
    refused = run(second, "-m", "open95598", "db", "restore", "--replace", str(place / "changed.tar"), check=False)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    told = run(second, "-c", REFUSED, *(str(place / name) for name in _spoilt(archive))).stdout.splitlines()
    assert len(told) == len(_spoilt(archive))
    assert run(second, "-c", LOOK, DIGEST=digest).stdout.splitlines() == looked


def _spoilt(archive: Path) -> dict[str, bytes]:
    """Return archives that must be refused: cut, changed in one byte, with a stranger inside, no archive at all."""
    whole = archive.read_bytes()
    with tarfile.open(archive) as opened:
        dump = opened.getmember("database.dump")
    changed = bytearray(whole)
    changed[dump.offset_data + dump.size // 2] ^= 1
    stranger = io.BytesIO(whole)
    with tarfile.open(fileobj=stranger, mode="a") as opened:
        entry = tarfile.TarInfo("../../escaped")
        entry.size = 2
        opened.addfile(entry, io.BytesIO(b"hi"))
    return {
        "cut.tar": whole[: dump.offset_data + dump.size],
        "changed.tar": bytes(changed),
        "stranger.tar": stranger.getvalue(),
        "none.tar": b"not an archive",
    }
