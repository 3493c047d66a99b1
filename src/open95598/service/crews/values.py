"""What an assignment is made of: work, crews, ways, weights; what a plan costs. Pure: no Django, no clock.

All times are minutes from the moment of planning (0: now, negative: before). Places are longitude and latitude in
degrees, or plane metres where a grid has no others; None: not known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]
EARTH_KM = 6371.0
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Job:
    """Something that a crew must go to: an outage with everybody below it, or one customer's fault.

    ``since``: when it began. ``limit``: when somebody must have arrived; None: no limit. ``hours``: what an hour in the
    dark costs (customers, important ones counted as many). ``times``: so many times as much counts being late.
    ``lasts``: minutes on site. ``needs``: skills. ``area``: ids of its unit with those above, from the top.
    """

    key: str
    place: Place | None
    since: float
    limit: float | None
    hours: float = 1.0
    times: float = 1.0
    lasts: float = 60.0
    needs: frozenset[str] = frozenset()
    area: tuple[int, ...] = ()


@dataclass(frozen=True)
class Crew:
    """Who can go: from ``place`` at ``free`` (when what it has in hand is done; it is not turned around), with
    ``speed`` in km/h. ``area``: ids of its unit with those above, from the top."""

    key: str
    place: Place | None
    free: float = 0.0
    skills: frozenset[str] = frozenset()
    area: tuple[int, ...] = ()
    speed: float = 30.0


@dataclass(frozen=True)
class Weights:
    """What being late costs, beside an hour of one customer in the dark, which costs 1; what roads are like."""

    late_minute: float = 5.0
    late_once: float = 30.0
    detour: float = 1.3
    unknown: float = 30.0


class Why(StrEnum):
    """Why a crew is proposed for its work."""

    #: no other crew could do it
    ONLY = "only"
    #: no other would be there earlier
    SOONEST = "soonest"
    #: another would be there earlier, and is of more use elsewhere
    BETTER = "better"
    #: after other work that it does first
    AFTER = "after"


class Missing(StrEnum):
    """Why nobody is proposed for some work."""

    NO_CREW = "no_crew"
    SKILL = "skill"


@dataclass(frozen=True)
class Stop:
    """A crew's arrival at some work, and when it is done there. ``other``: who else was looked at, and when that crew
    would be there."""

    job: str
    arrives: float
    leaves: float
    late: float
    why: Why = Why.SOONEST
    other: str = ""
    other_arrives: float = 0.0


@dataclass(frozen=True)
class Plan:
    """Who goes where in which order; ``open``: what nobody can do, and why. ``cost``: by the weights; ``by``: what made
    it (``solver``, ``greedy``, ``first``)."""

    routes: Mapping[str, tuple[Stop, ...]]
    open: Mapping[str, Missing]
    cost: float
    by: str


def distance(a: Place, b: Place) -> float:
    """Return the straight line between two places in km: on the globe where both are degrees, else in a plane of
    metres."""
    if all(abs(x) <= 180 and abs(y) <= 90 for x, y in (a, b)):
        return float(_globe(np.array([a]), np.array([b]))[0, 0])
    return math.dist(a, b) / 1000


def _globe(first: Array, second: Array) -> Array:
    lon, lat = np.radians(first).T[:, :, None]
    lon2, lat2 = np.radians(second).T[:, None, :]
    half = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def eligible(crew: Crew, job: Job) -> bool:
    """Say whether a crew may and can do some work: it has the skills, and one's unit lies in the other's."""
    near = min(len(crew.area), len(job.area))
    return job.needs <= crew.skills and crew.area[:near] == job.area[:near]


class Ways:
    """Everything about a set of work and crews as arrays, in the order of their keys: who may do what, how far it is,
    what it costs."""

    def __init__(self, jobs: Iterable[Job], crews: Iterable[Crew], weights: Weights) -> None:
        self.jobs: Sequence[Job] = sorted(jobs, key=lambda one: one.key)
        self.crews: Sequence[Crew] = sorted(crews, key=lambda one: one.key)
        self.weights = weights
        self.may = np.array([[eligible(c, j) for j in self.jobs] for c in self.crews], dtype=bool).reshape(
            len(self.crews), len(self.jobs)
        )
        self.between, self.between_more = self._ways([j.place for j in self.jobs])
        self.first, self.first_more = self._ways([c.place for c in self.crews])
        #: minutes for a km
        self.pace = np.array([60.0 * weights.detour / c.speed for c in self.crews])
        self.free = np.array([c.free for c in self.crews], dtype=float)
        self.lasts = np.array([j.lasts for j in self.jobs], dtype=float)
        self.limit = np.array([math.inf if j.limit is None else j.limit for j in self.jobs])
        self.dark = np.array([j.hours for j in self.jobs]) / 60.0
        self.times = np.array([j.times for j in self.jobs], dtype=float)

    def _ways(self, places: Sequence[Place | None]) -> tuple[Array, Array]:
        """Return the km from places to all work, and minutes to be added where one of both is not known."""
        to = [j.place for j in self.jobs]
        known = np.array([[p is not None and q is not None for q in to] for p in places]).reshape(len(places), len(to))
        first = np.array([p or (0.0, 0.0) for p in places], dtype=float).reshape(-1, 2)
        second = np.array([q or (0.0, 0.0) for q in to], dtype=float).reshape(-1, 2)
        both = np.abs(np.concatenate([first, second])) if len(places) or to else np.zeros((0, 2))
        if np.all(both[:, 0] <= 180) and np.all(both[:, 1] <= 90):
            km = _globe(first, second)
        else:
            km = np.hypot(*(first[:, None] - second[None]).transpose(2, 0, 1)) / 1000
        return np.where(known, km, 0.0), np.where(known, 0.0, self.weights.unknown)

    def arrivals(self, crew: int, at: float, last: int | None) -> Array:
        """Return when a crew would arrive at each work, from its place (``last`` None) or from another work."""
        km, more = (self.first[crew], self.first_more[crew]) if last is None else (
            self.between[last], self.between_more[last])  # fmt: skip
        return np.asarray(at + km * self.pace[crew] + more)

    def cost(self, arrive: Array) -> Array:
        """Return what each work costs when a crew arrives there then; the last axis is the work."""
        late = np.maximum(arrive - self.limit, 0.0)
        lateness = self.weights.late_minute * late + self.weights.late_once * (late > 0)
        return np.asarray(self.times * lateness + self.dark * (arrive + self.lasts))

    def route(self, crew: int, route: Sequence[int]) -> tuple[float, list[float]]:
        """Return what a crew's route costs, and when it arrives at each work."""
        at, last, cost, arrivals = float(self.free[crew]), None, 0.0, []
        for job in route:
            arrive = self.arrivals(crew, at, last)
            cost += float(self.cost(arrive)[job])
            arrivals.append(float(arrive[job]))
            at, last = arrivals[-1] + float(self.lasts[job]), job
        return cost, arrivals

    def total(self, routes: Sequence[Sequence[int]]) -> float:
        """Return what all routes cost together."""
        return sum(self.route(crew, route)[0] for crew, route in enumerate(routes))
