"""Whatever work and crews there are: work once at most, skills and units kept, never worse than first come."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from open95598.service.crews import assigning
from open95598.service.crews.values import Crew, Job, Missing, Plan, Ways, Weights, eligible

WEIGHTS = Weights()
SKILLS = ("low", "medium", "cable")
PLACES = st.one_of(
    st.none(), st.tuples(st.floats(112.0, 112.5, allow_nan=False), st.floats(27.8, 28.2, allow_nan=False))
)
AREAS = st.sampled_from([(1,), (1, 2), (1, 2, 3), (1, 4)])
SPEEDS = st.sampled_from((25.0, 40.0))
SOME = st.frozensets(st.sampled_from(SKILLS), max_size=2)


@st.composite
def jobs(draw: st.DrawFn) -> list[Job]:
    """Draw some work."""
    return [
        Job(
            f"j{n}", draw(PLACES), since := draw(st.floats(-300, 0)),
            draw(st.one_of(st.none(), st.floats(since, 200))), draw(st.floats(0, 5000)),
            draw(st.sampled_from((1, 2, 20))), draw(st.floats(0, 240)), draw(SOME), draw(AREAS),
        )
        for n in range(draw(st.integers(0, 14)))
    ]  # fmt: skip


@st.composite
def crews(draw: st.DrawFn) -> list[Crew]:
    """Draw some crews."""
    return [
        Crew(f"c{n}", draw(PLACES), draw(st.floats(0, 200)), draw(SOME), draw(AREAS), draw(SPEEDS))
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip


def cost_of(plan: Plan, work: list[Job]) -> float:
    """Work out what a plan costs from its own times, by the definition and not by the program's arrays."""
    by_key = {job.key: job for job in work}
    total = 0.0
    for stops in plan.routes.values():
        for stop in stops:
            job = by_key[stop.job]
            late = max(0.0, stop.arrives - job.limit) if job.limit is not None else 0.0
            total += job.times * (WEIGHTS.late_minute * late + (WEIGHTS.late_once if late > 0 else 0.0))
            total += job.hours * stop.leaves / 60
    return total


@given(jobs(), crews(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_plan_holds_together(work: list[Job], teams: list[Crew], dice: random.Random) -> None:
    plan = assigning.assign(work, teams, WEIGHTS)
    done = [stop.job for stops in plan.routes.values() for stop in stops]
    assert len(done) == len(set(done))
    assert set(done) | set(plan.open) == {job.key for job in work}
    assert not set(done) & set(plan.open)
    by_key, by_name = {job.key: job for job in work}, {crew.key: crew for crew in teams}
    for name, stops in plan.routes.items():
        at = by_name[name].free
        for stop in stops:
            assert by_key[stop.job].needs <= by_name[name].skills
            assert eligible(by_name[name], by_key[stop.job])
            assert stop.arrives >= at - 1e-6
            at = stop.leaves
    for key, why in plan.open.items():
        assert not any(eligible(crew, by_key[key]) for crew in teams)
        assert why == (Missing.SKILL if teams else Missing.NO_CREW)
    assert abs(plan.cost - cost_of(plan, work)) <= 1e-6 * max(1.0, plan.cost)
    first = assigning.first_come_first_served(work, teams, WEIGHTS)
    assert plan.cost <= cost_of(first, work) + 1e-6 * max(1.0, plan.cost)
    # in whatever order they come
    mixed, others = list(work), list(teams)
    dice.shuffle(mixed)
    dice.shuffle(others)
    assigning._assign.cache_clear()
    assert assigning.assign(mixed, others, WEIGHTS) == plan


@given(jobs(), crews())
@settings(max_examples=20, deadline=None)
def test_the_solvers_routes_hold_together_without_help(work: list[Job], teams: list[Crew]) -> None:
    """The plan may be another one's: what the solver alone says must hold as well."""
    ways = Ways(work, teams, WEIGHTS)
    routes = assigning.solved(ways)
    taken = [job for route in routes for job in route]
    assert sorted(taken) == assigning._doable(ways)
    assert all(ways.may[crew, job] for crew, route in enumerate(routes) for job in route)
