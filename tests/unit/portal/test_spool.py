"""The spool keeps what it is given, in order, sealed, once; the courier passes it on, whatever happens on the way."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from open95598.foundation.errors import Invalid, TooMany, Unavailable
from open95598.service.portal.pages import receipts, spool
from open95598.service.portal.pages.courier import Courier
from open95598.service.portal.pages.spool import Message, Spool

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
WORDS = "整栋楼都没电 13812345678"


@pytest.fixture
def kept(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "portal" / "spool.sqlite3", "secret")


def texts(kept: Spool) -> list[str]:
    return [m.text for m in kept.waiting()]


def test_what_is_put_stays_in_order_danger_first_each_once(kept: Spool) -> None:
    for n in range(3):
        assert kept.put(f"key{n}", "report", f"text{n}", NOW) == receipts.of(f"key{n}")
    kept.put("key1", "report", "text1 again", NOW)
    kept.put("danger", "report", "a wire is down", NOW, urgent=True)
    again = Spool(kept.path, "secret")
    assert texts(again) == ["a wire is down", "text0", "text1", "text2"], "and another process sees the same"
    assert again.fate(receipts.of("key0")) == spool.Fate("waiting")
    assert again.fate("2222-2222-2222") is None


def test_nothing_personal_lies_in_the_open_and_what_was_passed_on_is_erased(kept: Spool) -> None:
    kept.put("key", "report", WORDS, NOW, phone="13812345678")
    (message,) = kept.waiting()
    files = [p for p in kept.path.parent.iterdir() if p.is_file()]
    assert not any(b"13812345678" in p.read_bytes() or WORDS.encode() in p.read_bytes() for p in files)
    assert all(p.stat().st_mode & 0o077 == 0 for p in files if p == kept.path)
    with sqlite3.connect(kept.path) as file:
        sealed = file.execute("SELECT sealed FROM message").fetchone()[0]
    kept.passed(message.id, "20260302-P1-AAAA", NOW)
    kept.tidy(NOW)
    assert not any(sealed[20:60] in p.read_bytes() for p in files if p.exists()), "not even sealed"
    assert kept.fate(receipts.of("key")) == spool.Fate("passed", "20260302-P1-AAAA")
    kept.tidy(NOW + timedelta(days=31))
    assert kept.fate(receipts.of("key")) is None


def test_a_lost_key_leaves_the_message_and_lets_others_pass(kept: Spool) -> None:
    kept.put("old", "report", "sealed with another key", NOW)
    other = Spool(kept.path, "another secret")
    other.put("new", "report", "readable", NOW)
    assert texts(other) == ["readable"]
    assert other.figures().stuck == 1
    assert other.again() == 1
    assert texts(kept) == ["sealed with another key"], "with the key it is there again"


def test_a_full_spool_says_so_but_never_to_danger(kept: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST", 1)
    kept.put("a", "report", "a", NOW)
    with pytest.raises(Unavailable):
        kept.put("b", "report", "b", NOW)
    kept.put("c", "report", "c", NOW, urgent=True)
    assert len(texts(kept)) == 2


def test_a_file_that_cannot_be_written_is_told(kept: Spool) -> None:
    kept.path.write_bytes(b"this is no database" * 100)
    with pytest.raises(Unavailable):
        kept.put("a", "report", "a", NOW)


def test_many_threads_put_at_once(kept: Spool) -> None:
    def put(n: int) -> None:
        for m in range(10):
            kept.put(f"{n % 2}/{m}", "report", f"{m}", NOW)

    threads = [threading.Thread(target=put, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept.figures().waiting == 20, "two wrote the same, and it is there once"


def test_messages_of_a_phone_are_counted(kept: Spool) -> None:
    for n in range(3):
        kept.put(f"{n}", "report", "x", NOW - timedelta(minutes=n * 6), phone="13812345678")
    assert len(kept.said("13812345678", NOW - timedelta(minutes=10))) == 2
    assert kept.said("", NOW - timedelta(minutes=10)) == []


class Line:
    """Stands where ``Remote`` stands; answers as it is told to."""

    def __init__(self, kept: Spool) -> None:
        self.spool = kept
        self.answer: Callable[[Message], str] = lambda message: f"N-{message.text}"
        self.sent: list[str] = []

    def pass_on(self, message: Message) -> str:
        self.sent.append(message.text)
        return self.answer(message)


@pytest.fixture
def line(kept: Spool) -> Line:
    for n in range(5):
        kept.put(f"{n}", "report", f"{n}", NOW)
    return Line(kept)


def test_the_courier_passes_on_in_order(line: Line) -> None:
    courier: Any = Courier(line)  # type: ignore[arg-type]
    assert courier.round(NOW) == 5
    assert line.sent == list("01234")
    assert line.spool.fate(receipts.of("3")) == spool.Fate("passed", "N-3")
    assert courier.round(NOW) == 0


def test_while_the_inner_zone_is_away_it_asks_less_and_less_often(line: Line) -> None:
    def away(_message: Message) -> str:
        raise Unavailable("away")

    line.answer = away
    courier: Any = Courier(line)  # type: ignore[arg-type]
    at, tries = NOW, []
    while at < NOW + timedelta(hours=1):
        before = len(line.sent)
        courier.round(at)
        if len(line.sent) > before:
            tries.append(at)
        at += timedelta(seconds=0.5)
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(tries)]
    assert gaps[:6] == [1, 2, 4, 8, 16, 30]
    assert set(gaps[6:]) == {30}
    assert set(line.sent) == {"0"}, "one message is tried, not all of them"
    line.answer = lambda message: "N"
    line.sent.clear()
    courier.round(at + timedelta(seconds=30))
    assert line.sent == list("01234")


def test_told_to_wait_it_waits(line: Line) -> None:
    def busy(_message: Message) -> str:
        raise TooMany("busy", retry_after=7)

    line.answer = busy
    courier: Any = Courier(line)  # type: ignore[arg-type]
    courier.round(NOW)
    courier.round(NOW + timedelta(seconds=6))
    assert len(line.sent) == 1
    courier.round(NOW + timedelta(seconds=7))
    assert len(line.sent) == 2


def test_what_is_refused_for_good_holds_up_nobody(line: Line) -> None:
    def picky(message: Message) -> str:
        if message.text == "2":
            raise Invalid("no", fields={"place": "?"})
        return "N"

    line.answer = picky
    courier: Any = Courier(line)  # type: ignore[arg-type]
    assert courier.round(NOW) == 5
    assert line.spool.figures().stuck == 1
    ((receipt, _at, reason),) = line.spool.problems()
    assert receipt == receipts.of("2")
    assert "place" in reason
