"""How long outages usually last."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.service.outages.estimating import (
    ENOUGH,
    Like,
    Past,
    estimate,
    load_of,
    median,
    open_at,
    promises,
    quantile,
    score,
)


def of(n: int, minutes: float, kind: int = 1, cause: str = "weather", hour: int = 14, **more: str) -> list[Past]:
    """Return ``n`` outages that lasted a little more each."""
    return [Past(kind, cause, hour, **more, minutes=minutes + at) for at in range(n)]


def test_those_like_it_are_asked_and_wider_circles_where_they_are_few() -> None:
    trees, nights, diggers = of(ENOUGH, 100), of(ENOUGH, 200, hour=23), of(1, 30, cause="external", hour=10)
    past = [*trees, *nights, *diggers]
    day = estimate(past, Like(1, "weather", 15))
    assert day is not None
    assert (day.like, day.count) == (("kind", "cause", "hour"), ENOUGH)
    assert 100 <= day.least < day.middle < day.most <= 108
    night = estimate(past, Like(1, "weather", 2))
    assert night is not None
    assert night.least >= 200
    of_kind = estimate(past, Like(1, "external", 10))
    assert of_kind is not None
    assert (of_kind.like, of_kind.count) == (("kind",), 2 * ENOUGH + 1)
    unknown = estimate(past, Like(1, "", 10))
    assert unknown is not None
    assert unknown.like == ("kind",)
    elsewhere = estimate(past, Like(3, "weather", 10))
    assert elsewhere is not None
    assert elsewhere.like == ()
    assert estimate(trees[1:], Like(1, "weather", 15)) is None


def test_weather_and_the_load_of_crews_tell_apart_where_history_knows_them() -> None:
    past = [
        *of(ENOUGH, 60, weather="calm", load="light"), *of(ENOUGH, 300, weather="thunder", load="stretched"),
        *of(ENOUGH, 120, weather="thunder", load="light"),
    ]  # fmt: skip
    worst = estimate(past, Like(1, "weather", 14, "thunder", "stretched"))
    assert worst is not None
    assert (worst.like, worst.count) == (("kind", "cause", "weather", "load", "hour"), ENOUGH)
    assert worst.least >= 300
    night = estimate(past, Like(1, "weather", 2, "thunder", "light"))
    assert night is not None
    assert night.like == ("kind", "cause", "weather", "load")
    busy = estimate(past, Like(1, "weather", 14, "thunder", "busy"))
    assert busy is not None
    assert (busy.like, busy.count) == (("kind", "cause", "weather"), 2 * ENOUGH)
    no_cause = estimate(past, Like(1, "", 14, "calm", "light"))
    assert no_cause is not None
    assert (no_cause.like, no_cause.count) == (("kind", "weather"), ENOUGH)
    unknown = estimate(past, Like(1, "weather", 14))
    assert unknown is not None
    assert unknown.count == 3 * ENOUGH


def test_the_range_of_what_repeats_itself_holds_four_fifths_of_what_comes() -> None:
    dice = Random(3)
    past = [Past(1, "weather", 12, minutes=dice.lognormvariate(4.5, 0.5), began=at * 2000) for at in range(1500)]
    found = score(past)
    assert found.told == len(past) - ENOUGH
    assert found.inside + found.early + found.late == found.told
    assert 0.77 < found.coverage < 0.83
    assert 0 < found.error < found.width
    assert score(past[:ENOUGH]).told == 0
    # with as few as they may be the range still holds what it says: many small histories, the next one each
    held = 0
    for at in range(2000):
        made = estimate([Past(1, "", 12, minutes=dice.expovariate(0.01)) for _n in range(ENOUGH)], Like(1, "", 12))
        assert made is not None, at
        held += made.least <= dice.expovariate(0.01) <= made.most
    assert 0.77 < held / 2000 < 0.83


def test_an_outage_is_judged_by_what_was_over_when_it_began() -> None:
    """Ten that lie side by side know nothing of each other."""
    together = [Past(1, "", 12, minutes=100, began=0) for _at in range(3 * ENOUGH)]
    assert score(together).told == 0
    after = Past(1, "", 12, minutes=100, began=101)
    assert score([*together, after]).told == 1
    assert score([*together, Past(1, "", 12, minutes=100, began=99)]).told == 0


def test_without_the_cause_is_as_at_the_beginning() -> None:
    quick = [Past(1, "fuse", 12, minutes=20 + at % 3, began=at * 1000) for at in range(40)]
    slow = [Past(1, "cable", 12, minutes=400 + at % 3, began=at * 1000 + 500) for at in range(40)]
    known, first = score([*quick, *slow]), score([*quick, *slow], cause=False)
    assert known.error < 3 < first.error
    assert known.width < first.width


def test_what_people_were_told() -> None:
    past = [
        Past(1, "", 12, minutes=60, promised=90), Past(1, "", 12, minutes=60, promised=60),
        Past(1, "", 12, minutes=100, promised=60), Past(1, "", 12, minutes=5),
    ]  # fmt: skip
    found = promises(past)
    assert (found.told, found.kept, found.error) == (3, 2, 30)
    assert promises([]).told == 0


@pytest.mark.parametrize(
    ("outages", "crews", "said"), [(1, 0, ""), (0, 2, "light"), (2, 2, "light"), (3, 2, "busy"), (7, 2, "stretched")]
)
def test_load_of_crews(outages: int, crews: int, said: str) -> None:
    assert load_of(outages, crews, 1, 3) == said


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_are_ordered_and_lie_among_the_values(values: list[float], one: float, other: float) -> None:
    ordered, low, high = sorted(values), min(one, other), max(one, other)
    assert ordered[0] <= quantile(ordered, low) <= ordered[-1] * (1 + 1e-12)
    assert quantile(ordered, low) <= quantile(ordered, high) * (1 + 1e-9) + 1e-9
    assert median(values) == pytest.approx((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 50)))),
    st.lists(st.integers(-5, 60), max_size=20),
)
def test_how_many_are_open_is_counted_as_one_would(given_: list[tuple[int, int | None]], moments: list[int]) -> None:
    periods = [(float(a), None if b is None else float(a + b)) for a, b in given_]
    ordered = sorted(float(at) for at in moments)
    assert open_at(periods, ordered) == [
        sum(begun <= at and (ended is None or ended > at) for begun, ended in periods) for at in ordered
    ]
