"""Figures of announced outages by unit and month, of what one may see: one statement over the month's outages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from open95598.foundation import months
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.planned import figures, queries
from open95598.service.planned.figures import Announced, Figures
from open95598.service.planned.flows import PLAN
from open95598.service.planned.kinds import Information
from open95598.service.planned.models import PlannedOutage

#: outages of a month that are counted; a utility with more counts by unit
MOST = 50_000
COLUMNS = (
    "case__kind", "case__state", "case__unit__name", "case__rulebook_version", "case__closed_at", "information",
    "first_starts_at", "published_at", "points", "known", "late_change", "actual_end",
)  # fmt: skip


@dataclass(frozen=True)
class UnitFigures:
    """The figures of one unit; ``name`` "" for all together."""

    name: str
    figures: Figures


def in_time(rights: Rights, unit_id: int, first: date, last: date) -> dict[date, tuple[int, int]]:
    """Return how many plans were announced in time and how many were not, by the month (its first day) of their first
    announced start, of a unit with everything below it; of what one may see. One statement."""
    found: dict[date, tuple[int, int]] = {}
    rows = _rows(rights, months.bounds(first)[0], months.bounds(last)[1])
    rows = rows.filter(case__scope__contains=[unit_id], case__kind=PLAN)
    for row in rows.values(*COLUMNS)[:MOST]:
        one = _announced(row)
        if one.published_at is None and one.cancelled:
            continue
        month = months.of(one.starts_at)
        good, bad = found.get(month, (0, 0))
        found[month] = (good + one.in_time, bad + (not one.in_time))
    return found


def by_unit(rights: Rights, month: date) -> list[UnitFigures]:
    """Return the figures of a month (by the first announced start) of every unit, all together first.

    Each outage counts by the rulebook that it was opened under. What is still a draft, or was cancelled before anybody
    heard of it, is in no figure.
    """
    given: dict[str, list[Announced]] = defaultdict(list)
    within = timedelta()
    rows = _rows(rights, *months.bounds(month))
    for row in rows.order_by("case__unit__lineage", "pk").values(*COLUMNS)[:MOST]:
        within = timedelta(minutes=store.get(row["case__rulebook_version"]).planned.record_within)
        given[row["case__unit__name"]].append(_announced(row))
    every = [one for rows_of in given.values() for one in rows_of]
    total = [UnitFigures("", figures.count(every, within))] if every else []
    return total + [UnitFigures(name, figures.count(rows_of, within)) for name, rows_of in given.items()]


def _rows(rights: Rights, begin: datetime, end: datetime) -> QuerySet[PlannedOutage]:
    rows = queries.plans(rights).select_related(None).filter(first_starts_at__gte=begin, first_starts_at__lt=end)
    return rows.exclude(case__state__in=("draft", "submitted")).exclude(case__state="cancelled", published_at=None)


def _announced(row: Mapping[str, Any]) -> Announced:
    """Return what the figures ask of a row of ``COLUMNS``, by the rulebook that it was opened under."""
    rules = store.get(row["case__rulebook_version"]).planned
    ended = row["actual_end"] is not None and row["case__closed_at"] is not None
    return Announced(
        planned=row["case__kind"] == PLAN, starts_at=row["first_starts_at"],
        notice=timedelta(minutes=rules.notice(temporary=row["information"] == Information.TEMPORARY)),
        published_at=row["published_at"], points=row["points"], known=row["known"],
        late_change=row["late_change"], cancelled=row["case__state"] == "cancelled",
        entry=row["case__closed_at"] - row["actual_end"] if ended else None,
    )  # fmt: skip
