"""The real house, ``open95598 up``, on a home and a port of its own, with its processes within a killer's reach."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg

from open95598.project.orphans import die_with_parent

ROOT = Path(__file__).resolve().parents[3]
#: a utility with people for every role, and an almighty account's token; prints the token
_POPULATE = """
import django; django.setup()
from open95598.foundation import clock
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token
from tests import world as worlds
world = worlds.small()
for unit in ("P1", "C1", "X11", "X12"):
    for role in (Role.DISPATCHER, Role.SHIFT_LEADER, Role.UNIT_MANAGER, Role.HANDLER):
        world.person(role, unit)
person = world.person(Role.ADMINISTRATOR, "HQ")
for role in Role:
    RoleAssignment.objects.get_or_create(
        person=person, role=role, unit=world.units["HQ"], defaults={"valid_from": worlds.LONG_AGO}
    )
print(make_token(person, "load", [], clock.now()))
"""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def eventually(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait until ``condition()`` is true and return its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return value


class House:
    """``open95598 up`` and what belongs to it. fsync is on, as in service."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = ""
        self.struck: list[Any] = []
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("OPEN95598_") and k != "DATABASE_URL"} | {
            "OPEN95598_HOME": str(home),
            "OPEN95598_DATABASE_SETTINGS": "shared_buffers=64MB max_connections=80",
            "OPEN95598_THREADS": "4",
            "DJANGO_SETTINGS_MODULE": "open95598.project.settings",
            "PORT": str(self.port),
        }
        self.supervisor: subprocess.Popen[bytes] | None = None

    def populate(self) -> None:
        """Make tables and people, before the house opens."""
        self.token = self.snippet(
            "from open95598.project import postgres; postgres.ensure_running()\n"
            "import django; django.setup()\n"
            "from django.core.management import call_command; call_command('migrate', verbosity=0)\n" + _POPULATE
        ).splitlines()[-1]

    def snippet(self, text: str) -> str:
        """Run Python in the house's surroundings and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", text],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``open95598 …``."""
        return subprocess.run(
            [sys.executable, "-m", "open95598", *words],
            cwd="/", env=self.env, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def start(self, *more: str) -> None:
        """Start the house (``open95598 up`` and ``more``) and wait until it says that it is ready for work."""
        with (self.home / "up.log").open("ab") as log:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "open95598", "up", *more], cwd="/", env=self.env, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other thread forks)
            )  # fmt: skip
        try:
            eventually(self.is_ready, 300, "ready")
        except AssertionError:
            logs = [self.home / "up.log", *(self.home / "logs").glob("*.log")]
            told = "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in logs)
            raise AssertionError(f"the house did not open:\n{told}") from None

    def is_ready(self) -> bool:
        """Say whether ``/readyz`` says so."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200
        except httpx.HTTPError:
            return False

    def processes(self) -> Iterator[tuple[int, int, str]]:
        """Yield (pid, parent, name) of every living process that carries this home in its environment."""
        mine = f"OPEN95598_HOME={self.home}".encode()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if mine in environment and fields[0] != "Z" and int(folder.name) != os.getpid():
                told = [e for e in environment if e.startswith(b"OPEN95598_PROCESS=")]
                yield int(folder.name), int(fields[1]), told[0].split(b"=", 1)[1].decode() if told else ""

    @staticmethod
    def told(pid: int, parent: int, name: str) -> str:
        """Say of a process what it is and what it waits for, for a failure's text."""
        try:
            folder = Path(f"/proc/{pid}")
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[-120:]
            state = (folder / "status").read_text().split("State:\t", 1)[1][:1]
            waits = ", ".join(sorted({(task / "wchan").read_text() for task in (folder / "task").iterdir()}))
        except OSError:
            return f"{name} {pid}: ended meanwhile"
        return f"{name} {pid} of {parent}, {state}, {words.strip()}, in {waits}"

    def pid(self, name: str) -> int:
        """Return the process ``name`` as the supervisor started it."""
        assert self.supervisor
        return eventually(
            lambda: next((p for p, parent, n in self.processes() if n == name and parent == self.supervisor.pid), 0),
            120,
            f"a process {name}",
        )

    def web_worker(self) -> int:
        """Return one of the web server's workers."""
        master = self.pid("web")
        return eventually(lambda: next((p for p, up, _ in self.processes() if up == master), 0), 120, "a web worker")

    def postmaster(self) -> int:
        """Return the database server's first process."""
        return int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def database(self) -> psycopg.Connection[Any]:
        """Return a connection of the test's own, in autocommit."""
        sockets = self.snippet(
            "from open95598.project import keeper, home; print(keeper.Layout(home.directory()).sockets)"
        )
        password = (self.home / "keys" / "database").read_text().strip()
        names = self.snippet("from open95598.project import keeper; print(keeper.DATABASE, keeper.ROLE)").split()
        return psycopg.connect(
            host=sockets, port="5432", dbname=names[0], user=names[1], password=password, autocommit=True
        )

    def end(self) -> None:
        """End the house cleanly; whatever is left of it afterwards is killed."""
        if self.supervisor and self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGTERM)
            try:
                self.supervisor.wait(120)
            except subprocess.TimeoutExpired:
                self.supervisor.kill()
                self.supervisor.wait()
        for pid, _parent, _name in list(self.processes()):
            os.kill(pid, signal.SIGINT)
