"""The embedded server: two starters at once, kill -9 of any party, strange paths, root and others."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import KILL, ROOT, Installation, alive, eventually

LEASE = """
from open95598.project import postgres
postgres.ensure_running()
with postgres.connect(autocommit=True) as c:
    print(c.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
"""
WAIT = LEASE + "input()\n"
WRITER = """
from open95598.project import postgres
postgres.ensure_running()
with postgres.connect(autocommit=True) as c:
    c.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
    n = 0
    while True:
        n += 1
        c.execute("INSERT INTO kept VALUES (%s)", [n])
        print(n, flush=True)
"""
COUNT = (
    LEASE
    + """
with postgres.connect() as c:
    print(c.execute("SELECT count(*), coalesce(max(n), 0) FROM kept").fetchone())
"""
)


def test_many_starters_at_once_share_one_new_server(fresh: Installation) -> None:
    starters = [fresh.start(WAIT) for _ in range(6)]
    told = {starter.stdout.readline() for starter in starters}
    assert len(told) == 1
    assert told.pop().strip()
    for starter in starters:
        _, err = starter.communicate("\n", timeout=90)
        assert starter.returncode == 0, err


def test_the_server_ends_after_its_last_user(installation: Installation) -> None:
    first, second = installation.start(WAIT), installation.start(WAIT)
    first.stdout.readline()
    second.stdout.readline()
    server = installation.postmaster()
    first.kill()
    first.wait()
    assert installation.run(LEASE)
    assert alive(server)
    second.kill()  # -9: nobody says goodbye
    second.wait()
    eventually(lambda: not alive(server), what="the server ends")
    assert "database system is shut down" in (installation.home / "logs" / "database.log").read_text()


def test_kill_9_of_the_server_loses_nothing_that_was_committed(installation: Installation) -> None:
    holder = installation.start(WAIT)
    before = holder.stdout.readline()
    writer = installation.start(WRITER)
    for _ in range(200):
        acknowledged = int(writer.stdout.readline())
    os.kill(installation.postmaster(), KILL)
    acknowledged = max([acknowledged, *(int(n) for n in writer.stdout.read().split())])
    after, count = installation.run(COUNT).splitlines()
    assert after != before.strip()
    assert eval(count) in {(acknowledged, acknowledged), (acknowledged + 1, acknowledged + 1)}


def test_kill_9_of_the_keeper_ends_the_server_and_the_next_user_starts_another(installation: Installation) -> None:
    holder = installation.start(WAIT)
    before = holder.stdout.readline()
    keeper, server = installation.keeper(), installation.postmaster()
    os.kill(keeper, KILL)
    after = installation.run(LEASE)
    assert after != before.strip()
    assert not alive(server)
    assert installation.keeper() != keeper


def test_kill_9_of_everything_and_a_reused_process_number(installation: Installation) -> None:
    holder = installation.start(WAIT)
    holder.stdout.readline()
    keeper, server = installation.keeper(), installation.postmaster()
    stale = installation.home / "postgres" / "postmaster.pid"
    lines = stale.read_text().splitlines()
    os.kill(keeper, 19)  # SIGSTOP, so that it cannot start another
    os.kill(server, KILL)
    os.kill(keeper, KILL)
    eventually(lambda: not alive(server) and not alive(keeper))
    # the number in the stale file now belongs to a process that has nothing to do with it
    stranger = subprocess.Popen(["sleep", "600"], **_as_owner(installation.home / "postgres"))
    stale.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    try:
        assert installation.run(LEASE)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def _as_owner(path: Path) -> dict:
    owner = path.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def test_a_long_path_with_spaces_and_chinese(place: Path) -> None:
    made = Installation(place / "供电 服务" / ("很长的文件夹 with spaces" * 5) / "数据 home")
    made.home.mkdir(parents=True)
    try:
        assert made.run(LEASE)
        settings = (
            "from open95598.project import home, postgres; print(postgres.django_settings(home.directory())['HOST'])"
        )
        assert len(os.fsencode(made.run(settings))) + len("/.s.PGSQL.5432.lock") < 107
    finally:
        made.end()


def test_start_stays_and_stop_stops(installation: Installation) -> None:
    assert installation.command("db", "status").returncode == 1
    assert installation.command("db", "start").returncode == 0
    server = installation.postmaster()
    assert installation.command("db", "start").returncode == 0
    assert installation.postmaster() == server
    assert installation.command("db", "status").returncode == 0
    assert installation.command("db", "stop").returncode == 0
    assert not alive(server)
    assert installation.command("db", "status").returncode == 1


def test_what_cannot_start_is_told(installation: Installation) -> None:
    installation.run(LEASE)
    installation.run("from open95598.project import postgres; postgres.stop()")
    (installation.home / "postgres" / "PG_VERSION").write_text("9\n")
    done = installation.command("db", "start")
    assert done.returncode == 1
    assert "incompatible" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_language_and_chinese_search(fresh: Installation) -> None:
    fresh.env |= {"LANG": "de_DE.UTF-8", "LC_ALL": "C"}
    found = fresh.run(
        LEASE
        + """
with postgres.connect() as c:
    c.execute("CREATE EXTENSION pg_trgm")
    print(c.execute("SELECT show_trgm('停电') <> '{}', length('停电'), upper('ä')").fetchone())
"""
    )
    assert found.splitlines()[-1] == "(True, 2, 'Ä')"


pytestmark = pytest.mark.timeout(400)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@needs_root
def test_as_root_the_server_runs_as_somebody_else(fresh: Installation) -> None:
    holder = fresh.start(WAIT)
    holder.stdout.readline()
    owner = Path(f"/proc/{fresh.postmaster()}").stat().st_uid
    assert owner != 0
    assert (fresh.home / "postgres").stat().st_uid == owner
    assert fresh.home.stat().st_uid == 0
    assert (fresh.home / "keys").stat().st_mode & 0o077 == 0


@needs_root
def test_as_root_below_a_closed_folder(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    made = Installation(closed / "home")
    made.home.mkdir()
    try:
        assert made.run(LEASE)
        assert closed.stat().st_mode & 0o777 == 0o700
        place = (made.home / "postgres").readlink()
        assert place.stat().st_mode & 0o077 == 0
    finally:
        made.end()
        if (made.home / "postgres").is_symlink():
            shutil.rmtree((made.home / "postgres").readlink().parent)


@needs_root
def test_as_an_ordinary_user(place: Path) -> None:
    python = _python_for("nobody")
    if python is None:
        pytest.skip("no Python here that an ordinary user may run")
    home = place / "home"
    home.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    packages = next(p for p in sys.path if p.endswith("site-packages"))
    made = Installation(home, python, prefix, PYTHONPATH=f"{ROOT / 'src'}:{packages}", HOME=str(home))
    made.env["PYTHONDONTWRITEBYTECODE"] = "1"
    try:
        assert made.run(LEASE)
        assert (home / "postgres").stat().st_uid == nobody.pw_uid
    finally:
        made.end()


def _python_for(user: str) -> str | None:
    """Return a Python of our version that ``user`` may run: ours may lie in root's own folder."""
    entry = pwd.getpwnam(user)
    for candidate in (sys.executable, "/usr/bin/python3.11", "/usr/bin/python3", "/usr/local/bin/python3"):
        check = f"import sys, ctypes; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
        try:
            done = subprocess.run(
                [candidate, "-c", check], user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], cwd="/",
                check=False, capture_output=True,
            )  # fmt: skip
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    return None
