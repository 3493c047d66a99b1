"""The interruptions of a stretch of time as they happened: outages with what stayed dark, announced outages by steps.

A handful of queries, whatever the number of outages: bounded by those that touch the time asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from open95598.control.reliability import arithmetic
from open95598.control.reliability.arithmetic import Sums
from open95598.control.reliability.times import Dark, Stretch, Told, joined, less, shared, stepped, together, told
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.reliability_rows import CauseRules, ReliabilityRules
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import reporting
from open95598.service.outages.kinds import Act
from open95598.service.outages.models import Outage, OutageAct, OutageReport
from open95598.service.planned.flows import INFORMATION
from open95598.service.planned.kinds import When
from open95598.service.planned.models import Count, PlannedDevice, PlannedOutage
from open95598.service.workorders import directory

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

    Each adds what those above it in the grid do not count: outages and announced ones alike, also those of the units
    above this one, so that a unit's figures are the same on its own page and on those of the units above.
    ``rights`` None: the house itself asks. At most ten queries.
    """
    higher = [one for unit in directory.units() if unit.id == unit_id for one in unit.lineage[:-1]]
    out = _Outages(rights, unit_id, higher, start, end)
    plans = _Plans(rights, unit_id, higher, start, end, now)
    spans = _spans({*out.devices(), *plans.devices()})
    counted = told([*out.darks(spans), *plans.darks(spans)], now)
    return [*out.made(counted), *plans.made(counted)]


def _spans(codes: Collection[str]) -> Mapping[str, tuple[int, int, int]]:
    """Return the numbers and usage points of devices. One query."""
    if not codes:
        return {}
    rows = GridDevice.objects.system(_WHY).filter(code__in=codes).values_list("code", "lft", "rgt", "points")
    return {code: (lft, rgt, points) for code, lft, rgt, points in rows}


def _rules(version: str) -> ReliabilityRules:
    return store.get(version).reliability


def _seen(rows: Any, rights: Rights | None) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.system(_WHY) if rights is None else rows.restrict(rights, Permission.OVERVIEW_VIEW)
    return found


# outages -------------------------------------------------------------------------------------------------------------


class _Outages:
    """The outages among the interruptions: those that are certain, each with its cause's meaning; beside them those
    that are needed to know what they add."""

    def __init__(self, rights: Rights | None, unit_id: int, higher: Sequence[int], start: datetime, end: datetime):
        touching = Q(actual_start__lt=end) & (Q(actual_end__gt=start) | Q(actual_end=None, is_open=True))

        def rows(some: Any) -> list[dict[str, Any]]:
            certain = some.filter(touching).exclude(case__state__in=NOT_COUNTED)
            return list(certain.order_by("pk").values(*_OUTAGE))

        self._found = rows(_seen(Outage.objects, rights).filter(case__scope__contains=[unit_id]))
        beside = rows(Outage.objects.system(_WHY).filter(case__unit__in=higher)) if higher else []
        known = {row["pk"] for row in (*self._found, *beside)}
        parents = {row["case__parent_id"] for row in (*self._found, *beside)}
        beside += [row for row in _above(parents - known - {None}) if row["pk"] not in known]
        self._all = list({row["pk"]: row for row in (*self._found, *beside)}.values())

    def devices(self) -> set[str]:
        """Return the codes of the devices that were out."""
        return {row["device"] for row in self._all}

    def darks(self, spans: Mapping[str, tuple[int, int, int]]) -> list[Dark]:
        """Return the times in the dark. What is in no figure is above nobody by the grid."""
        of = {row["pk"]: row for row in self._all}
        return [
            replace(one, span=spans[of[one.pk]["device"]][:2])
            if of[one.pk]["device"] in spans and not _is_apart(of[one.pk]) else one
            for one in _darks(self._all)
        ]  # fmt: skip

    def made(self, counted: Mapping[int, Told]) -> list[Interruption]:
        """Return the interruptions, by what each is counted as."""
        return [made for row in self._found if (made := _outage(row, counted)) is not None]


def _is_apart(row: Mapping[str, Any]) -> bool:
    return row["cause_kind"] in _rules(row["case__rulebook_version"]).outages.apart


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


def _outage(row: dict[str, Any], counted: Mapping[int, Told]) -> Interruption | None:
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


class _Plans:
    """The announced outages among the interruptions: when supply really was off, for whom."""

    def __init__(
        self, rights: Rights | None, unit_id: int, higher: Sequence[int], start: datetime, end: datetime, now: datetime
    ):
        self._now = now
        begun = Q(actual_start__lt=end) | Q(actual_start=None, case__kind=INFORMATION, starts_at__lt=min(end, now))
        touching = begun & (Q(actual_end__gt=start) | Q(actual_end=None, is_open=True))

        def rows(some: Any) -> list[dict[str, Any]]:
            own = some.filter(touching, account=None).exclude(case__state="withdrawn")
            return [row for row in own.order_by("pk").values(*_PLAN) if _counts(row)]

        self._found = rows(_seen(PlannedOutage.objects, rights).filter(case__scope__contains=[unit_id]))
        beside = rows(PlannedOutage.objects.system(_WHY).filter(case__unit__in=higher)) if higher else []
        self._all = list({row["pk"]: row for row in (*self._found, *beside)}.values())
        ids = [row["pk"] for row in self._all]
        self._counts: dict[int, list[Count]] = defaultdict(list)
        for one in Count.objects.filter(plan__in=ids).order_by("number") if ids else ():
            self._counts[one.plan_id].append(one)
        self._off: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        for plan, code, kept in PlannedDevice.objects.filter(plan__in=ids).values_list("plan_id", "device", "kept"):
            self._off[plan].append((code, kept))
        #: plan → keys of its devices in what is counted, and when they were dark
        self._keys: dict[int, list[int]] = {}
        self._stretch: dict[int, Stretch] = {}

    def devices(self) -> set[str]:
        """Return the codes of the devices that were switched off, and of those kept."""
        return {code for some in self._off.values() for code, _kept in some}

    def darks(self, spans: Mapping[str, tuple[int, int, int]]) -> list[Dark]:
        """Return the devices of the announced outages with their share of the customers, under keys below zero. One
        whose customers changed on the way stands there for those below it only."""
        found: list[Dark] = []
        for row in self._all:
            own = [spans[code] for code, kept in self._off[row["pk"]] if not kept and code in spans]
            own = [one for one in own if not any(_holds(other, one) for other in own if other is not one)]
            gaps = tuple(spans[code][:2] for code, kept in self._off[row["pk"]] if kept and code in spans)
            first, steps = self._steps(row)
            begun = row["actual_start"] or row["starts_at"]
            end = min(row["actual_end"] or self._now, self._now)
            self._stretch[row["pk"]] = (begun, end)
            parts = shared(0 if steps else first, [points for _lft, _rgt, points in own])
            keys = self._keys[row["pk"]] = []
            for (lft, rgt, _points), customers in zip(own, parts, strict=True):
                keys.append(-len(found) - 1)
                found.append(Dark(keys[-1], None, customers, begun, end, span=(lft, rgt), gaps=gaps))
        self._darks = {one.pk: one for one in found}
        return found

    def _steps(self, row: Mapping[str, Any]) -> tuple[int, list[tuple[datetime, int]]]:
        """Return the customers at the beginning and the steps in which they changed."""
        begun = row["actual_start"] or row["starts_at"]
        counts = self._counts[row["pk"]]
        steps = [(one.at, one.points) for one in counts if one.when == When.SWITCHING and one.at > begun]
        before = [one.points for one in counts if not (one.when == When.SWITCHING and one.at > begun)]
        return (before[-1] if before and steps else row["points"]), steps

    def made(self, counted: Mapping[int, Told]) -> list[Interruption]:
        """Return the interruptions, by what each is counted as."""
        return [self._made(row, counted) for row in self._found]

    def _made(self, row: Mapping[str, Any], counted: Mapping[int, Told]) -> Interruption:
        means = _rules(row["case__rulebook_version"]).announced
        first, steps = self._steps(row)
        begun, end = self._stretch[row["pk"]]
        keys = self._keys[row["pk"]]
        if keys and not steps:
            one = joined(counted[key] for key in keys)
        else:
            one = stepped(begun, end, first, steps)
            # where all of its devices are below others that are out, it adds nothing
            others = [together(counted[key].above) for key in keys]
            one = less(one, _common(others)) if others else one
        return Interruption(
            row["pk"], True, f"TJ-{row['pk']}", row["line"] or row["scope"], row["cause"],
            row["case__rulebook_version"], tuple(row["case__scope"]), first, begun, row["actual_end"], one,
            row["cause"] in means.external, row["cause"] in means.rationing,
        )  # fmt: skip


def _counts(row: Mapping[str, Any]) -> bool:
    rules = _rules(row["case__rulebook_version"])
    return row["information"] in rules.information and row["cause"] not in rules.announced.apart


def _holds(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[0] <= other[0] and other[1] <= one[1]


def _common(sets: Sequence[Sequence[Stretch]]) -> list[Stretch]:
    """Return the times that lie in every one of several lists of disjoint stretches."""
    found = list(sets[0])
    for other in sets[1:]:
        found = [(max(a, c), min(b, d)) for a, b in found for c, d in other if max(a, c) < min(b, d)]
    return found
