"""Promises that no order tells of, and which room counts them (H16, 2.5): how plans were announced, how reliable supply
was. Rooms beside this one add theirs to ``MEASURES`` by the rulebook's name of the measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from open95598.control.indicators.comparing import Count
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.service.planned import counting


@dataclass(frozen=True)
class Measure:
    """How a promise is counted: (rights, unit, months from the oldest, now) → counts by month, of a unit with
    everything below it; ``url`` (unit's id, month) leads to what is behind. ``places``: decimals of its share."""

    count: Callable[[Rights, UnitFacts, Sequence[date], datetime], Mapping[date, Count]]
    url: Callable[[int, date], str]
    places: int = 2


def _announced(rights: Rights, unit: UnitFacts, months: Sequence[date], _now: datetime) -> Mapping[date, Count]:
    if not rights.at(Permission.CASE_VIEW, unit.lineage):
        return {}
    found = counting.in_time(rights, unit.id, months[0], months[-1])
    return {month: Count(good, bad) for month, (good, bad) in found.items()}


def _figures(_unit: int, month: date) -> str:
    return f"{reverse('planned:figures')}?{urlencode({'month': f'{month:%Y-%m}'})}"


MEASURES: dict[str, Measure] = {"outage_notice": Measure(_announced, _figures)}
