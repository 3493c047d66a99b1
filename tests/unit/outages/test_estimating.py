"""How long outages usually last."""

from __future__ import annotations

from random import Random

from open95598.service.outages.estimating import ENOUGH, Past, estimate, score


def test_those_like_it_are_asked_and_wider_circles_where_they_are_few() -> None:
    trees = [Past(1, "weather", 14, 100 + n) for n in range(ENOUGH)]
    nights = [Past(1, "weather", 23, 200 + n) for n in range(ENOUGH)]
    diggers = [Past(1, "external", 10, 30)]
    past = [*trees, *nights, *diggers]
    day = estimate(past, 1, "weather", 15)
    assert day is not None
    assert (day.like, day.count) == (("kind", "cause", "hour"), ENOUGH)
    assert 100 < day.least < day.most < 108
    night = estimate(past, 1, "weather", 2)
    assert night is not None
    assert night.least > 200
    of_kind = estimate(past, 1, "external", 10)
    assert of_kind is not None
    assert (of_kind.like, of_kind.count) == (("kind",), 2 * ENOUGH + 1)
    unknown = estimate(past, 1, "", 10)
    assert unknown is not None
    assert unknown.like == ("kind",)
    elsewhere = estimate(past, 3, "weather", 10)
    assert elsewhere is not None
    assert elsewhere.like == ()
    assert estimate(trees[1:], 1, "weather", 15) is None


def test_ranges_of_what_repeats_itself_hold_three_fifths_of_what_comes() -> None:
    dice = Random(3)
    past = [Past(1, "weather", 12, dice.lognormvariate(4.5, 0.5)) for _ in range(1500)]
    found = score(past)
    assert found.told == len(past) - ENOUGH
    assert found.inside + found.early + found.late == found.told
    assert 0.56 < found.inside / found.told < 0.64
    assert found.width > 0
    assert score(past[:ENOUGH]).told == 0
