"""One call to somebody else's server: nowhere inside the house, no redirects, so long and so much and no more."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from open95598.foundation.events.registry import Later, Undeliverable
from open95598.foundation.notices import guard
from open95598.foundation.notices.config import Config

#: so much of an answer is read; what follows is nobody's business
MOST = 16 * 1024
#: a receiver that says "later" is believed up to here
LONGEST = timedelta(days=1)
#: answers that mean "later", although they begin with 4
LATER = {408, 425, 429}


@cache
def trust() -> ssl.SSLContext:
    """Return whom we trust, read once: making a client reads all certificates otherwise, at every message."""
    return httpx.create_ssl_context(trust_env=False)


class NotNow(Later):
    """The other side is away or busy: try again."""


class Gone(Undeliverable):
    """The other side says that nobody is there any more, and that it is for good."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: at most ``MOST`` bytes of it."""

    status: int
    text: str
    after: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Whether it took what it was given."""
        return 200 <= self.status < 300


def post(url: str, content: bytes, headers: Mapping[str, str], config: Config) -> Answer:
    """POST to an address outside the house and return the answer.

    The address that was checked is the one that is called (see ``guard``). The whole takes twice ``config.timeout`` at
    most, however slowly the other side speaks. Raises ``Undeliverable`` for an address that is not for us to call,
    ``NotNow`` where the line breaks or there is no answer in time.
    """
    try:
        target = guard.check(url, config.webhook_allow)
    except guard.Refused as reason:
        raise Undeliverable(str(reason)) from reason
    except OSError as problem:  # the name is not known just now
        raise NotNow(f"{type(problem).__name__}: {problem}") from problem
    except ValueError as reason:
        raise Undeliverable(f"not an address: {reason}") from reason
    line = urlsplit(target.url).netloc
    if config.resting and (rest := RESTING.of(line)):
        raise NotNow("it did not answer several times, and is left alone for a while", after=rest)
    sent = {"Host": target.host_header, "User-Agent": "open95598", "Accept-Encoding": "identity", **headers}
    try:
        with httpx.Client(timeout=config.timeout, verify=trust(), trust_env=False) as client, _limited(config) as seen:
            extensions = {"sni_hostname": target.host, "trace": seen}
            with client.stream("POST", target.url, content=content, headers=sent, extensions=extensions) as answer:
                found = Answer(answer.status_code, _read(answer), after(answer))
    except httpx.TransportError as problem:
        if config.resting:
            RESTING.failed(line)
        raise NotNow(f"{type(problem).__name__}: {problem}") from problem
    RESTING.answered(line)
    return found


class Resting:
    """Which addresses (with their ports) do not answer: after ``MANY`` times in a row one is left alone, first for half
    a minute, then twice as long each time, so that it keeps nobody waiting. Of this process; forgotten with it."""

    MANY, FIRST, LONGEST, KEPT = 3, 30.0, 900.0, 10_000

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def of(self, line: str) -> timedelta | None:
        """Return for how long an address is to be left alone yet; None: it may be called."""
        left = self._seen.get(line, (0, 0.0))[1] - time.monotonic()
        return timedelta(seconds=left) if left > 0 else None

    def failed(self, line: str) -> None:
        """Note that there was no answer."""
        with self._lock:
            times = self._seen.pop(line, (0, 0.0))[0] + 1
            rest = min(self.FIRST * 2 ** min(times - self.MANY, 10), self.LONGEST) if times >= self.MANY else 0.0
            self._seen[line] = times, time.monotonic() + rest
            while len(self._seen) > self.KEPT:
                del self._seen[next(iter(self._seen))]

    def answered(self, line: str) -> None:
        """Note that there was an answer, whatever it said."""
        with self._lock:
            self._seen.pop(line, None)


RESTING = Resting()


def judged(answer: Answer, gone: tuple[int, ...] = (410,)) -> str:
    """Return what a receiver said that took it. Raises ``Undeliverable``, ``Gone`` (answers in ``gone``) or ``NotNow``
    else."""
    said = f"HTTP {answer.status}: {answer.text[:200]}"
    if answer.taken:
        return answer.text[:200]
    if 300 <= answer.status < 400:
        raise Undeliverable(f"HTTP {answer.status}: redirects are not followed")
    if answer.status in gone:
        raise Gone(said)
    if 400 <= answer.status < 500 and answer.status not in LATER:
        raise Undeliverable(said)
    raise NotNow(said, after=answer.after)


@contextlib.contextmanager
def _limited(config: Config) -> Iterator[Any]:
    """Hang up after twice the time-out: one that sends a byte now and then would keep us for ever."""
    lines: list[socket.socket] = []

    def seen(event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            lines.append(info["return_value"].get_extra_info("socket"))

    def hang_up() -> None:
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(config.timeout * 2, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield seen
    finally:
        timer.cancel()


def _read(answer: httpx.Response) -> str:
    had = b""
    for piece in answer.iter_raw():
        had += piece
        if len(had) >= MOST:
            break
    return had[:MOST].decode(errors="replace")


def after(answer: httpx.Response) -> timedelta | None:
    """Return how long a receiver wants to be left alone: seconds only, a date would ask for its clock."""
    text = answer.headers.get("Retry-After", "")
    return min(timedelta(seconds=int(text)), LONGEST) if text.isascii() and text.isdecimal() and len(text) < 9 else None
