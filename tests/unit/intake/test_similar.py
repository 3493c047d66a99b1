"""Which order is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from open95598.service.intake.similar import LIKELY, WORTH, Candidate, Wanted, compare

NOW = datetime(2026, 7, 1, 20, tzinfo=UTC)
PLACE = "江城市东湖区东湖路128号湖滨花园3栋2单元501"
KEYS = frozenset(range(10))
ORDER = Candidate("13800000001", PLACE, KEYS | {99}, "fault", "fault.lv.line", NOW - timedelta(hours=2))
AGAIN = Wanted("13800000001", "湖滨花园3-2-501", KEYS, "fault", "fault.lv.line")


def test_the_same_caller_place_and_words_are_the_same_matter() -> None:
    found = compare(AGAIN, ORDER, NOW)
    assert found.likely
    assert found.points > 85
    assert set(found.reasons) == {"phone", "room", "words", "category"}
    assert found.share == 1


def test_a_neighbour_is_worth_showing_and_a_stranger_is_not() -> None:
    neighbour = Wanted("13900000002", "湖滨花园3栋", frozenset({0, 1, 2, 60, 61, 62}), "fault")
    assert WORTH <= compare(neighbour, ORDER, NOW).points < LIKELY
    stranger = Wanted("13900000002", "西山路7号", frozenset({1, 500, 501, 502, 503, 504}), "fault")
    assert compare(stranger, ORDER, NOW).points < WORTH


def test_the_caller_with_another_matter_is_not_likely() -> None:
    other = Wanted("13800000001", "", frozenset(range(200, 210)), "complaint")
    assert WORTH <= compare(other, ORDER, NOW).points < LIKELY


def test_rare_words_tell_more() -> None:
    common, rare = Wanted(keys=KEYS, weights=dict.fromkeys(range(5), 0.1)), Wanted(keys=KEYS)
    half = replace(ORDER, keys=frozenset(range(5)))
    assert compare(common, half, NOW).share < compare(rare, half, NOW).share


@given(
    st.booleans(), st.sampled_from(["", PLACE, "湖滨花园5栋", "东湖路9号"]), st.frozensets(st.integers(0, 12)),
    st.sampled_from(["fault", "complaint"]), st.integers(0, 400), st.booleans(),
)  # fmt: skip
def test_more_that_agrees_never_counts_less(
    phone: bool, address: str, keys: frozenset[int], kind: str, days: int, closed: bool
) -> None:
    opened = NOW - timedelta(days=days)
    order = replace(ORDER, opened_at=opened, closed_at=opened if closed else None)
    wanted = Wanted("13800000001" if phone else "", address, keys, kind)
    points = compare(wanted, order, NOW).points
    assert 0 <= points <= 100
    assert compare(replace(wanted, phone=ORDER.phone), order, NOW).points >= points
    assert compare(replace(wanted, address=PLACE), order, NOW).points >= points
    assert (
        compare(wanted, replace(order, closed_at=opened), NOW).points
        <= compare(wanted, replace(order, closed_at=None), NOW).points
    )
