"""An installation of the test's own, with fsync on, whose commands run as real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


class Installation:
    """Runs Python snippets and commands against one home."""

    def __init__(self, home: Path, python: str = sys.executable, prefix: tuple[str, ...] = (), **env: str) -> None:
        self.home = home
        self.python = python
        self.prefix = prefix
        self.env = {
            **os.environ,
            "OPEN95598_HOME": str(home),
            "OPEN95598_DATABASE_SETTINGS": "shared_buffers=32MB max_connections=40",
            **env,
        }
        self.env.pop("DATABASE_URL", None)
        self._children: list[subprocess.Popen[str]] = []

    def start(self, snippet: str) -> subprocess.Popen[str]:
        """Start a Python snippet that may print and wait; ``line`` reads what it prints."""
        child = subprocess.Popen(
            [*self.prefix, self.python, "-u", "-c", snippet],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
            cwd="/",
        )
        self._children.append(child)
        return child

    def run(self, snippet: str) -> str:
        """Run a snippet to its end and return what it printed; fails with its errors."""
        child = self.start(snippet)
        out, err = child.communicate(timeout=200)
        assert child.returncode == 0, err
        return out.strip()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``open95598 …``."""
        return subprocess.run(
            [*self.prefix, self.python, "-m", "open95598", *words],
            capture_output=True, text=True, env=self.env, cwd="/", timeout=200, check=False,
        )  # fmt: skip

    def keeper(self) -> int:
        return int((self.home / "run" / "database.keeper").read_text())

    def postmaster(self) -> int:
        return int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def end(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.communicate()
        self.run("from open95598.project import postgres; postgres.stop()")


def alive(pid: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition, seconds: float = 90.0, what: str = "") -> None:
    """Wait until ``condition()`` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what or condition}"
        time.sleep(0.05)


@pytest.fixture
def place():
    """A folder that other accounts may enter (pytest's own are closed to them)."""
    with tempfile.TemporaryDirectory(prefix="open95598-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def fresh(place):
    """An installation that nobody has started yet."""
    made = Installation(place / "home")
    made.home.mkdir()
    yield made
    made.end()


@pytest.fixture(scope="module")
def initialised():
    """A home whose server was made, started once and ended: to copy, so that not every test makes one."""
    with tempfile.TemporaryDirectory(prefix="open95598-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        made = Installation(Path(name) / "home")
        made.home.mkdir()
        made.run("from open95598.project import postgres; postgres.ensure_running()")
        made.end()
        yield made.home


@pytest.fixture
def installation(fresh, initialised):
    """An installation that ran before."""
    for folder in ("keys", "postgres"):  # cp keeps the owners
        subprocess.run(["cp", "-a", str(initialised / folder), str(fresh.home)], check=True)
    return fresh


KILL = signal.SIGKILL
