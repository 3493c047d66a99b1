"""The two indices of service (DOMAIN 2.4): worked examples done by hand, and what must hold whatever the counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.control.satisfaction import indices
from open95598.control.satisfaction.indices import NormFacts, ServiceFacts
from open95598.foundation import months
from open95598.foundation.rulebook.index_rows import NormRules, ServiceIndexRules

RULES, NORM = ServiceIndexRules(), NormRules()


def test_the_service_index_by_hand():
    # 12 of 480 events called three times: 97.5; 186 of 200 content = 93 %: 2.0 below 95 = 20 steps, -2.0;
    # 3 false orders -0.3; 1 media event -5; 2 faked complaints -0.4; together 89.8
    index = indices.service(ServiceFacts(480, 12, 200, 186, 3, 1, 2), RULES)
    assert index.value == Decimal("89.8")
    assert [(line.code, line.points) for line in index.lines] == [
        ("often", Decimal("97.5")), ("content", Decimal("-2.0")), ("false_orders", Decimal("-0.3")),
        ("media", Decimal(-5)), ("faked", Decimal("-0.4")),
    ]  # fmt: skip
    assert index.lines[0].formula == "(1 − 12 / 480) × 100"
    assert index.lines[1].formula == "186 / 200 = 93%; 95% − 93%: 20 × 0.1"
    assert index.missing == ()


@pytest.mark.parametrize(
    ("rated", "content", "off"),
    [
        (1000, 950, "0"), (1000, 1000, "0"),
        (1000, 949, "0.1"),  # 94.9 %: one full step
        (10_000, 9491, "0"),  # 94.91 %: not a full step
        (3, 2, "28.3"),  # 66.67 %: 283 full steps
    ],
)  # fmt: skip
def test_each_full_step_below_the_target(rated, content, off):
    line = indices.service(ServiceFacts(100, 0, rated, content), RULES).lines[1]
    assert line.points == -Decimal(off)


def test_the_marketing_norm_rate_by_hand():
    # 12 000 calls / 100 × 50 % = 60; 300 000 customers / 1000 × 50 % = 150; d = 210
    # 0.7 (1 − 4/210) + 0.2 (1 − 10/210) + 0.1 (1 − 2/210) = 1 − 5/210 = 97.619… %
    index = indices.norm(NormFacts(12_000, 300_000, 4, 10, 2), NORM)
    assert index.value is not None
    assert indices.shown(index.value) == Decimal("97.62")
    assert index.lines[0].formula == "12000 / 100 × 0.5 + 300000 / 1000 × 0.5 = 210"
    assert [indices.shown(line.points) for line in index.lines[1:]] == [
        Decimal("68.67"), Decimal("19.05"), Decimal("9.90")
    ]  # fmt: skip


def test_what_cannot_be_computed_says_what_is_lacking():
    assert indices.service(ServiceFacts(0, 0, 0, 0), RULES) == indices.Index(None, (), ("handled", "rated"))
    unrated = indices.service(ServiceFacts(10, 1, 0, 0), RULES)
    assert (unrated.value, unrated.missing) == (Decimal(90), ("rated",))
    assert indices.norm(NormFacts(0, 0, 1, 0, 0), NORM) == indices.Index(None, (), ("calls", "customers"))
    assert indices.norm(NormFacts(100, 0, 0, 0, 0), NORM).missing == ("customers",)
    with pytest.raises(ValueError, match="larger"):
        indices.service(ServiceFacts(1, 2, 0, 0), RULES)
    with pytest.raises(ValueError, match="below zero"):
        indices.norm(NormFacts(-1, 0, 0, 0, 0), NORM)


def test_numbers_are_shown_half_up():
    assert indices.shown(Decimal("97.615")) == Decimal("97.62")
    assert indices.plain(Decimal("2E+2")) == "200"
    assert indices.plain(Decimal("0.10")) == "0.1"


counts = st.integers(0, 10**6)


@st.composite
def a_month(draw):
    handled, rated = draw(st.integers(1, 10**6)), draw(counts)
    return ServiceFacts(
        handled, draw(st.integers(0, handled)), rated, draw(st.integers(0, rated)), draw(counts), draw(counts),
        draw(counts),
    )  # fmt: skip


@given(a_month())
def test_an_index_is_the_sum_of_its_lines_and_never_above_a_hundred(facts):
    index = indices.service(facts, RULES)
    assert index.value == sum(line.points for line in index.lines)
    assert index.value <= 100
    assert all(line.points <= 0 for line in index.lines[1:])


@given(a_month(), st.sampled_from(("false_orders", "media", "faked", "often")))
def test_a_worse_month_never_has_a_better_index(facts, name):
    worse = replace(facts, **{name: min(getattr(facts, name) + 1, facts.handled if name == "often" else 10**7)})
    assert indices.service(worse, RULES).value <= indices.service(facts, RULES).value


@given(st.integers(1, 10**6), counts, counts, counts, counts)
def test_the_norm_rate_is_whole_without_complaints_and_falls_with_each(calls, customers, one, two, reports):
    clean = indices.norm(NormFacts(calls, customers, 0, 0, 0), NORM)
    some = indices.norm(NormFacts(calls, customers, one, two, reports), NORM)
    assert clean.value == 100
    assert some.value is not None and some.value <= 100
    more = indices.norm(NormFacts(calls, customers, one + 1, two, reports), NORM)
    assert more.value < some.value


def test_months_in_the_utilitys_zone():
    assert months.local_day(datetime(2026, 2, 28, 17, tzinfo=UTC)) == date(2026, 3, 1)
    assert months.bounds(date(2026, 12, 5)) == (
        datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
    )  # fmt: skip
    assert months.moved(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert months.parse("2026-13") is None
    assert months.parse("x") is None
