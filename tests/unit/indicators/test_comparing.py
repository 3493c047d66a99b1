"""Units side by side: shares, ranks, bands, with care for small numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from open95598.control.indicators.comparing import FEW, Count, compare
from open95598.foundation import months

COUNTS = st.dictionaries(
    st.integers(1, 50), st.builds(Count, st.integers(0, 200), st.integers(0, 200), st.integers(0, 9)), max_size=20
)


def test_equal_shares_share_a_rank_and_few_cases_have_none():
    found = compare({1: Count(99, 1), 2: Count(90, 10), 3: Count(45, 5), 4: Count(80, 20), 5: Count(2, 1), 6: Count()})
    assert [found.cells[unit].rank for unit in range(1, 7)] == [1, 2, 2, 4, None, None]
    assert (found.median, found.best, found.ranked) == (90.0, 99.0, 4)
    assert found.cells[5].few and not found.cells[6].few and found.cells[6].count.share is None
    assert [found.cells[unit].band for unit in (1, 2, 3, 4, 5)] == [1, 2, 2, 4, 0]


def test_nobody_to_compare():
    found = compare({1: Count(1, 1)})
    assert (found.median, found.best, found.ranked) == (None, None, 0)


@given(COUNTS)
def test_a_better_share_never_ranks_behind(counts):
    found = compare(counts)
    ranked = [(cell.count.share, cell.rank, cell.band) for cell in found.cells.values() if cell.rank is not None]
    assert len(ranked) == found.ranked == sum(1 for count in counts.values() if count.told >= FEW)
    for one in ranked:
        for two in ranked:
            if one[0] > two[0]:
                assert one[1] < two[1] and one[2] <= two[2]
    if ranked:
        assert min(rank for _share, rank, _band in ranked) == 1


def test_months_are_counted_back_over_the_year():
    from datetime import date

    assert months.moved(date(2026, 3, 1), 0) == date(2026, 3, 1)
    assert months.moved(date(2026, 3, 1), -3) == date(2025, 12, 1)
    assert months.moved(date(2026, 3, 1), -14) == date(2025, 1, 1)
