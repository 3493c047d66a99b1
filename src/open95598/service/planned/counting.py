"""Figures of announced outages by unit and month, of what one may see: one statement over the month's outages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from open95598.foundation import months
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.planned import figures, queries
from open95598.service.planned.figures import Announced, Figures
from open95598.service.planned.flows import PLAN
from open95598.service.planned.kinds import Information

#: outages of a month that are counted; a utility with more counts by unit
MOST = 50_000


@dataclass(frozen=True)
class UnitFigures:
    """The figures of one unit; ``name`` "" for all together."""

    name: str
    figures: Figures


def by_unit(rights: Rights, month: date) -> list[UnitFigures]:
    """Return the figures of a month (by the first announced start) of every unit, all together first.

    Each outage counts by the rulebook that it was opened under. What is still a draft, or was cancelled before anybody
    heard of it, is in no figure.
    """
    begin, end = months.bounds(month)
    rows = queries.plans(rights).select_related(None).filter(first_starts_at__gte=begin, first_starts_at__lt=end)
    rows = rows.exclude(case__state__in=("draft", "submitted")).exclude(case__state="cancelled", published_at=None)
    given: dict[str, list[Announced]] = defaultdict(list)
    within = timedelta()
    columns = (
        "case__kind", "case__state", "case__unit__name", "case__rulebook_version", "case__closed_at", "information",
        "first_starts_at", "published_at", "points", "known", "late_change", "actual_end",
    )  # fmt: skip
    for row in rows.order_by("case__unit__lineage", "pk").values(*columns)[:MOST]:
        rules = store.get(row["case__rulebook_version"]).planned
        within = timedelta(minutes=rules.record_within)
        ended = row["actual_end"] is not None and row["case__closed_at"] is not None
        given[row["case__unit__name"]].append(Announced(
            planned=row["case__kind"] == PLAN, starts_at=row["first_starts_at"],
            notice=timedelta(minutes=rules.notice(temporary=row["information"] == Information.TEMPORARY)),
            published_at=row["published_at"], points=row["points"], known=row["known"],
            late_change=row["late_change"], cancelled=row["case__state"] == "cancelled",
            entry=row["case__closed_at"] - row["actual_end"] if ended else None,
        ))  # fmt: skip
    every = [one for rows_of in given.values() for one in rows_of]
    total = [UnitFigures("", figures.count(every, within))] if every else []
    return total + [UnitFigures(name, figures.count(rows_of, within)) for name, rows_of in given.items()]
