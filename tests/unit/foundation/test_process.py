"""The loop that every process runs."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from open95598.foundation import process


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def test_rounds_follow_at_once_while_there_is_work(home, clock) -> None:
    left, times, stop = [3, 2, 1, 0], [], process.Stop()

    def work(now):
        times.append(now)
        if not left[1:]:
            stop.set()
        return left.pop(0)

    started = time.monotonic()
    process.loop("worker", work, every=60, stop=stop)
    assert time.monotonic() - started < 50
    assert times == [clock.now()] * 4


def test_a_round_that_raises_is_followed_by_another(home, clock) -> None:
    seen, stop = [], process.Stop()

    def work(now):
        seen.append(now)
        if len(seen) == 1:
            raise RuntimeError("the database went away")
        stop.set()

    process.loop("sweeper", work, every=60, stop=stop)
    assert len(seen) == 2


def test_a_signal_ends_the_pause(home, clock) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    started = time.monotonic()
    try:
        process.loop("sealer", lambda now: None, every=60)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert time.monotonic() - started < 50


def test_a_heartbeat_ages_and_ends(home, monkeypatch) -> None:
    heart = process.Heartbeat("relay", every=1)
    heart.beat()
    [(name, age, fresh)] = process.heartbeats()
    assert (name, fresh) == ("relay", True)
    assert 0 <= age < 12
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 14)
    assert [fresh for _, _, fresh in process.heartbeats()] == [False]
    monkeypatch.setattr(time, "monotonic", lambda: real() - 1000)  # written before the machine's start
    assert [fresh for _, _, fresh in process.heartbeats()] == [False]
    heart.end()
    assert not list(process.heartbeats())
