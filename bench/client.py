"""Keep-alive HTTP clients, each a process of its own; every answer is read to its end and checked."""

from __future__ import annotations

import http.client
import multiprocessing
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.pool import Pool
from typing import Any


@dataclass(frozen=True)
class Ask:
    """A request. ``once``: each sending gets an idempotency key of its own."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status: int = 200
    once: bool = False


@dataclass(frozen=True)
class Answers:
    """Latencies in seconds of all clients together, over ``seconds``; the size of the last answer in bytes."""

    times: list[float]
    seconds: float
    size: int = 0


class Clients:
    """A pool of client processes that are started once."""

    def __init__(self, most: int = 8) -> None:
        self._pool: Pool = multiprocessing.get_context("spawn").Pool(most)
        self._pool.map(time.sleep, [0.05] * most, chunksize=1)

    def run(self, port: int, asks: Sequence[Ask], *, clients: int, seconds: float, warm: float = 0.5) -> Answers:
        """Let ``clients`` clients send ``asks`` in turn for ``seconds`` after ``warm`` seconds that do not count."""
        start = time.time() + 0.05
        tasks = [(port, list(asks), number, start, warm, seconds) for number in range(clients)]
        parts = self._pool.starmap(_send, tasks, chunksize=1)
        times = [t for part, _size in parts for t in part]
        return Answers(times, seconds, parts[0][1])

    def close(self) -> None:
        """End the processes."""
        self._pool.terminate()
        self._pool.join()


def one(port: int, ask: Ask) -> tuple[int, bytes]:
    """Send one request and return status and body, whatever they are."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        return _ask(connection, ask)
    finally:
        connection.close()


def _send(
    port: int, asks: list[Ask], number: int, start: float, warm: float, seconds: float
) -> tuple[list[float], int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    time.sleep(max(0.0, start - time.time()))
    at = number * len(asks) // 7
    times: list[float] = []
    counted = time.perf_counter() + warm
    end = counted + seconds
    size = 0
    while True:
        ask = asks[at % len(asks)]
        at += 1
        began = time.perf_counter()
        if began >= end and times:
            break
        status, body = _ask(connection, ask)
        took = time.perf_counter() - began
        if status != ask.status:
            raise RuntimeError(f"{ask.method} {ask.path}: {status} {body[:300]!r}")
        if began >= counted:
            times.append(took)
            size = len(body)
    connection.close()
    return times, size


def send_all(port: int, asks: Sequence[Ask]) -> list[float]:
    """Send requests one after the other, each once; return how long each took (seconds)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: list[float] = []
    for ask in asks:
        began = time.perf_counter()
        status, body = _ask(connection, ask)
        times.append(time.perf_counter() - began)
        if status != ask.status:
            raise RuntimeError(f"{ask.method} {ask.path}: {status} {body[:300]!r}")
    connection.close()
    return times


def _ask(connection: Any, ask: Ask) -> tuple[int, bytes]:
    headers = ask.headers | ({"Idempotency-Key": str(uuid.uuid4())} if ask.once else {})
    connection.request(ask.method, ask.path, ask.body, headers)
    response = connection.getresponse()
    return response.status, response.read()


def as_person(ask: Ask, headers: dict[str, str]) -> Ask:
    """Return the request with somebody's credentials."""
    return replace(ask, headers=ask.headers | headers)
