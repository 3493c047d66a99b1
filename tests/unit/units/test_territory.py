"""Addresses find their unit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.units.territory import Match, Place, match

PLACES = [
    Place(1, (1,), ()),
    Place(2, (1, 2), ("湖南省", "430000")),
    Place(3, (1, 2, 3), ("长沙市", "430100")),
    Place(4, (1, 2, 3, 4), ("雨花区", "430111")),
    Place(5, (1, 2, 3, 5), ("岳麓区", "430104")),
    Place(6, (1, 2, 3, 4, 6), ("韶山路", "圭塘")),
    Place(7, (1, 2, 7), ("衡阳市", "430400")),
    Place(8, (1, 2, 7, 8), ("雨花区",)),
]


def test_the_most_specific_unit_gets_the_address():
    assert match("湖南省长沙市雨花区韶山路123号", "", PLACES) == Match(6, ("湖南省", "长沙市", "雨花区", "韶山路"))


def test_spaces_and_full_width_letters_do_not_matter():
    assert match(" 长沙市 雨花区 ", "", PLACES).unit_id == 4


def test_a_street_of_another_county_does_not_pull_the_address_over():
    assert match("长沙市岳麓区韶山路", "", PLACES).unit_id == 5


def test_a_name_that_exists_twice_goes_to_whoever_stands_above_both():
    assert match("雨花区", "", [p for p in PLACES if p.unit_id != 6]).unit_id == 2


def test_a_name_that_exists_twice_is_told_apart_by_what_lies_below():
    assert match("雨花区圭塘", "", PLACES).unit_id == 6


def test_a_code_counts_before_a_name():
    assert match("雨花区", "430111001", PLACES).unit_id == 4
    assert match("", "430400000000", PLACES).unit_id == 7


def test_nothing_known_is_nothing():
    assert match("广州市天河区", "440106", PLACES) is None
    assert match("", "", PLACES) is None


@given(
    st.text(alphabet="湖南省长沙市雨花区岳麓衡阳韶山路圭塘0123", max_size=30),
    st.sampled_from(["", "43", "430111", "4304"]),
)
def test_it_always_ends_with_a_known_unit_whose_entries_occur(address, code):
    found = match(address, code, PLACES)
    if found is not None:
        assert any(place.unit_id == found.unit_id for place in PLACES)
        assert all(entry in address or code.startswith(entry) for entry in found.entries)
