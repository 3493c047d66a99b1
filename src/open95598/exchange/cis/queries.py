"""How it stands with the billing system: for the page, the command line and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum

from open95598.exchange.cis import config, links
from open95598.exchange.cis.models import Kept, Link, Seen, Tally
from open95598.registry.customers.models import FactsSource

#: minutes over which the figures by the minute are averaged
MINUTES = 10
WAYS = ("feed", "push", "compare")


@dataclass(frozen=True)
class Way:
    """What came by one way in the last minutes and the last day."""

    way: str
    a_minute: float
    applied: int
    passed: int
    unknown: int
    bad: int
    refused: int


@dataclass(frozen=True)
class State:
    """How it stands. ``age``: of the facts, None while nothing is complete; ``lag``: changes that are not here yet."""

    configured: bool
    url: str
    pushes: bool
    link: Link
    current_at: datetime | None
    away_since: datetime | None
    age: timedelta | None
    lag: int
    kept: int
    compared: int
    ways: tuple[Way, ...]

    @property
    def away(self) -> bool:
        """Whether something of the billing system is missing here, as far as the house knows."""
        return self.away_since is not None or bool(self.link.problem)


def state(now: datetime) -> State:
    """Return how it stands with the billing system."""
    told, link = config.current(), links.row()
    source = FactsSource.objects.filter(pk=config.SOURCE).first()
    current_at = source.current_at if source else None
    return State(
        configured=bool(told.url),
        url=told.url,
        pushes=bool(told.secret),
        link=link,
        current_at=current_at,
        away_since=source.away_since if source else None,
        age=max(now - current_at, timedelta(0)) if current_at else None,
        lag=max(link.head - link.cursor, 0),
        kept=Kept.objects.count(),
        compared=Seen.objects.count() if link.compare_began_at else 0,
        ways=_ways(now),
    )


def _ways(now: datetime) -> tuple[Way, ...]:
    names = ("applied", "passed", "unknown", "bad", "refused")
    rows: Any = Tally.objects.filter(minute__gt=now - timedelta(days=1))
    day = {row["way"]: row for row in rows.values("way").annotate(**{name: Sum(name) for name in names})}
    lately: Any = Tally.objects.filter(minute__gt=now - timedelta(minutes=MINUTES))
    recent = dict(lately.values("way").annotate(all=Sum("applied")).values_list("way", "all"))
    return tuple(
        Way(way, recent.get(way, 0) / MINUTES, **{name: day.get(way, {}).get(name) or 0 for name in names})
        for way in WAYS
    )
