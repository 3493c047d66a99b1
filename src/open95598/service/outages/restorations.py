"""What is known of how long outages last: the house's own, with the weather and the load of crews when they began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.service.outages import flows, weather
from open95598.service.outages.estimating import (
    History,
    Like,
    Past,
    Promises,
    Range,
    Scored,
    load_of,
    open_at,
    promises,
    score,
)
from open95598.service.outages.models import Outage

#: so many of the last outages say how long one usually lasts
HISTORY = 2000
_WHY = "how long outages lasted, without saying whose"
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_NEVER = ("merged", "withdrawn")


def history(until: datetime, rules: OutageRules) -> list[Past]:
    """Return the last outages that were over by then, those that ended first before the others; merged and withdrawn
    ones did not last. Four queries, whatever their number."""
    over = Outage.objects.system(_WHY).filter(actual_end__lte=until).exclude(case__state__in=_NEVER)
    columns = ("device_kind", "cause_kind", "actual_start", "actual_end", "estimated_to", "case__unit__lineage")
    rows = list(over.order_by("-actual_end", "-pk").values_list(*columns)[:HISTORY])[::-1]
    if not rows:
        return []
    lineages = [row[5] for row in rows]
    since = min(row[2] for row in rows)
    skies = weather.Seasons(lineages, since, until, rules.weather_hours)
    loads = _Loads(((row[5], row[2]) for row in rows), since, rules)
    return [
        Past(
            kind, cause, timezone.localtime(start).hour, skies.at(lineage, start), loads.at(lineage, start),
            minutes=(end - start) / timedelta(minutes=1), began=_minutes(start),
            promised=(told - start) / timedelta(minutes=1) if told else None,
        )
        for kind, cause, start, end, told, lineage in rows
    ]  # fmt: skip


def asked(outage: Outage, rules: OutageRules) -> Like:
    """Return what an outage is compared by, as things stood when it began. Four queries."""
    start, lineage = outage.actual_start, outage.case.unit.lineage
    skies = weather.Seasons([lineage], start, start, rules.weather_hours)
    loads = _Loads([(lineage, start)], start, rules)
    hour = timezone.localtime(start).hour
    return Like(outage.device_kind, outage.cause_kind, hour, skies.at(lineage, start), loads.at(lineage, start))


def usual(outage: Outage, rules: OutageRules, now: datetime) -> Range | None:
    """Return when outages like this one were over; None where there is too little history."""
    known = History(rules.enough)
    for one in history(now, rules):
        known.add(one)
    return known.estimate(asked(outage, rules))


class _Loads:
    """How loaded the crews of a unit were: outages that were open there, to teams that had people for crews."""

    def __init__(self, wanted: Iterable[tuple[Sequence[int], datetime]], since: datetime, rules: OutageRules) -> None:
        moments: dict[int, set[datetime]] = defaultdict(set)
        for lineage, at in wanted:
            moments[lineage[-1]].add(at)
        self._found: dict[tuple[int, datetime], str] = {}
        units = list(moments)
        open_ = Outage.objects.system(_WHY).filter(Q(actual_end=None) | Q(actual_end__gte=since))
        open_ = open_.exclude(case__state__in=_NEVER).filter(case__unit__lineage__overlap=units)
        periods: dict[int, list[tuple[float, float | None]]] = defaultdict(list)
        for begun, ended, lineage in open_.values_list("actual_start", "actual_end", "case__unit__lineage"):
            for pk in lineage:
                if pk in moments:
                    periods[pk].append((_minutes(begun), _minutes(ended) if ended else None))
        crews = crews_of(units, since)
        for pk, times in moments.items():
            ordered = sorted(times)
            counts = open_at(periods[pk], [_minutes(at) for at in ordered])
            for at, count in zip(ordered, counts, strict=True):
                teams = {team for team, begun, ended in crews[pk] if begun <= at and (ended is None or ended > at)}
                self._found[pk, at] = load_of(count, len(teams), rules.busy_above, rules.stretched_above)

    def at(self, lineage: Sequence[int], moment: datetime) -> str:
        """Return the class of the load at a unit when an outage began there, itself counted."""
        return self._found[lineage[-1], moment]


def crews_of(units: Sequence[int], since: datetime) -> Mapping[int, list[tuple[int, datetime, datetime | None]]]:
    """Return the teams with people for crews at and below each unit: team, from when, to when. One query."""
    rows = RoleAssignment.objects.filter(role=Role.CREW_MEMBER, unit__lineage__overlap=list(units))
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=since))
    found: dict[int, list[tuple[int, datetime, datetime | None]]] = defaultdict(list)
    wanted = set(units)
    for team, lineage, begun, ended in rows.values_list("unit_id", "unit__lineage", "valid_from", "valid_to"):
        for pk in lineage:
            if pk in wanted:
                found[pk].append((team, begun, ended))
    return found


def load_now(unit_id: int, now: datetime) -> tuple[int, int]:
    """Return how many outages are open at a unit and below, and how many teams there have people for crews. Two
    queries."""
    rows = Outage.objects.system("how many are open, without saying whose").filter(is_open=True, actual_end=None)
    dark = rows.filter(case__state__in=flows.DARK, case__scope__contains=[unit_id]).count()
    teams = {team for team, begun, ended in crews_of([unit_id], now)[unit_id] if begun <= now}
    return dark, len(teams)


@dataclass
class Judged:
    """How estimates did on the house's own outages: at the beginning, once the cause was known, and what was told."""

    now: datetime
    rules: OutageRules

    @cached_property
    def past(self) -> list[Past]:
        """The outages that are judged."""
        return history(self.now, self.rules)

    @cached_property
    def at_first(self) -> Scored:
        """The ranges without a cause."""
        return score(self.past, cause=False, enough=self.rules.enough)

    @cached_property
    def with_cause(self) -> Scored:
        """The ranges with the cause that was found."""
        return score(self.past, enough=self.rules.enough)

    @cached_property
    def told(self) -> Promises:
        """What people were told last."""
        return promises(self.past)

    @cached_property
    def known(self) -> list[tuple[str, int]]:
        """How many of the outages something is known of: the weather, the load, the cause."""
        names: dict[str, Any] = {"cause": 0, "weather": 0, "load": 0}
        for one in self.past:
            for name in names:
                names[name] += bool(getattr(one, name))
        return list(names.items())


def _minutes(at: datetime) -> float:
    return (at - _EPOCH) / timedelta(minutes=1)
