"""What came and went, counted by hour: kept by the cases' events, rebuilt from the journal, read by the overview.

An order arrives in a unit when it enters that unit's part of the tree: opened by it or dispatched into it. It counts
there once per entry, so sums are read from one unit's rows and never added up over the tree.

A sum tells of what it was summed from, and small sums tell it plainly. So confidential orders are never counted here,
for nobody, and whoever is recused from an order is shown the figures without it: ``day`` asks for the reader's rights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from open95598.casework.models import Case
from open95598.foundation import bulk
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.policy import Rights
from open95598.foundation.people.rights import recused_from
from open95598.foundation.units.models import Unit
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import DailyTally, WorkOrder

KINDS = frozenset(flow.kind for flow in ORDERS)
COUNTED = (
    "arrived", "closed", "on_site", "on_site_minutes", "restored", "restore_minutes", "rated", "content",
)  # fmt: skip
#: states in which an order is closed
ENDS = ("archived", "terminated")
#: ratings that mean content
CONTENT = ("very_satisfied", "satisfied")
WEEKS = 8
_ADD = f"""
INSERT INTO workorders_dailytally (unit_id, day, hour, kind, {", ".join(COUNTED)})
VALUES (%s, %s, %s, %s, {", ".join(["%s"] * len(COUNTED))})
ON CONFLICT (unit_id, day, hour, kind) DO UPDATE SET
{", ".join(f"{c} = workorders_dailytally.{c} + EXCLUDED.{c}" for c in COUNTED)}
"""  # noqa: S608 - the columns' names are those above

_COLUMNS = {
    "unit_id": "int8", "day": "date", "hour": "int2", "kind": "varchar",
    **{c: "int8" if c.endswith("_minutes") else "int4" for c in COUNTED},
}  # fmt: skip
#: what is read of an order when something happened to it
_TIMES = ("case__confidential", "case__opened_at", "arrived_at", "restored_at")

Key = tuple[int, date, int, str]
Hour = tuple[date, int]


@dataclass(frozen=True)
class Told:
    """What the tally needs of something that happened to an order.

    ``unit`` is responsible afterwards, ``before`` was before (None: it was just opened).
    """

    action: str
    at: datetime
    kind: str
    unit: int
    before: int | None
    source: str = ""
    target: str = ""
    satisfaction: str = ""
    #: how long it took to come to this, for an arrival and a restoration
    took: timedelta | None = None


def counts(told: Told, lineages: Mapping[int, Iterable[int]], zone: ZoneInfo) -> dict[Key, dict[str, int]]:
    """Return what something that happened adds to the tally: (unit, day, hour, kind) → column → number. Pure."""
    local = told.at.astimezone(zone)
    here = list(lineages.get(told.unit, (told.unit,)))
    found: dict[Key, dict[str, int]] = {}

    def add(units: Iterable[int], **columns: int) -> None:
        for unit in units:
            row = found.setdefault((unit, local.date(), local.hour, told.kind), {})
            for name, number in columns.items():
                row[name] = row.get(name, 0) + number

    if told.action == "opened":
        add(here, arrived=1)
    elif told.before is not None and told.unit != told.before:
        was = set(lineages.get(told.before, (told.before,)))
        add((u for u in here if u not in was), arrived=1)
    if told.target in ENDS and told.source not in ENDS and told.action != "opened":
        add(here, closed=1)
    if told.action == "arrive" and told.took is not None:
        add(here, on_site=1, on_site_minutes=_minutes(told.took))
    if told.action == "restore" and told.took is not None:
        add(here, restored=1, restore_minutes=_minutes(told.took))
    if told.satisfaction and told.satisfaction != "no_rating":
        add(here, rated=1, content=int(told.satisfaction in CONTENT))
    return found


def _minutes(length: timedelta) -> int:
    return max(0, round(length.total_seconds() / 60))


def listen() -> None:
    """Hear the cases' events (once, when Django starts)."""
    subscribe("workorders.tally", "case.*")(hear)


def hear(event: Heard, now: datetime) -> None:
    """Add an event to the tally (in the worker, once)."""
    payload = event.payload
    if payload.get("kind") not in KINDS or event.case_id is None:
        return
    action = event.type.removeprefix("case.")
    took = None
    order = WorkOrder.objects.system("the tally").select_related("case").only(*_TIMES).filter(pk=event.case_id).first()
    if order is None or order.case.confidential:
        return
    if action in ("arrive", "restore"):
        took = _between(order.case.opened_at, order.arrived_at)
        if action == "restore":
            took = _between(order.arrived_at, order.restored_at)
    told = Told(
        action=action,
        at=event.at,
        kind=str(payload["kind"]),
        unit=int(payload["unit"]),
        before=payload.get("from_unit"),
        source=str(payload.get("from", "")),
        target=str(payload.get("to", "")),
        satisfaction=str((payload.get("input") or {}).get("satisfaction") or ""),
        took=took,
    )
    _write(counts(told, _lineages(), ZoneInfo(settings.TIME_ZONE)))


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return end - start if start and end else None


def _lineages() -> dict[int, list[int]]:
    from open95598.service.workorders import directory

    return {u.id: list(u.lineage) for u in directory.units()}


def _write(rows: Mapping[Key, Mapping[str, int]]) -> None:
    if not rows:
        return
    # in the order of the keys, so that two writers cannot wait for each other in a circle
    values: list[list[Any]] = [[*key, *(row.get(c, 0) for c in COUNTED)] for key, row in sorted(rows.items())]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, values)


def rebuild(now: datetime, since: date | None = None) -> int:
    """Count everything again from the journal (from the day ``since`` on); return the number of rows written.

    In one transaction: readers see the old tally until it is done. Run it while the worker stands still.
    """
    cases = Case.objects.system("the tally").filter(kind__in=KINDS, confidential=False)
    kinds = dict(cases.values_list("pk", "kind").iterator())
    entries = Entry.objects.filter(kind__startswith="case.", case_id__isnull=False, at__lte=now)
    lineages = {pk: list(lineage) for pk, lineage in Unit.objects.values_list("pk", "lineage")}
    total: dict[Key, dict[str, int]] = {}
    for told in _told_by(entries, kinds):
        for key, row in counts(told, lineages, ZoneInfo(settings.TIME_ZONE)).items():
            if since is None or key[1] >= since:
                kept = total.setdefault(key, {})
                for name, number in row.items():
                    kept[name] = kept.get(name, 0) + number
    with transaction.atomic():
        old = DailyTally.objects.all() if since is None else DailyTally.objects.filter(day__gte=since)
        old.delete()
        rows = ([*key, *(row.get(c, 0) for c in COUNTED)] for key, row in total.items())
        bulk.copy("workorders_dailytally", _COLUMNS, rows)
    return len(total)


def _told_by(entries: QuerySet[Entry], kinds: Mapping[int, str]) -> Iterator[Told]:
    """Yield what the journal's entries tell of the cases in ``kinds`` (id → kind of order), from their opening on."""
    units: dict[int, int] = {}
    opened: dict[int, datetime] = {}
    on_site: dict[int, datetime] = {}
    rows = entries.order_by("id").values_list("at", "kind", "case_id", "body")
    for at, kind, case_id, body in rows.iterator(chunk_size=5_000):
        if case_id is None or case_id not in kinds:
            continue
        data = orjson.loads(body)["data"]
        action = kind.removeprefix("case.")
        before = units.get(case_id)
        unit = data.get("unit") or data.get("to_unit") or before
        if unit is None:
            continue
        units[case_id] = unit
        truly = datetime.fromisoformat(data["occurred_at"]) if data.get("occurred_at") else at
        took = None
        if action == "opened":
            opened[case_id] = at
        elif action == "arrive":
            on_site[case_id] = truly
            took = _between(opened.get(case_id), truly)
        elif action == "restore":
            took = _between(on_site.get(case_id), truly)
        yield Told(
            action=action,
            at=at,
            kind=kinds[case_id],
            unit=unit,
            before=before,
            source=data.get("from", ""),
            target=data.get("to", ""),
            satisfaction=(data.get("input") or {}).get("satisfaction", ""),
            took=took,
        )


@dataclass(frozen=True)
class Day:
    """A unit's day so far against what is usual at this weekday (the mean of up to eight weeks)."""

    today: dict[str, int]
    #: the means up to the present hour, and of whole days
    usual_by_now: dict[str, float]
    usual: dict[str, float]
    by_hour: list[int]
    usual_by_hour: list[float]
    weeks: int


def day(rights: Rights, unit_id: int, now: datetime, kind: str = "") -> Day:
    """Return today's figures of a unit with everything below it, and the usual ones, for one reader.

    Confidential orders are in nobody's figures; orders from which the reader is recused are not in theirs. Two queries
    of at most nine days; three where there is something to leave out.
    """
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    days = [local.date() - timedelta(weeks=w) for w in range(1, WEEKS + 1)]
    rows = DailyTally.objects.filter(unit_id=unit_id, day__in=[local.date(), *days])
    if kind:
        rows = rows.filter(kind=kind)
    sums: dict[Hour, dict[str, int]] = {}
    summed: Any = rows.values("day", "hour").annotate(**{f"sum_{c}": Sum(c) for c in COUNTED})
    for row in summed:
        sums[row["day"], row["hour"]] = {c: row[f"sum_{c}"] or 0 for c in COUNTED}
    for (day_, hour), row in _kept_from(rights, unit_id, {local.date(), *days}, kind).items():
        if (counted := sums.get((day_, hour))) is not None:
            for name, number in row.items():
                counted[name] = max(0, counted[name] - number)
    today: dict[str, int] = dict.fromkeys(COUNTED, 0)
    past: dict[str, int] = dict.fromkeys(COUNTED, 0)
    past_by_now: dict[str, float] = dict.fromkeys(COUNTED, 0.0)
    by_hour, past_by_hour, seen = [0] * 24, [0] * 24, set()
    for (day_, hour), numbers in sums.items():
        for name, number in numbers.items():
            if day_ == local.date():
                today[name] += number
                continue
            past[name] += number
            if hour < local.hour:
                past_by_now[name] += number
            elif hour == local.hour:
                past_by_now[name] += number * local.minute / 60
        if day_ == local.date():
            by_hour[hour] += numbers["arrived"]
        elif any(numbers.values()):
            seen.add(day_)
            past_by_hour[hour] += numbers["arrived"]
    weeks = _weeks(unit_id, days, seen)
    return Day(
        today=today,
        usual_by_now={n: v / weeks for n, v in past_by_now.items()} if weeks else {},
        usual={n: v / weeks for n, v in past.items()} if weeks else {},
        by_hour=by_hour[: local.hour + 1],
        usual_by_hour=[v / weeks for v in past_by_hour] if weeks else [],
        weeks=weeks,
    )


def _kept_from(rights: Rights, unit_id: int, days: Collection[date], kind: str) -> dict[Hour, dict[str, int]]:
    """Return what orders that the reader is recused from put into a unit's tally: (day, hour) → column → number."""
    start = datetime.combine(min(days), time(), ZoneInfo(settings.TIME_ZONE))
    cases = Case.objects.system("what the reader is recused from").filter(
        recused_from(rights), Q(is_open=True) | Q(closed_at__gte=start), kind__in=[kind] if kind else KINDS
    )
    kinds = dict(cases.filter(confidential=False).values_list("pk", "kind"))
    found: dict[Hour, dict[str, int]] = {}
    if not kinds:
        return found
    entries = Entry.objects.filter(kind__startswith="case.", case_id__in=kinds)
    for told in _told_by(entries, kinds):
        for (unit, day_, hour, _kind), row in counts(told, _lineages(), ZoneInfo(settings.TIME_ZONE)).items():
            if unit == unit_id and day_ in days:
                kept = found.setdefault((day_, hour), {})
                for name, number in row.items():
                    kept[name] = kept.get(name, 0) + number
    return found


def _weeks(unit_id: int, days: list[date], seen: set[date]) -> int:
    """Return over how many of the days the mean is taken: back to the first one with anything. A quiet day counts."""
    return max((number for number, past in enumerate(days, 1) if past in seen), default=0)
