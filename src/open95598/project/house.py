"""What the supervisor runs: the house's processes, in their order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

from open95598.project import home, keeper, postgres, servers
from open95598.project.supervisor import Supervisor, Task

if TYPE_CHECKING:
    from pathlib import Path

BACKGROUND = ("worker", "sweeper", "sealer", "relay", "indexer", "outages")
#: only where a billing system is connected
CIS = "cis-feed"
DEMO_BUILD = ("demo", "build")


def _say(line: str) -> None:
    print(f"open95598: {line}", file=sys.stderr, flush=True)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "open95598", *words]


async def _database_answers() -> bool:
    return await asyncio.to_thread(postgres.answers)


async def _serves(path: Path) -> bool:
    """Say whether a server behind the front answers ``/healthz``."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_unix_connection(str(path))
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = await reader.readline()
            writer.close()
            return b" 200 " in answer
    return False


def tasks(*, demo: bool) -> list[Task]:
    """Return the house's processes in the order of their start; ``demo`` adds the demonstration utility."""
    started: list[Task] = []
    if not postgres.is_external():
        database = [sys.executable, "-m", "open95598.project.keeper"]
        started.append(Task("database", database, ready=_database_answers, patience=90))
    started += [
        Task("migrate", _command("migrate"), once=True),
        # it needs no database: that one's first start takes as long
        Task("collectstatic", _command("django", "collectstatic", "--no-input", "-v", "0"), once=True, after=()),
    ]
    if demo:
        started.append(Task("demonstration", _command(*DEMO_BUILD), once=True, speaks=True, after=["migrate"]))
    background = (*BACKGROUND, *((CIS,) if os.environ.get("OPEN95598_CIS_URL") else ()))
    behind = {
        "OPEN95598_PROXIES": str(servers.outer_proxies() + 1),
        "OPEN95598_EXPECT": ",".join(background),
    }
    # the servers come up while the demonstration is built, but nobody reaches them before the front is there
    inside = ["migrate", "collectstatic"]
    open_when = ["web", "events", *(["demonstration"] if demo else [])]
    started += [
        Task("web", _command("web"), ready=lambda: _serves(servers.socket("web")), environment=behind, after=inside),
        Task(
            "events",
            _command("events"),
            ready=lambda: _serves(servers.socket("events")),
            environment=behind,
            after=inside,
        ),
        # what works in the background can wait a moment longer than the person who looks at the page
        *(Task(n, _command(n), after=["front"]) for n in (*background, *(("simulator",) if demo else ()))),
        Task("front", _command("front"), after=open_when),
    ]
    return started


async def up(*, demo: bool, bind: str, port: int) -> int:
    """Run the house until a signal; returns the exit status. One house per home: a second one is refused."""
    directory = home.directory()
    layout = keeper.Layout(directory)
    layout.prepare()

    try:
        only = keeper.hold(layout.run / "house", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say(f"another `open95598 up` runs on {directory}")
        return 1
    os.environ |= {"OPEN95598_HOME": str(directory), "PORT": str(port), "OPEN95598_BIND": bind}
    if demo:
        os.environ["OPEN95598_DEMO"] = "1"
    for name in ("metrics", "heartbeats"):  # of an earlier life
        shutil.rmtree(layout.run / name, ignore_errors=True)
    began = time.monotonic()
    address = os.environ.get("OPEN95598_URL", f"http://localhost:{port}")

    def ready() -> None:
        _say(f"ready at {address} after {time.monotonic() - began:.0f} s; Ctrl+C ends it")
        if demo:
            _say("the sign-in page lists the accounts to try")
        _say(f"only warnings are told here; all that the processes say is in {layout.home / 'logs'}")

    _say(f"starting in {directory} …")
    with only:
        return await Supervisor(tasks(demo=demo), directory, _say).run(ready)
