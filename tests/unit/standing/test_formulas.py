"""Ratings: part by part, unknown facts count neither way, and the shipped formulas behave as one would want."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import rules

from open95598.foundation.rulebook.customer_rows import CODES, NUMBERS, Band, Rating, RatingPart, Step
from open95598.foundation.words import Label
from open95598.registry.standing.formulas import compute, points_of

_L = Label("一", "one")
PAYS = RatingPart(
    "pays", _L, "late_payments", Decimal(30), Label("迟交 {value} 次", "late {value} times"),
    (Step(Decimal(0), Decimal(30)), Step(Decimal(2), Decimal(24)), Step(None, Decimal(0))),
)  # fmt: skip
USES = RatingPart("uses", _L, "price_class", Decimal(10), _L, (), {"commercial": Decimal(10)}, Decimal(3))
RATING = Rating("credit", _L, (PAYS, USES), (Band("good", _L, Decimal(80)), Band("bad", _L, Decimal(0))), 60)


@pytest.mark.parametrize(("late", "points"), [("0", 30), ("1", 24), ("2", 24), ("3", 0), ("99", 0)])
def test_a_step_reaches_up_to_and_with_its_end(late: str, points: int) -> None:
    assert points_of(PAYS, Decimal(late)) == points


def test_a_rating_says_of_each_part_what_gave_its_points() -> None:
    found = compute(RATING, {"late_payments": Decimal(2), "price_class": "commercial"})
    assert (found.points, found.band and found.band.code, found.known) == (Decimal("85.0"), "good", 100)
    [pays, uses] = found.lines
    assert (pays.value, pays.points, pays.most) == ("2", 24, 30)
    assert (uses.value, uses.points) == ("commercial", 10)
    assert not found.missing


def test_what_nobody_knows_counts_neither_way_and_too_little_gives_no_rating() -> None:
    found = compute(RATING, {"late_payments": Decimal(0), "price_class": None})
    assert (found.points, found.known) == (Decimal("100.0"), 75)
    assert [line.code for line in found.missing] == ["uses"]
    nothing = compute(RATING, {"price_class": "commercial"})
    assert (nothing.points, nothing.band, nothing.known) == (None, None, 25)


RULES = rules.shipped().customers
FACTS = st.fixed_dictionaries(
    {name: st.none() | st.integers(-200, 10**6).map(Decimal) for name in NUMBERS}
    | {name: st.none() | st.sampled_from(codes) for name, codes in CODES.items()}
)


@given(FACTS)
def test_every_shipped_rating_lies_between_nothing_and_a_hundred(facts: dict[str, Any]) -> None:
    for rating in RULES.ratings:
        found = compute(rating, facts)
        assert len(found.lines) == len(rating.parts)
        if found.points is not None:
            assert 0 <= found.points <= 100
            assert found.band is not None
        for line in found.lines:
            assert (line.points is None) == (facts.get(line.fact) is None)
            assert line.points is None or 0 <= line.points <= line.most


@given(FACTS, st.integers(0, 20), st.integers(0, 20))
def test_who_pays_later_is_never_rated_better(facts: dict[str, Any], one: int, other: int) -> None:
    credit = RULES.rating("credit")
    assert credit is not None
    few, many = sorted((one, other))
    better = compute(credit, {**facts, "late_payments": Decimal(few)}).points
    worse = compute(credit, {**facts, "late_payments": Decimal(many)}).points
    assert better is None or worse is None or better >= worse


def test_the_tiers_entitle_to_what_the_source_says() -> None:
    counts = {tier.code: len(tier.entitlements) for tier in RULES.tiers}
    assert counts == {"diamond": 7, "platinum": 5, "silver": 3}
    assert RULES.entitled_tiers("complaint_visit") == ("diamond",)
    assert RULES.entitles("silver", "outage_foreknowledge")
    assert not RULES.entitles("", "social")
