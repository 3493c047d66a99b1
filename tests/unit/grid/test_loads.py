"""Load curves: the slot of a moment, how far a value reaches, what was held for an hour, where it was over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.registry.grid import loads

CHINA, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
VALUES = st.lists(st.none() | st.integers(0, 6).map(float), min_size=1, max_size=40)


def test_a_moment_has_its_slot_in_the_utilitys_day() -> None:
    assert loads.place(datetime(2026, 3, 2, 0, 30, tzinfo=CHINA), CHINA) == (datetime(2026, 3, 1, 16, tzinfo=UTC), 2)
    assert loads.place(datetime(2026, 3, 2, 23, 45, tzinfo=CHINA), CHINA) == (datetime(2026, 3, 1, 16, tzinfo=UTC), 95)
    assert loads.place(datetime(2026, 3, 2, 0, 31, tzinfo=CHINA), CHINA) is None


def test_days_on_which_clocks_are_changed_are_as_long_as_they_are() -> None:
    for day, slots in (("2026-03-29", 92), ("2026-03-30", 96), ("2026-10-25", 100)):
        start = datetime.fromisoformat(day).replace(tzinfo=BERLIN).astimezone(UTC)
        assert loads.slots(start, BERLIN) == slots
        assert loads.place(start + timedelta(minutes=15 * (slots - 1)), BERLIN) == (start, slots - 1)
        assert loads.next_day(start, BERLIN) == start + timedelta(minutes=15 * slots)
        assert loads.next_day(loads.next_day(start, BERLIN), BERLIN, -1) == start


def test_a_value_reaches_as_far_as_the_days_values_stand_apart() -> None:
    hourly = [5.0 if slot % 4 == 0 else None for slot in range(96)]
    assert loads.step(hourly) == 4
    assert (loads.filled(hourly) == 5).all()
    hourly[2] = 9.0
    assert loads.step(hourly) == 2
    assert list(loads.filled(hourly)[:4]) == pytest.approx([5, 5, 9, 9])
    hourly[3] = 1.0
    assert loads.step(hourly) == 1
    assert np.isnan(loads.filled(hourly)[1])
    assert list(loads.filled([-3.0, 2.0])) == [3.0, 2.0]  # what is fed back loads as well


def brute(day: list[float | None], after: list[float | None], lasting: int) -> float | None:
    """Look at every level and every beginning."""
    whole, size, best = [*day, *after], -(-lasting // 15), None
    for first in range(len(day)):
        window = whole[first : first + size]
        if len(window) == size and None not in window:
            least = min(one for one in window if one is not None)
            best = least if best is None else max(best, least)
    return best


@given(VALUES, VALUES, st.sampled_from([15, 30, 50, 60, 120]))
def test_what_was_held_is_what_looking_everywhere_finds(
    day: list[float | None], after: list[float | None], lasting: int
) -> None:
    arrays = [np.array([np.nan if one is None else one for one in some]) for some in (day, after)]
    assert loads.held(arrays[0], arrays[1], lasting) == brute(day, after, lasting)


@given(VALUES, st.integers(0, 6), st.sampled_from([15, 45, 60]), st.booleans())
def test_stretches_are_all_the_time_over_the_limit_that_lasts(
    day: list[float | None], floor: int, lasting: int, above: bool
) -> None:
    values = np.array([np.nan if one is None else one for one in day])
    found = loads.stretches(values, floor, lasting, above=above)
    inside = {slot for one in found for slot in range(one.first, one.end)}
    over = [one is not None and (one > floor if above else one >= floor) for one in day]
    for slot, is_over in enumerate(over):
        first, end = slot, slot + 1
        while is_over and first > 0 and over[first - 1]:
            first -= 1
        while is_over and end < len(over) and over[end]:
            end += 1
        assert (slot in inside) == (is_over and (end - first) * 15 >= lasting)
    assert all(one.end < two.first for one, two in pairwise(found))


def test_loads_are_brought_to_the_unit_of_the_rating() -> None:
    rules = LoadRules()
    assert loads.in_rated_unit(400, "a", rules, line=True) == 400
    assert loads.in_rated_unit(6581.8, "kw", rules, line=True) == pytest.approx(400, abs=0.01)
    assert loads.in_rated_unit(6928.2, "kva", rules, line=True) == pytest.approx(400, abs=0.01)
    assert loads.in_rated_unit(380, "kw", rules, line=False) == pytest.approx(400)
    assert loads.in_rated_unit(400, "kva", rules, line=False) == 400
    assert loads.in_rated_unit(577.35, "a", rules, line=False) == pytest.approx(400, abs=0.01)
