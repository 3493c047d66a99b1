"""Engines side by side on the same storms, with intervals. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Any

from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.registry.grid.topology import Topology
from open95598.service.outages.inference.counts import Counting
from open95598.service.outages.inference.engine import Engine
from open95598.service.outages.inference.feeders import Feeders
from open95598.service.outages.trials import scoring, storms

_RESAMPLES = 2000


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval (bootstrap over storms); all None where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Measured:
    """What one way of finding outages achieved. Shares from 0 to 1; ``steps`` the mean distance of heard failures whose
    device was missed but for which another one on its way was named; ``minutes`` median time to the right device."""

    name: str
    precision: Figure
    recall: Figure
    recall_all: Figure
    steps: Figure
    nothing: Figure
    minutes: Figure
    failures: int
    heard: int
    reports: int


def measure(
    topology: Topology, rules: OutageRules, count: int, seed: int, weather: storms.Weather | None = None
) -> list[Measured]:
    """Blow ``count`` storms over a grid, drawn from ``seed``, and measure the engine and the rule of thumb on each."""
    feeders = Feeders(topology, rules)
    weather = weather or storms.fitting(topology)
    ways: dict[str, Callable[[], scoring.Finder]] = {
        "open95598": lambda: Engine(topology, rules, feeders),
        "rule of thumb": lambda: Counting(topology, rules),
    }
    scores: dict[str, list[scoring.Score]] = {name: [] for name in ways}
    reports = 0
    for n in range(count):
        storm = storms.blow(topology, weather, seed * 1_000_003 + n)
        reports += len(storm.reports)
        for name, make in ways.items():
            scores[name].append(scoring.score(make(), storm, feeders))
    return [summed(name, found, reports, seed) for name, found in scores.items()]


def summed(name: str, scores: Sequence[scoring.Score], reports: int, seed: int) -> Measured:
    """Return the figures of scores, one a storm."""

    def ratio(upper: Callable[[scoring.Score], float], lower: Callable[[scoring.Score], float]) -> Figure:
        pairs = [(upper(one), lower(one)) for one in scores]

        def of(rows: Sequence[tuple[float, float]]) -> float | None:
            below = sum(row[1] for row in rows)
            return sum(row[0] for row in rows) / below if below else None

        return _interval(pairs, of, seed)

    def steps(one: scoring.Score) -> list[int]:
        return [n for n in one.off if n is not None]

    def middle(rows: Sequence[list[float]]) -> float | None:
        every = [value for row in rows for value in row]
        return median(every) if every else None

    return Measured(
        name,
        ratio(lambda s: s.right, lambda s: s.named),
        ratio(lambda s: s.found, lambda s: s.heard),
        ratio(lambda s: s.found_any, lambda s: s.failures),
        ratio(lambda s: sum(steps(s)), lambda s: len(steps(s))),
        ratio(lambda s: sum(n is None for n in s.off), lambda s: s.heard),
        _interval([s.minutes for s in scores], middle, seed),
        sum(s.failures for s in scores),
        sum(s.heard for s in scores),
        reports,
    )


def _interval(rows: Sequence[Any], of: Callable[[Sequence[Any]], float | None], seed: int) -> Figure:
    dice = Random(seed)  # noqa: S311  (a trial, no secret)
    drawn = [of(dice.choices(rows, k=len(rows))) for _ in range(_RESAMPLES)] if len(rows) > 1 else []
    values = sorted(value for value in drawn if value is not None)
    if not values:
        return Figure(of(rows), None, None)
    return Figure(of(rows), values[int(0.025 * len(values))], values[int(0.975 * len(values))])
