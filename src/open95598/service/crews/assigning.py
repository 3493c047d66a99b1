"""Which crew goes where, in which order. Pure: values in, a plan out; the same values in any order give the same plan.

A plan is never worse, by the weights, than serving first what came first: the solver's plan, a greedy one and that one
are made, and the cheapest counts. Without a solution of the solver there is an answer all the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from open95598.service.crews import solving
from open95598.service.crews.values import Crew, Job, Missing, Plan, Stop, Ways, Weights, Why

#: by when work that waits in a wave would be come to, as shares of the time that a greedy plan takes: what waits longer
#: costs more, so that less waits. Of several the cheapest plan counts; a large storm is planned once (bench/crews.py)
HORIZONS, HORIZON, LARGE = (0.4, 0.9), 0.4, 60
Routes = list[list[int]]


def assign(jobs: Sequence[Job], crews: Sequence[Crew], weights: Weights = Weights()) -> Plan:  # noqa: B008 (frozen)
    """Return the plan with the fewest late arrivals and hours in the dark that is found, important users first.

    Every work is in it once, or in ``open`` when nobody can do it. Asked again with the same values, it is remembered.
    """
    return _assign(tuple(sorted(jobs, key=lambda one: one.key)), tuple(sorted(crews, key=lambda one: one.key)), weights)


@lru_cache(maxsize=64)
def _assign(jobs: tuple[Job, ...], crews: tuple[Crew, ...], weights: Weights) -> Plan:
    ways = Ways(jobs, crews, weights)
    made = {"solver": solved(ways), "greedy": greedy(ways), "first": first_come(ways)}
    costs = {name: ways.total(routes) for name, routes in made.items()}
    by = min(costs, key=lambda name: costs[name])
    return _plan(ways, made[by], costs[by], by)


def first_come_first_served(jobs: Sequence[Job], crews: Sequence[Crew], weights: Weights = Weights()) -> Plan:  # noqa: B008
    """Return the plan of a desk that works off a list: what came first gets the crew that can be there first."""
    ways = Ways(jobs, crews, weights)
    routes = first_come(ways)
    return _plan(ways, routes, ways.total(routes), "first")


def first_come(ways: Ways) -> Routes:
    """Return routes by the order in which the work came."""
    routes, free, last = _begin(ways)
    for job in sorted(_doable(ways), key=lambda at: (ways.jobs[at].since, at)):
        able = [int(c) for c in np.flatnonzero(ways.may[:, job])]
        crew = min(able, key=lambda c: float(ways.arrivals(c, free[c], last[c])[job]))
        _append(ways, routes, free, last, crew, job)
    return routes


def greedy(ways: Ways, start: tuple[Routes, list[float], list[int | None]] | None = None) -> Routes:
    """Return routes in which whoever is free first takes what costs most by waiting, for the time that it takes.

    ``start``: routes that stand already, with when and where each crew ends.
    """
    routes, free, last = start or _begin(ways)
    left = set(_doable(ways)) - {job for route in routes for job in route}
    crews = set(range(len(ways.crews)))
    while left and crews:
        crew = min(crews, key=lambda c: (free[c], c))
        able = np.array([job for job in sorted(left) if ways.may[crew, job]], dtype=int)
        if not len(able):
            crews.discard(crew)
            continue
        arrive = ways.arrivals(crew, free[crew], last[crew])[able]
        pressing = np.where(arrive > ways.limit[able], 1.0, np.where(np.isfinite(ways.limit[able]), 0.5, 0.0))
        rate = ways.dark[able] + ways.weights.late_minute * ways.times[able] * pressing
        spent = np.maximum(arrive - free[crew] + ways.lasts[able], 1.0)
        job = int(able[int(np.argmax(rate / spent))])
        _append(ways, routes, free, last, crew, job)
        left.discard(job)
    return routes


def solved(ways: Ways) -> Routes:
    """Return routes by waves of the solver; what is left after them is taken greedily."""
    horizons = HORIZONS if len(ways.jobs) <= LARGE else (HORIZON,)
    return min((_solved(ways, horizon) for horizon in horizons), key=ways.total)


def _solved(ways: Ways, horizon: float) -> Routes:
    routes, free, last = _begin(ways)
    for _wave in range(solving.WAVES):
        left = set(_doable(ways)) - {job for route in routes for job in route}
        if not left:
            break
        copy = ([list(route) for route in routes], list(free), list(last))
        rest = [route[len(routes[crew]) :] for crew, route in enumerate(greedy(ways, copy))]
        latest = max(copy[1]) * horizon
        found = solving.wave(ways, np.array(free), last, sorted(left), latest, rest)
        if not any(found):
            break
        for crew, route in enumerate(found):
            for job in route:
                _append(ways, routes, free, last, crew, job)
    return greedy(ways, (routes, free, last))


def _begin(ways: Ways) -> tuple[Routes, list[float], list[int | None]]:
    return [[] for _crew in ways.crews], [float(at) for at in ways.free], [None] * len(ways.crews)


def _append(ways: Ways, routes: Routes, free: list[float], last: list[int | None], crew: int, job: int) -> None:
    free[crew] = float(ways.arrivals(crew, free[crew], last[crew])[job] + ways.lasts[job])
    last[crew] = job
    routes[crew].append(job)


def _doable(ways: Ways) -> list[int]:
    return [job for job in range(len(ways.jobs)) if ways.may[:, job].any()]


def _plan(ways: Ways, routes: Routes, cost: float, by: str) -> Plan:
    missing = {
        job.key: Missing.SKILL if ways.crews else Missing.NO_CREW
        for at, job in enumerate(ways.jobs)
        if not ways.may[:, at].any()
    }
    told = {ways.crews[crew].key: _stops(ways, crew, route) for crew, route in enumerate(routes)}
    return Plan(told, missing, cost, by)


def _stops(ways: Ways, crew: int, route: Sequence[int]) -> tuple[Stop, ...]:
    """Return a route with its times and why this crew was taken for each work."""
    _cost, arrivals = ways.route(crew, route)
    return tuple(
        _stop(ways, crew, job, arrive, number) for number, (job, arrive) in enumerate(zip(route, arrivals, strict=True))
    )


def _stop(ways: Ways, crew: int, job: int, arrive: float, number: int) -> Stop:
    limit = float(ways.limit[job])
    late = max(0.0, arrive - limit) if math.isfinite(limit) else 0.0
    times = (ways.jobs[job].key, arrive, arrive + float(ways.lasts[job]), late)
    others = [int(c) for c in np.flatnonzero(ways.may[:, job]) if c != crew]
    if not others:
        return Stop(*times, why=Why.AFTER if number else Why.ONLY)
    at = {c: float(ways.arrivals(c, float(ways.free[c]), None)[job]) for c in others}
    other = min(at, key=lambda c: (at[c], c))
    why = Why.BETTER if at[other] < arrive - 0.5 else Why.SOONEST
    if number:
        why = Why.AFTER
    return Stop(*times, why=why, other=ways.crews[other].key, other_arrives=at[other])
