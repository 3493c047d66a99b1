"""Assigning crews: the cases that one can work out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from open95598.service.crews import assigning, solving
from open95598.service.crews.values import Crew, Job, Missing, Weights, Why, distance

#: a degree of latitude is 111.2 km: a hundredth of it takes 1.11 min at 60 km/h on a straight road
ROAD = Weights(detour=1.0)


def job(key: str, north: float, **more: object) -> Job:
    """Return work so many hundredths of a degree north."""
    return Job(key, (112.0, 28.0 + north / 100), since=0.0, limit=None, **more)  # type: ignore[arg-type]


def crew(key: str, north: float, **more: object) -> Crew:
    """Return a crew so many hundredths of a degree north."""
    return Crew(key, (112.0, 28.0 + north / 100), speed=60.0, **more)  # type: ignore[arg-type]


def who(plan: assigning.Plan) -> dict[str, list[str]]:
    """Return the work of each crew, in its order."""
    return {name: [stop.job for stop in stops] for name, stops in plan.routes.items() if stops}


def test_distances_are_those_of_the_globe_and_of_plane_grids() -> None:
    assert distance((112.0, 28.0), (112.0, 29.0)) == pytest.approx(111.19, abs=0.01)
    assert distance((112.0, 60.0), (113.0, 60.0)) == pytest.approx(55.6, abs=0.1)
    assert distance((500_000.0, 3_000_000.0), (503_000.0, 3_004_000.0)) == pytest.approx(5.0)


def test_arrivals_are_worked_out_from_place_speed_and_what_is_in_hand() -> None:
    plan = assigning.assign([job("a", 10, lasts=30)], [crew("x", 0, free=15.0)], ROAD)
    [stop] = plan.routes["x"]
    assert stop.arrives == pytest.approx(15 + 11.12, abs=0.01)
    assert stop.leaves == pytest.approx(15 + 11.12 + 30, abs=0.01)
    assert stop.why == Why.ONLY


def test_the_nearest_with_the_skill_goes() -> None:
    near, far = crew("near", 1), crew("far", 20, skills=frozenset({"cable"}))
    plan = assigning.assign([job("a", 0, needs=frozenset({"cable"}))], [near, far], ROAD)
    assert who(plan) == {"far": ["a"]}
    plan = assigning.assign([job("a", 0)], [near, far], ROAD)
    assert who(plan) == {"near": ["a"]}
    [stop] = plan.routes["near"]
    assert (stop.why, stop.other) == (Why.SOONEST, "far")
    assert stop.other_arrives == pytest.approx(22.2, abs=0.1)


def test_who_could_be_there_earlier_is_told_when_needed_elsewhere() -> None:
    """The one crew that can repair cables is kept for the cable, though it is nearer to both."""
    cable = job("cable", 1, needs=frozenset({"cable"}), hours=500.0)
    plain = job("plain", 0, hours=1.0)
    plan = assigning.assign([cable, plain], [crew("near", 0, skills=frozenset({"cable"})), crew("far", 10)], ROAD)
    assert who(plan) == {"near": ["cable"], "far": ["plain"]}
    [stop] = plan.routes["far"]
    assert (stop.why, stop.other) == (Why.BETTER, "near")


def test_important_users_come_first() -> None:
    first_come, important = job("a", 5), job("b", -5, hours=100.0)
    plan = assigning.assign([first_come, replace(important, since=10.0)], [crew("x", 0)], ROAD)
    assert who(plan) == {"x": ["b", "a"]}
    assert [stop.why for stop in plan.routes["x"]] == [Why.ONLY, Why.AFTER]
    served = assigning.first_come_first_served([first_come, replace(important, since=10.0)], [crew("x", 0)], ROAD)
    assert who(served) == {"x": ["a", "b"]}
    assert plan.cost < served.cost


def test_a_limit_that_can_be_kept_is_kept() -> None:
    """The nearer work has time; the farther one has not."""
    soon = replace(job("soon", 10), limit=12.0)
    later = replace(job("later", -1), limit=600.0)
    plan = assigning.assign([soon, later], [crew("x", 0)], ROAD)
    assert who(plan) == {"x": ["soon", "later"]}
    assert [stop.late for stop in plan.routes["x"]] == [0.0, 0.0]


def test_units_keep_their_crews() -> None:
    ours, above, beside = crew("ours", 9, area=(1, 2, 3)), crew("above", 10, area=(1,)), crew("beside", 0, area=(1, 4))
    plan = assigning.assign([job("a", 0, area=(1, 2))], [ours, above, beside], ROAD)
    assert who(plan) == {"ours": ["a"]}


def test_without_a_crew_or_the_skill_it_is_said_why() -> None:
    assert assigning.assign([job("a", 0)], [], ROAD).open == {"a": Missing.NO_CREW}
    wanted = job("a", 0, needs=frozenset({"live_line"}))
    assert assigning.assign([wanted], [crew("x", 0)], ROAD).open == {"a": Missing.SKILL}
    assert assigning.assign([], [], ROAD).routes == {}


def test_a_place_that_is_not_known_takes_the_usual_time() -> None:
    plan = assigning.assign([replace(job("a", 0), place=None)], [crew("x", 0)], Weights(unknown=25.0))
    assert plan.routes["x"][0].arrives == 25.0


def test_without_the_solver_there_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "SECONDS", 0.0)
    monkeypatch.setattr(solving, "ROUNDS", 0)
    work = [job(f"j{n}", n, hours=float(n)) for n in range(9)]
    plan = assigning.assign(work, [crew("x", 0), crew("y", 9)], replace(ROAD, late_once=31.0))
    assert sum(len(stops) for stops in plan.routes.values()) == 9


def test_the_solver_finds_what_greed_does_not() -> None:
    """Two crews, two jobs at each end: greedily the first crew drives across."""
    work = [job("n1", 10, hours=10), job("n2", 11, hours=10), job("s1", -10, hours=10), job("s2", -11, hours=10)]
    plan = assigning.assign(work, [crew("a", 0), crew("b", 0)], ROAD)
    assert sorted(map(sorted, who(plan).values())) == [["n1", "n2"], ["s1", "s2"]]
