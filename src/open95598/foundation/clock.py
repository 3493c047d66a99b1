"""The one clock of the house.

Every service takes ``now`` as an argument; only the edges (a view, a command, a process loop) ask this module.
Nothing else in the project may read the machine's time (a lint rule holds that), so that a day or a year can be
simulated. In demonstration mode the clock can run faster than the wall: its anchor lies in a small file in the
installation's home, so that all processes agree.
"""

from __future__ import annotations

import json
import os
import time as _time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock(Protocol):
    """Anything that tells an aware UTC time."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)  # clock: the one place


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and for simulations."""

    at: datetime

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def advance(self, by: timedelta) -> datetime:
        """Move forward by ``by`` and return the new time."""
        self.at += by
        return self.at


class PacedClock:
    """A clock that follows an anchor file: wall time × rate since the anchor (demonstration mode only).

    The file holds ``{"wall": seconds, "told": seconds, "rate": number}``. Without the file it is the machine's clock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._anchor: tuple[float, float, float] | None = None

    def now(self) -> datetime:
        """Return the paced time, aware, in UTC."""
        wall = _time.time()  # clock: the one place
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._anchor = self._stamp = None
        else:
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                data = json.loads(self._path.read_text())
                self._anchor, self._stamp = (data["wall"], data["told"], data["rate"]), stamp
        if self._anchor is None:
            return datetime.fromtimestamp(wall, UTC)
        start, told, rate = self._anchor
        return datetime.fromtimestamp(told + (wall - start) * rate, UTC)

    def pace(self, rate: float) -> None:
        """Run at ``rate`` × the wall clock from now on; time never jumps back."""
        told = self.now().timestamp()
        wall = _time.time()  # clock: the one place
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({"wall": wall, "told": told, "rate": rate}))
        fresh.replace(self._path)

    @property
    def rate(self) -> float:
        """How fast it runs against the wall clock, by the anchor last read."""
        return self._anchor[2] if self._anchor else 1.0

    def reset(self) -> None:
        """Follow the wall clock again."""
        self._path.unlink(missing_ok=True)


_clock: Clock = SystemClock()


def now() -> datetime:
    """Return the time of the installed clock, aware, in UTC. For the edges of the house only."""
    return _clock.now()


def rate() -> float:
    """Return how fast the installed clock runs against the wall clock (pages let their clocks tick by it)."""
    return float(getattr(_clock, "rate", 1.0))


def install(clock: Clock) -> None:
    """Make ``clock`` the clock of this process."""
    global _clock
    _clock = clock


@contextmanager
def using(clock: Clock) -> Iterator[Clock]:
    """Install ``clock`` for the length of a ``with`` block."""
    before = _clock
    install(clock)
    try:
        yield clock
    finally:
        install(before)
