"""Storms whose truth is known: devices fail, a share of the customers reports it, late, wrongly, about old addresses.
Pure.

The generator does not share the engine's model: delays are log-normal (long tails), the share that calls differs from
one failure to the next, strays are partly next door. Everything is drawn from a seed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from math import log
from random import Random

import numpy as np

from open95598.registry.grid.topology import Kind, Topology
from open95598.service.outages.inference.reports import Report


@dataclass(frozen=True)
class Weather:
    """What a storm is like. Times in minutes, shares from 0 to 1.

    ``failures``: how many devices fail; ``calling``: lowest and highest share of the dark that reports; ``delay``
    median and ``spread`` (sigma of the logarithm) of when; ``mistyped``: reports with a wrong place, half of them
    next door; ``moved``: about a former address; ``again``: report twice; ``singles``: faults of one customer alone,
    of a million customers in an hour; ``arrears``: stopped for arrears, the same way, of which ``unseen`` is not
    recognised; ``partial``: feeders and sections that are restored but for one transformer.
    """

    failures: int = 30
    minutes: float = 240.0
    lasting: tuple[float, float] = (60.0, 180.0)
    calling: tuple[float, float] = (0.08, 0.12)
    delay: float = 8.0
    spread: float = 1.0
    mistyped: float = 0.04
    moved: float = 0.02
    again: float = 0.10
    singles: float = 60.0
    arrears: float = 30.0
    unseen: float = 0.3
    partial: float = 0.2
    kinds: tuple[tuple[Kind, float], ...] = (
        (Kind.FEEDER, 0.2),
        (Kind.SECTION, 0.3),
        (Kind.TRANSFORMER, 0.35),
        (Kind.BOX, 0.15),
    )


@dataclass(frozen=True)
class Failure:
    """A device that was open from ``start`` to ``end``. ``seen``: from when it can be told apart (a transformer
    inside a larger outage only once that is restored); ``nested``: it is one of those."""

    device: int
    start: float
    end: float
    seen: float
    nested: bool = False


@dataclass
class Storm:
    """What failed, what was reported (in order of time), and how many different customers reported each failure
    rightly."""

    failures: list[Failure]
    reports: list[Report]
    heard: list[int] = field(default_factory=list)


def blow(topology: Topology, weather: Weather, seed: int) -> Storm:
    """Return a storm over a grid."""
    return _Blowing(topology, weather, seed).storm()


class _Blowing:
    def __init__(self, topology: Topology, weather: Weather, seed: int) -> None:
        self.topology, self.weather, self.dice = topology, weather, Random(seed)  # noqa: S311  (a trial, no secret)
        self.upto: list[int] = topology.upto.tolist()
        self.total = self.upto[-1]
        counts = topology.upto[topology.end] - topology.upto[: len(topology)]
        self.by_kind = {kind: np.flatnonzero((topology.kinds == kind) & (counts > 0)).tolist() for kind in Kind}
        self.told: list[tuple[float, int, str, int | None]] = []

    def storm(self) -> Storm:
        failures = self._failures()
        heard = [self._callers(failure) for failure in failures]
        self._noise()
        self.told.sort(key=lambda one: one[:2])
        reports = [
            Report(n, at, position, source, point) for n, (at, position, source, point) in enumerate(self.told, 1)
        ]
        return Storm(failures, reports, heard)

    def _failures(self) -> list[Failure]:
        weather, dice, end = self.weather, self.dice, self.topology.end
        kinds = [(kind, share) for kind, share in weather.kinds if self.by_kind[kind]]
        found: list[Failure] = []
        for _ in range(weather.failures * 20):
            if sum(not one.nested for one in found) >= weather.failures:
                break
            kind = dice.choices([k for k, _s in kinds], [s for _k, s in kinds])[0]
            device = dice.choice(self.by_kind[kind])
            start = dice.uniform(0, weather.minutes)
            failure = Failure(device, start, start + dice.uniform(*weather.lasting), start)
            if any(
                (one.device <= device < end[one.device] or device <= one.device < end[device])
                and one.start < failure.end + 120 and failure.start < one.end + 120
                for one in found
            ):  # fmt: skip
                continue
            found.append(failure)
            if kind in (Kind.FEEDER, Kind.SECTION) and dice.random() < weather.partial:
                inner = [at for at in self.by_kind[Kind.TRANSFORMER] if device < at < end[device]]
                if inner:
                    until = failure.end + dice.uniform(40, 120)
                    found.append(Failure(dice.choice(inner), start, until, failure.end, nested=True))
        return found

    def _callers(self, failure: Failure) -> int:
        """Let the customers below a failure report; return how many did rightly before it ended."""
        weather, dice = self.weather, self.dice
        first, last = self.upto[failure.device], self.upto[int(self.topology.end[failure.device])]
        share = dice.uniform(*weather.calling)
        since = failure.seen if failure.nested else failure.start
        rightly = 0
        for point in range(first, last):
            if dice.random() >= share:
                continue
            at = since + dice.lognormvariate(log(weather.delay), weather.spread)
            if at >= failure.end:
                continue
            source = "still_out" if failure.nested and dice.random() < 0.4 else "order"
            rightly += self._tell(at, point, source)
            if dice.random() < weather.again:
                later = at + dice.uniform(10, 60)
                if later < failure.end:
                    self.told.append((later, self._place(point), "order", point))
        return rightly

    def _place(self, point: int) -> int:
        return bisect_right(self.upto, point) - 1

    def _tell(self, at: float, point: int, source: str) -> bool:
        dice, weather = self.dice, self.weather
        throw = dice.random()
        if throw < weather.moved:
            other = dice.randrange(self.total)
            self.told.append((at, self._place(other), source, other))
            return False
        if throw < weather.moved + weather.mistyped:
            wrong = dice.randrange(self.total)
            if dice.random() < 0.5:
                wrong = min(self.total - 1, max(0, point + dice.randint(-200, 200)))
            self.told.append((at, self._place(wrong), source, None))
            return False
        self.told.append((at, self._place(point), source, point))
        return True

    def _noise(self) -> None:
        weather, dice = self.weather, self.dice
        hours = (weather.minutes + weather.lasting[1]) / 60.0
        for rate, source in ((weather.singles, "order"), (weather.arrears, "arrears")):
            expected = rate * hours * self.total / 1e6
            for _ in range(_poisson(expected, dice)):
                said = "order" if source == "arrears" and dice.random() < weather.unseen else source
                point = dice.randrange(self.total)
                self.told.append((dice.uniform(0, hours * 60), self._place(point), said, point))


def _poisson(mean: float, dice: Random) -> int:
    count, at = 0, dice.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + dice.expovariate(1.0)
    return count


def fitting(topology: Topology, weather: Weather | None = None) -> Weather:
    """Return a weather whose number of failures fits the size of a grid: one of 30,000 customers, 2 to 30."""
    weather = weather or Weather()
    return replace(weather, failures=max(2, min(30, int(topology.upto[-1]) // 30_000)))
