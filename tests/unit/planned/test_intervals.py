"""Subtrees as intervals: compared with plain sets of numbers."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from open95598.service.planned import intervals

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def numbers(spans: list[tuple[int, int]]) -> set[int]:
    return {n for low, high in spans for n in range(low, high)}


@given(SPANS, SPANS)
def test_intervals_are_sets_of_numbers(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    for found, wanted in (
        (intervals.merged(some), numbers(some)),
        (intervals.without(some, others), numbers(some) - numbers(others)),
        (intervals.shared(some, others), numbers(some) & numbers(others)),
    ):
        assert numbers(found) == wanted
        assert all(low < high for low, high in found)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    assert intervals.meet(some, others) == bool(numbers(some) & numbers(others))


def test_touching_spans_become_one() -> None:
    assert intervals.merged([(3, 5), (1, 3), (9, 9)]) == [(1, 5)]
    assert intervals.without([(0, 10)], [(2, 4), (4, 6)]) == [(0, 2), (6, 10)]
