"""What every process of the house shares: how it ends, its rounds, its heartbeat.

A process's entry function takes no arguments, blocks, and returns after SIGTERM or SIGINT::

    def run() -> None:
        process.loop("sealer", seal_once, every=1.0)
"""

from __future__ import annotations

import json
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import close_old_connections, connections
from prometheus_client import CollectorRegistry, Counter, Histogram

from open95598.foundation import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

log = structlog.get_logger(__name__)

ROUNDS = Counter("open95598_rounds_total", "Rounds of a process's loop", ["process", "outcome"])
SECONDS = Histogram("open95598_round_seconds", "How long a round took", ["process"])

#: collectors that read shared state when somebody scrapes ``/metrics`` (counters add up over all processes instead)
SCRAPED = CollectorRegistry()


class Stop:
    """A request to end, which a signal handler may set at any moment (an ``Event`` could deadlock there)."""

    def __init__(self) -> None:
        self._set = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def set(self, *_: object) -> None:
        """Ask for the end; usable as a signal handler."""
        if not self._set:
            self._set = True
            os.write(self._writer, b".")

    def is_set(self) -> bool:
        """Say whether the end was asked for."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Sleep up to ``seconds``, less when the end is asked for. Returns whether it was."""
        if not self._set:
            select.select([self._reader], [], [], seconds)
        return self._set

    def on_signals(self) -> Stop:
        """Let SIGTERM and SIGINT set it (main thread only) and return it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.set)
        return self


class Heartbeat:
    """Tells the others that a process lives: ``run/heartbeats/NAME``, rewritten at each beat.

    The time in it is the kernel's monotonic one: it is the same for all processes of a machine and cannot be set.
    """

    def __init__(self, name: str, every: float) -> None:
        self._path = _heartbeats() / name
        self._every = every
        self._last = float("-inf")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def beat(self) -> None:
        """Say "alive"; does nothing more than once a second."""
        at = time.monotonic()
        if at - self._last >= 1:
            self._last = at
            fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            fresh.write_text(json.dumps({"pid": os.getpid(), "every": self._every, "at": at}))
            fresh.replace(self._path)

    def end(self) -> None:
        """Take the sign away after a clean end."""
        self._path.unlink(missing_ok=True)


def heartbeats() -> Iterator[tuple[str, float, bool]]:
    """Give (process, age in seconds, fresh) of every process that has signed on; late is three rounds and 10 s."""
    for path in sorted(_heartbeats().glob("[a-z]*")):
        try:
            told = json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            continue
        age = time.monotonic() - told["at"]
        yield path.name, age, 0 <= age <= 3 * told["every"] + 10  # below 0: from before the machine's start


def _heartbeats() -> Path:
    directory: Path = settings.HOME
    return directory / "run" / "heartbeats"


def loop(name: str, work: Callable[[datetime], int | None], *, every: float, stop: Stop | None = None) -> None:
    """Call ``work(now)`` in rounds until the end is asked for; ``now`` is aware UTC, read once a round.

    A round that returns a number above 0 found work: the next follows at once. Otherwise it waits ``every`` seconds.
    A round that raises is logged, its connection dropped, and the next comes after a growing pause (at most 30 s):
    a database that restarts is survived. ``stop`` is given by tests; otherwise signals set it.
    """
    stop = stop or Stop().on_signals()
    heart = Heartbeat(name, every)
    log.info("process started", process=name)
    failures = 0
    while not stop.is_set():
        started = time.monotonic()
        try:
            close_old_connections()
            found = work(clock.now())
        except Exception:
            failures += 1
            ROUNDS.labels(name, "failed").inc()
            log.exception("round failed", process=name, failures=failures)
            connections.close_all()
            stop.wait(min(0.5 * 2 ** min(failures, 6), 30))
            continue
        failures = 0
        ROUNDS.labels(name, "worked" if found else "idle").inc()
        SECONDS.labels(name).observe(time.monotonic() - started)
        heart.beat()
        if not found:
            stop.wait(every)
    connections.close_all()
    heart.end()
    log.info("process ended", process=name)


def beat_in_background(name: str, every: float = 5.0) -> Callable[[], None]:
    """Beat from a thread, for processes whose loop is another library's. Returns what ends it."""
    heart, stop = Heartbeat(name, every), threading.Event()

    def beats() -> None:
        while True:
            heart.beat()
            if stop.wait(every):
                heart.end()
                return

    thread = threading.Thread(target=beats, name=f"{name}-heartbeat", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(2)

    return end
