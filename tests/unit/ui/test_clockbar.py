"""What a clock's bar shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from open95598.foundation.ui import clockbar

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOCK = {"started_at": START, "warn_at": START + 3 * HOUR, "due_at": START + 4 * HOUR}


@pytest.mark.parametrize(
    ("more", "at", "state", "filled", "left"),
    [
        ({}, 0, "running", 0, 14400),
        ({}, 2, "running", 500, 7200),
        ({}, 3, "warning", 750, 3600),
        ({}, 4, "over", 1000, 0),
        ({}, 6, "over", 1000, -7200),
        ({"paused_at": START + HOUR}, 9, "paused", 250, 10800),
        ({"stopped_at": START + HOUR}, 9, "met", 250, 10800),
        ({"stopped_at": START + 5 * HOUR}, 9, "missed", 1000, -3600),
        ({"breached_at": START + 4 * HOUR}, 1, "over", 250, 10800),
    ],
)
def test_a_clock_is_drawn_as_it_stands(more, at, state, filled, left):
    seen = clockbar.view(CLOCK | more, START + at * HOUR)
    assert (seen.state, seen.filled, seen.left) == (state, filled, left)


def test_a_clock_without_a_start_is_drawn():
    assert clockbar.view({"due_at": START}, START + HOUR).state == "over"
