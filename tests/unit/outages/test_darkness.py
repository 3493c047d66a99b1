"""How many are in the dark, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from open95598.service.outages.darkness import Spell, apart, curve, hours

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_what_is_left_of_an_outage_counts_from_when_the_rest_had_power_again() -> None:
    whole, left = Spell(1, None, 100, at(0), at(60)), Spell(2, 1, 20, at(0), at(90))
    spells = apart([left, whole])
    assert curve(spells, [at(-1), at(0), at(59), at(60), at(89), at(90)]) == [0, 100, 100, 20, 20, 0]
    assert hours(spells, at(0), at(120)) == 100 + 10
    assert hours(spells, at(30), at(75)) == 50 + 5


def test_what_is_dark_inside_a_dark_one_does_not_count_twice() -> None:
    spells = apart([Spell(1, None, 100, at(0), None), Spell(2, 1, 20, at(5), None), Spell(3, 2, 5, at(6), at(9))])
    assert curve(spells, [at(10)]) == [100]


def test_dark_again_after_the_restoration_counts_from_then() -> None:
    spells = apart([Spell(1, None, 100, at(0), at(60)), Spell(2, 1, 20, at(80), None), Spell(3, 9, 7, at(0), None)])
    assert curve(spells, [at(30), at(70), at(80)]) == [107, 7, 27]
    assert hours(spells, at(60), at(90)) == pytest.approx(7 / 2 + 20 / 6)


def test_outages_that_name_each_other_end_the_search() -> None:
    assert apart([Spell(1, 2, 10, at(0), at(9)), Spell(2, 1, 10, at(0), at(9))]) == []
