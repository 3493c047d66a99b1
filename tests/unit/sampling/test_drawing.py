"""A draw that anybody can draw again, and a form that says why points are lost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import rules

from open95598.control.sampling import drawing, judging
from open95598.control.sampling.judging import Mark, Sheet

RULES = rules.shipped()
FORM = RULES.oversight.form("order")
assert FORM is not None


@given(st.sets(st.integers(1, 10**6), max_size=60), st.integers(0, 20), st.text("0123456789abcdef", min_size=4))
def test_a_draw_comes_out_of_its_population_and_seed_alone(population: set[int], count: int, seed: str) -> None:
    drawn = drawing.draw(population, count, seed)
    assert drawn == drawing.draw(sorted(population, reverse=True), count, seed)
    assert len(drawn) == min(count, len(population)) == len(set(drawn)) and set(drawn) <= population
    # who is drawn of few is drawn of those and any that were drawn after: a lot depends on nobody else
    assert drawing.draw(set(drawn), count, seed) == drawn


def test_everybody_has_the_same_chance() -> None:
    counted = Counter(pk for seed in range(2_000) for pk in drawing.draw(range(20), 2, str(seed)))
    assert set(counted) == set(range(20))
    assert all(150 < n < 250 for n in counted.values())


def test_weeks_begin_on_mondays_of_the_utilitys_zone() -> None:
    assert drawing.week_of(date(2026, 3, 8)) == drawing.week_of(date(2026, 3, 2)) == date(2026, 3, 2)
    start, end = drawing.bounds(date(2026, 3, 2), ZoneInfo("Asia/Shanghai"))
    assert start.astimezone(UTC) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert (end - start).days == 7


def test_a_plan_draws_its_share_between_least_and_most() -> None:
    plan = RULES.oversight.plan("unsubstantiated")
    assert plan is not None and plan.substantiated == ("no",)
    assert [plan.size(n) for n in (0, 1, 3, 4, 20, 100)] == [0, 1, 1, 2, 6, 10]


def sheet(kind: str, fatal: tuple[str, ...] = (), remark: str = "", **lost: int) -> Sheet:
    marks = {
        line.code: Mark(line.most - lost.get(line.code, 0), "扣分依据" if line.code in lost else "")
        for line in FORM.lines(kind)
    }
    return Sheet(marks, fatal, remark)


def test_the_score_is_out_of_a_hundred_whatever_lines_count_for_the_kind() -> None:
    assert {line.code for line in FORM.lines("complaint")} - {line.code for line in FORM.lines("fault")} == {
        "substantiation"
    }
    for kind in ("complaint", "fault", "consultation"):
        assert judging.judge(FORM, kind, sheet(kind)) == judging.Verdict(100, True)
    assert judging.judge(FORM, "fault", sheet("fault", wording=20)) == judging.Verdict(79, False)
    assert judging.judge(FORM, "fault", sheet("fault", wording=10)).passed
    assert judging.judge(FORM, "fault", sheet("fault", ("leak",), "录音中泄露")) == judging.Verdict(0, False)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda m: m.pop("wording"), {"wording": "missing"}),
        (lambda m: m.update(wording=Mark(21)), {"wording": "range"}),
        (lambda m: m.update(wording=Mark(3)), {"wording": "reason"}),
        (lambda m: m.update(substantiation=Mark(3)), {"substantiation": "unknown"}),
    ],
)
def test_a_sheet_that_is_not_whole_is_refused(change, wanted) -> None:
    marks = dict(sheet("fault").marks)
    change(marks)
    assert judging.problems(FORM, "fault", Sheet(marks)) == wanted


def test_a_fatal_error_is_known_and_explained_and_a_sheet_survives_its_way() -> None:
    assert judging.problems(FORM, "fault", sheet("fault", ("leak",))) == {"remark": "reason"}
    assert "rude" in judging.problems(FORM, "fault", sheet("fault", ("rude",), "x"))
    whole = sheet("fault", ("leak",), "说明", wording=5)
    assert judging.from_text(judging.as_text(whole)) == whole
    for bad in ("", "[]", "{}", '{"marks": {"a": {"points": "3"}}}', '{"marks": {"a": {"points": true}}}', "null"):
        with pytest.raises(ValueError):  # noqa: PT011
            judging.from_text(bad)
