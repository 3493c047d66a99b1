"""The queue and the marks of a chat, computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from open95598.service.chat import marks, queueing
from open95598.service.chat.marks import Mark
from open95598.service.chat.queueing import Pressing, Waits

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def since(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_who_waits_longest_comes_first_and_who_comes_back_before_all() -> None:
    queue = [Waits(1, since(5)), Waits(2, since(9)), Waits(3, since(1), front=True), Waits(4, since(9))]
    assert [one.id for one in queueing.in_order(queue)] == [3, 2, 4, 1]
    assert [queueing.place(queue, pk) for pk in (3, 2, 4, 1, 99)] == [1, 2, 3, 4, 0]


@pytest.mark.parametrize(
    ("place", "agents", "under_way", "wait"),
    [
        (1, 1, 0, 0),  # a seat is free
        (4, 1, 0, 0),  # as many as seats
        (5, 1, 0, 120),  # the first of four that becomes free: 480 / 4
        (1, 1, 4, 120),
        (3, 2, 8, 180),
        (1, 0, 0, None),  # nobody is there: nobody can say
        (0, 3, 0, None),
    ],
)
def test_an_honest_wait(place: int, agents: int, under_way: int, wait: int | None) -> None:
    assert queueing.expected(place, agents, under_way, 4, 480) == wait


def test_a_waiting_presses_more_and_more() -> None:
    states = [queueing.pressing(NOW - timedelta(seconds=s), NOW, 40, 60) for s in (0, 39, 40, 59, 60, 600)]
    assert states == [Pressing.FINE] * 2 + [Pressing.WARNING] * 2 + [Pressing.OVER] * 2


def test_marks_go_forward_only_and_never_beyond_what_there_is() -> None:
    assert [marks.of(seq, got=3, read=1) for seq in (1, 2, 3, 4)] == [Mark.READ, Mark.GOT, Mark.GOT, Mark.SENT]
    assert [marks.forward(3, told, last=5) for told in (0, 3, 4, 99)] == [3, 3, 4, 5]
