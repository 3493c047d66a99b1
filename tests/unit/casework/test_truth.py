"""The rules of true times: bounded on both sides, by the minute of a form, by a phone whose clock is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from open95598.casework.truth import by_device, happened, taken_back

BEFORE = datetime(2026, 3, 2, 2, 5, 40, tzinfo=UTC)
NOW = BEFORE + timedelta(hours=2)


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        (NOW, NOW),
        (NOW + timedelta(seconds=1), None),  # lies ahead
        (BEFORE, BEFORE),
        (BEFORE + timedelta(minutes=7), BEFORE + timedelta(minutes=7)),
        (BEFORE.replace(second=0), BEFORE),  # a form tells minutes: right after what went before
        (BEFORE.replace(second=0) - timedelta(microseconds=1), None),
        (BEFORE - timedelta(days=1), None),
    ],
)
def test_nothing_happens_before_what_went_before_nor_ahead(told, counts):
    assert happened(told, BEFORE, NOW) == counts


def test_a_wrong_clock_of_a_phone_does_not_matter_only_how_long_ago_it_was():
    for wrong in (timedelta(), timedelta(days=300), -timedelta(hours=9)):
        seen = NOW + wrong
        assert by_device(seen - timedelta(minutes=40), seen, NOW) == NOW - timedelta(minutes=40)
    assert by_device(NOW - timedelta(minutes=4), NOW, NOW, rate=10) == NOW - timedelta(minutes=40)
    assert by_device(NOW + timedelta(seconds=30), NOW, NOW) == NOW  # set right in between, by a little
    assert by_device(NOW + timedelta(minutes=2), NOW, NOW) is None


def test_a_breach_is_taken_back_only_by_what_was_in_time_and_came_before_it_was_said():
    due = BEFORE
    assert not taken_back(None, due, due - timedelta(minutes=1))
    assert taken_back(due + timedelta(seconds=1), due, due)
    assert taken_back(due, due, due - timedelta(minutes=3))
    assert not taken_back(due + timedelta(seconds=1), due, due + timedelta(seconds=1))
    assert not taken_back(due, due, due)  # stopped at the very moment at which it was said to be over
