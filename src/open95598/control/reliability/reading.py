"""The interruptions of a stretch of time as they happened: outages with what stayed dark, announced outages by steps.

A handful of queries, whatever the number of outages: bounded by those that touch the time asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from open95598.control.reliability import arithmetic
from open95598.control.reliability.arithmetic import Sums
from open95598.control.reliability.times import Dark, Told, stepped, told
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.reliability_rows import CauseRules, ReliabilityRules
from open95598.service.outages import reporting
from open95598.service.outages.kinds import Act
from open95598.service.outages.models import Outage, OutageAct, OutageReport
from open95598.service.planned.flows import INFORMATION
from open95598.service.planned.kinds import When
from open95598.service.planned.models import Count, PlannedOutage

_WHY = "interruptions behind figures that the reader may see"
#: outages of which it is not certain that there was one, and those that another one counts for
NOT_COUNTED = ("unconfirmed", "probable", "merged", "withdrawn")
_OUTAGE = (
    "pk", "case__parent_id", "case__unit_id", "case__scope", "case__rulebook_version", "case__state", "device",
    "device_name", "device_kind", "original_customers_served", "actual_start", "actual_end", "cause_kind",
)  # fmt: skip
_PLAN = (
    "pk", "case__kind", "case__unit_id", "case__scope", "case__rulebook_version", "information", "cause", "line",
    "scope", "points", "starts_at", "actual_start", "actual_end", "is_open",
)  # fmt: skip


@dataclass(frozen=True)
class Interruption:
    """One outage or announced outage, and what it counts as. ``scope``: ids of its unit and all above; ``end``: None
    while it lasts."""

    pk: int
    planned: bool
    number: str
    place: str
    cause: str
    rulebook: str
    scope: tuple[int, ...]
    customers: int
    start: datetime
    end: datetime | None
    told: Told
    external: bool
    rationing: bool
    device: str = ""
    device_kind: int | None = None

    def sums(self, start: datetime, end: datetime) -> Sums:
        """Return what it costs between two moments."""
        return arithmetic.of(
            self.told, start, end, planned=self.planned, external=self.external, rationing=self.rationing
        )


def load(rights: Rights | None, unit_id: int, start: datetime, end: datetime, now: datetime) -> list[Interruption]:
    """Return the interruptions of a unit with all below it that touch the time from ``start`` to ``end``.

    ``rights`` None: the house itself asks. At most six queries.
    """
    return [*outages(rights, unit_id, start, end, now), *announced(rights, unit_id, start, end, now)]


def _rules(version: str) -> ReliabilityRules:
    return store.get(version).reliability


def _seen(rows: Any, rights: Rights | None) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.system(_WHY) if rights is None else rows.restrict(rights, Permission.OVERVIEW_VIEW)
    return found


# outages -------------------------------------------------------------------------------------------------------------


def outages(rights: Rights | None, unit_id: int, start: datetime, end: datetime, now: datetime) -> list[Interruption]:
    """Return the outages among the interruptions: those that are certain, each with its cause's meaning."""
    rows = _seen(Outage.objects, rights).filter(case__scope__contains=[unit_id], actual_start__lt=end)
    rows = rows.filter(Q(actual_end__gt=start) | Q(actual_end=None, is_open=True))
    found = list(rows.exclude(case__state__in=NOT_COUNTED).order_by("pk").values(*_OUTAGE))
    known = {row["pk"] for row in found}
    above = list(_above({row["case__parent_id"] for row in found} - known - {None}))
    everything = [*found, *above]
    counted = told(_darks(everything), now)
    return [made for row in found if (made := _outage(row, counted)) is not None]


def _above(wanted: set[int]) -> Iterable[dict[str, Any]]:
    """Yield the outages above those found that do not touch the time themselves, up to the top. Seldom a query."""
    known: set[int] = set()
    while wanted - known:
        rows = list(Outage.objects.system(_WHY).filter(pk__in=wanted - known).values(*_OUTAGE))
        known |= wanted
        yield from rows
        wanted = {row["case__parent_id"] for row in rows} - {None}


def _darks(rows: Collection[dict[str, Any]]) -> list[Dark]:
    """Return the times in the dark of outages; one that was taken over or was none passes on who is above it."""
    ids = [row["pk"] for row in rows]
    if not ids:
        return []
    parts: Any = OutageAct.objects.filter(what=Act.RESTORE, outage__in=ids).exclude(devices=[])
    restored = dict(parts.order_by().values_list("outage_id").annotate(at=Min("at")))
    reports = OutageReport.objects.system(_WHY).filter(outage__in=ids, source=reporting.STILL_OUT)
    still = set(reports.order_by().values_list("outage_id", flat=True).distinct())
    up = {row["pk"]: row["case__parent_id"] for row in rows}
    void = {row["pk"] for row in rows if row["case__state"] in ("merged", "withdrawn")}
    found = []
    for row in rows:
        if row["pk"] in void:
            continue
        parent = up[row["pk"]]
        while parent in void:
            parent = up.get(parent)
        ends = [at for at in (restored.get(row["pk"]), row["actual_end"]) if at]
        found.append(Dark(row["pk"], parent, row["original_customers_served"], row["actual_start"],
                          min(ends, default=None), row["pk"] in still))  # fmt: skip
    return found


def _outage(row: dict[str, Any], counted: dict[int, Told]) -> Interruption | None:
    rules = _rules(row["case__rulebook_version"])
    means: CauseRules = rules.outages
    cause = row["cause_kind"]
    one = counted.get(row["pk"])
    if cause in means.apart or one is None:
        return None
    return Interruption(
        row["pk"], False, f"TD-{row['pk']}", row["device_name"] or row["device"], cause, row["case__rulebook_version"],
        tuple(row["case__scope"]), row["original_customers_served"], row["actual_start"], row["actual_end"],
        one, cause in means.external, cause in means.rationing, row["device"], row["device_kind"],
    )  # fmt: skip


# announced -----------------------------------------------------------------------------------------------------------


def announced(rights: Rights | None, unit_id: int, start: datetime, end: datetime, now: datetime) -> list[Interruption]:
    """Return the announced outages among the interruptions: when supply really was off, for whom."""
    rows = _seen(PlannedOutage.objects, rights).filter(case__scope__contains=[unit_id], account=None)
    begun = Q(actual_start__lt=end) | Q(actual_start=None, case__kind=INFORMATION, starts_at__lt=min(end, now))
    rows = rows.filter(begun, Q(actual_end__gt=start) | Q(actual_end=None, is_open=True))
    found = list(rows.exclude(case__state="withdrawn").order_by("pk").values(*_PLAN))
    counts = Count.objects.filter(plan__in=[row["pk"] for row in found]).order_by("number") if found else ()
    counted: dict[int, list[Count]] = defaultdict(list)
    for one in counts:
        counted[one.plan_id].append(one)
    return [made for row in found if (made := _plan(row, counted[row["pk"]], now)) is not None]


def _plan(row: dict[str, Any], counts: list[Count], now: datetime) -> Interruption | None:
    rules = _rules(row["case__rulebook_version"])
    means = rules.announced
    if row["information"] not in rules.information or row["cause"] in means.apart:
        return None
    begun = row["actual_start"] or row["starts_at"]
    steps = [(one.at, one.points) for one in counts if one.when == When.SWITCHING and one.at > begun]
    before = [one.points for one in counts if not (one.when == When.SWITCHING and one.at > begun)]
    first = before[-1] if before and steps else row["points"]
    one = stepped(begun, min(row["actual_end"] or now, now), first, steps)
    return Interruption(
        row["pk"], True, f"TJ-{row['pk']}", row["line"] or row["scope"], row["cause"], row["case__rulebook_version"],
        tuple(row["case__scope"]), first, begun, row["actual_end"], one, row["cause"] in means.external,
        row["cause"] in means.rationing,
    )  # fmt: skip
