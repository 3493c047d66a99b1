"""Where the programs run: one home below ``var/bench``, one embedded server in it, one database for each data size.

A program calls ``use`` before anything of Django is imported; afterwards the process has that database.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("OPEN95598_BENCH_HOME") or ROOT / "var" / "bench")
RESULTS = ROOT / "bench" / "results"


def start_server() -> None:
    """Start the embedded server of the benchmark's home, or join the running one; it ends with the last program."""
    os.environ["OPEN95598_HOME"] = str(HOME)
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("OPEN95598_DATABASE_SETTINGS", None)  # as shipped: fsync, full_page_writes, synchronous_commit on
    os.environ.pop("OPEN95598_DEMO", None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process compiles everything again
    os.environ["OPEN95598_HOSTS"] = "127.0.0.1,localhost"
    HOME.mkdir(parents=True, exist_ok=True)
    from open95598.project import postgres

    postgres.ensure_running()


def url(database: str) -> str:
    """Return the ``DATABASE_URL`` of a database on that server."""
    from open95598.project import home, keeper

    sockets = keeper.Layout(home.directory()).sockets
    return (
        f"postgresql://{keeper.ROLE}:{quote(home.secret('database'))}@/{database}?host={quote(str(sockets), safe='')}"
    )


def owner(database: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return an autocommit connection as the server's administrator: for loading and looking, never for measuring."""
    from open95598.project import home, keeper

    return psycopg.connect(
        host=str(keeper.Layout(home.directory()).sockets),
        user="postgres",
        password=home.secret("database-admin"),
        dbname=database,
        autocommit=True,
    )


def exists(database: str) -> bool:
    """Say whether the server has this database."""
    with owner("postgres") as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def create(database: str, *, template: str = "template0", fresh: bool = False) -> None:
    """Make a database; ``fresh`` drops one of that name first."""
    from open95598.project import keeper

    name = sql.Identifier(database)
    with owner("postgres") as connection:
        if fresh:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        if not exists(database):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    name, sql.Identifier(keeper.ROLE), sql.Identifier(template)
                )
            )


def rename(old: str, new: str) -> None:
    """Give a database another name."""
    with owner("postgres") as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def use(database: str) -> None:
    """Make ``database`` this process's (and its children's) and set Django up. The server runs already."""
    os.environ["DATABASE_URL"] = url(database)
    os.environ["DJANGO_SETTINGS_MODULE"] = "open95598.project.settings"
    import django

    django.setup()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(database: str) -> Iterator[int]:
    """Run the product's own web process on a database, as in production; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "open95598", "web", "--bind", f"127.0.0.1:{port}"]
    environment = os.environ | {"DATABASE_URL": url(database), "OPEN95598_HOME": str(HOME)}
    with serving(command, environment, port, "/healthz"):
        yield port


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[None]:
    """Run a server until the block ends; it is ready when ``path`` answers."""
    log = HOME / "logs" / "bench-web.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=ROOT)
    try:
        until = time.monotonic() + 180
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: see {log}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False
