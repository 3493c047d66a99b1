"""The solver's part of an assignment: which short routes to take, as a set-partitioning problem for HiGHS. Pure.

A *wave* plans the next few stops of every crew. Its columns are routes (a crew with one or two stops), made where the
prices of the linear programme say that they are worth it; work that is in no route waits, at the price of its coming
late. The integer programme chooses. Further waves go on from where the crews are then.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from open95598.service.crews.values import Array, Ways

#: stops a crew in a wave; waves that are solved, what is left then is far away; rounds of new columns
DEPTH, WAVES, ROUNDS = 2, 4, 10
#: partial routes of a crew that are followed further; new columns of a crew in a round
BEAM, NEW = 12, 4
#: seconds for the integer programme of a wave, reached on slow machines only; how near to the best is enough
SECONDS, GAP = 2.0, 0.005
Column = tuple[int, tuple[int, ...]]


def wave(
    ways: Ways,
    at: Array,
    last: Sequence[int | None],
    left: Sequence[int],
    latest: float,
    known: Sequence[Sequence[int]],
) -> list[list[int]]:
    """Return the next stops of every crew (at most ``DEPTH``) among the work ``left``; empty lists when none is found.

    ``at``, ``last``: when each crew is free, after which work. ``latest``: when work that waits would be come to.
    ``known``: a route of each crew to begin with.
    """
    work = np.array(sorted(left))
    waits = ways.cost(np.full(len(ways.jobs), latest))[work]
    begin = np.array([ways.arrivals(crew, float(at[crew]), last[crew])[work] for crew in range(len(ways.crews))])
    scene = _Scene(ways, work, begin)
    columns = scene.known(known)
    prices, fees = waits.copy(), np.zeros(len(ways.crews))
    for _round in range(ROUNDS):
        if columns:
            solved = _relaxed(ways, columns, work, waits)
            if solved is None:
                break
            prices, fees = solved
        fresh = {column: cost for column, cost in scene.priced(prices, fees).items() if column not in columns}
        if not fresh:
            break
        columns |= fresh
    return _chosen(ways, columns, work, waits)


class _Scene:
    """The work that is left in a wave, and when each crew would arrive at it next."""

    def __init__(self, ways: Ways, work: Any, begin: Array) -> None:
        self.ways, self.work, self.begin = ways, work, begin
        self.km = ways.between[np.ix_(work, work)]
        self.more = ways.between_more[np.ix_(work, work)]
        self.may = ways.may[:, work]
        self.lasts = ways.lasts[work]
        self.limit, self.dark, self.times = ways.limit[work], ways.dark[work], ways.times[work]

    def cost(self, arrive: Array) -> Array:
        """Return what the work costs when crews arrive then (routes × work)."""
        late = np.maximum(arrive - self.limit, 0.0)
        weights = self.ways.weights
        lateness = weights.late_minute * late + weights.late_once * (late > 0)
        return np.asarray(self.times * lateness + self.dark * (arrive + self.lasts))

    def known(self, routes: Sequence[Sequence[int]]) -> dict[Column, float]:
        """Return the beginnings of routes as columns."""
        place = {int(job): at for at, job in enumerate(self.work)}
        found: dict[Column, float] = {}
        for crew, route in enumerate(routes):
            arrive, cost, taken = self.begin[crew], 0.0, []
            for job in route[:DEPTH]:
                at = place[job]
                cost += float(self.cost(arrive[None])[0, at])
                taken.append(job)
                found[crew, tuple(taken)] = cost
                arrive = arrive[at] + self.lasts[at] + self.km[at] * self.ways.pace[crew] + self.more[at]
        return found

    def priced(self, prices: Array, fees: Array) -> dict[Column, float]:
        """Return routes that are worth more than they cost at these prices: for each crew the best ones."""
        crew = np.arange(len(self.begin))
        arrive, gain, cost = self.begin, fees[:, None], np.zeros((len(crew), 1))
        routes = np.zeros((len(crew), 0), dtype=int)
        best: dict[int, list[tuple[float, tuple[int, ...], float]]] = {}
        for _depth in range(DEPTH):
            own = self.cost(arrive)
            worth = np.where(self.may[crew], gain + own - prices, np.inf)
            for column in routes.T:
                worth[np.arange(len(worth)), column] = np.inf
            row, job = self._few(crew, worth)
            if not len(row):
                break
            taken = worth[row, job]
            gain, cost = taken[:, None], cost[row] + own[row, job][:, None]
            pace = self.ways.pace[crew[row]][:, None]
            arrive = (arrive[row, job] + self.lasts[job])[:, None] + self.km[job] * pace + self.more[job]
            routes, crew = np.hstack([routes[row], job[:, None]]), crew[row]
            for at in np.flatnonzero(taken < -1e-6):
                route = tuple(int(self.work[one]) for one in routes[at])
                best.setdefault(int(crew[at]), []).append((float(taken[at]), route, float(cost[at, 0])))
        return {
            (one, route): cost for one, found in best.items() for _worth, route, cost in sorted(found)[:NEW]
        }  # fmt: skip

    def _few(self, crew: Any, worth: Array) -> tuple[Any, Any]:
        """Return, for each crew, the longer routes that are followed further, as rows and work."""
        rows, jobs = [], []
        edges = np.flatnonzero(np.diff(crew, prepend=-1, append=len(self.begin)))
        for first, end in pairwise(edges):
            flat = worth[first:end].ravel()
            few = np.argsort(flat, kind="stable")[:BEAM] if len(flat) <= BEAM else _least(flat)
            few = few[np.isfinite(flat[few])]
            rows.append(first + few // len(self.work))
            jobs.append(few % len(self.work))
        return np.concatenate(rows), np.concatenate(jobs)


def _least(flat: Array) -> Any:
    """Return the places of the ``BEAM`` smallest, the smallest first."""
    few = np.argpartition(flat, BEAM)[:BEAM]
    return few[np.lexsort((few, flat[few]))]


def _matrix(ways: Ways, columns: Sequence[Column], work: Any) -> tuple[Any, Any]:
    """Return which work each column has, and whose it is; the last columns are the work that waits."""
    from scipy.sparse import csc_array, csr_array, eye_array, hstack  # not before a plan is made: a slow import

    row_of = {int(job): row for row, job in enumerate(work)}
    rows = [row_of[job] for _crew, route in columns for job in route]
    at = [number for number, (_crew, route) in enumerate(columns) for _job in route]
    jobs = csc_array((np.ones(len(rows)), (rows, at)), shape=(len(work), len(columns)))
    crews = csc_array(
        (np.ones(len(columns)), ([crew for crew, _route in columns], range(len(columns)))),
        shape=(len(ways.crews), len(columns)),
    )
    waiting = csc_array(eye_array(len(work)))
    idle = csc_array((len(ways.crews), len(work)))
    return csr_array(hstack([jobs, waiting])), csr_array(hstack([crews, idle]))


def _relaxed(ways: Ways, columns: dict[Column, float], work: Any, waits: Array) -> tuple[Array, Array] | None:
    """Return what the linear programme pays for each work, and what it asks for each crew; None when it has no end."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    jobs, crews = _matrix(ways, list(columns), work)
    both = csr_array(vstack([-jobs, crews]))
    limits = np.concatenate([-np.ones(len(work)), np.ones(len(ways.crews))])
    found = linprog(np.concatenate([list(columns.values()), waits]), A_ub=both, b_ub=limits, method="highs")
    if found.status != 0:
        return None
    told = -np.asarray(found.ineqlin.marginals)
    return told[: len(work)], told[len(work) :]


def _chosen(ways: Ways, columns: dict[Column, float], work: Any, waits: Array) -> list[list[int]]:
    """Return the routes that the integer programme takes: each work is in one of them, or waits."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    routes: list[list[int]] = [[] for _crew in ways.crews]
    if not columns:
        return routes
    jobs, crews = _matrix(ways, list(columns), work)
    found = milp(
        np.concatenate([list(columns.values()), waits]),
        constraints=[LinearConstraint(jobs, 1, 1), LinearConstraint(crews, -np.inf, 1)],
        integrality=np.ones(len(columns) + len(work)),
        bounds=Bounds(0, 1),
        options={"time_limit": SECONDS, "mip_rel_gap": GAP},
    )
    if found.x is None:
        return routes
    for (crew, route), taken in zip(columns, found.x, strict=False):
        if taken > 0.5:
            routes[crew] = list(route)
    return routes
