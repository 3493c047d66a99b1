"""When a failed delivery is tried again."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.events import backoff


def test_a_receiver_may_be_down_for_a_day_whatever_the_chance() -> None:
    tries = range(1, backoff.ATTEMPTS)
    assert sum((backoff.delay(n, 0.0) for n in tries), timedelta()) > timedelta(hours=24)
    assert sum((backoff.delay(n, 0.999) for n in tries), timedelta()) < timedelta(hours=48)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_it_stays_between_its_bounds(failed: int, chance: float) -> None:
    assert backoff.FIRST * 0.8 <= backoff.delay(failed, chance) <= backoff.LONGEST * 1.2


def test_it_never_shrinks() -> None:
    delays = [backoff.delay(n, 0.5) for n in range(1, 50)]
    assert delays[0] == timedelta(seconds=5)
    assert all(a <= b for a, b in pairwise(delays))
    with pytest.raises(ValueError, match="nothing has failed"):
        backoff.delay(0, 0.5)
