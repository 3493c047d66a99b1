"""Who is in the dark: computed from the grid's numbering and its switches, written down set-wise, differences told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q

from open95598.casework import telling
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation import bulk
from open95598.registry.grid.models import GridDevice, SwitchState
from open95598.service.planned import intervals
from open95598.service.planned.intervals import Span
from open95598.service.planned.kinds import Care, When
from open95598.service.planned.models import CareTask, Count, PlannedDevice, PlannedOutage

HOUSE = Actor.house("planned")
_WHY = "who is in the dark of an announced outage"
#: ids of accounts that the journal names of those that came and went
NAMED = 20

_INTO = """
    INSERT INTO planned_affected (plan_id, account_id, customer_id, seen, added)
    SELECT DISTINCT %s::bigint, party.account_id, party.customer_id, %s::int, %s::int
    FROM {within}
    JOIN customers_accountparty party ON party.account_id = supplied.account_id
      AND party.valid_to IS NULL AND party.role <> 'payer'
    JOIN customers_customer customer ON customer.id = party.customer_id AND customer.closed_at IS NULL
    ON CONFLICT (plan_id, account_id, customer_id) DO UPDATE SET
      added = CASE WHEN planned_affected.gone_at IS NULL THEN planned_affected.added ELSE excluded.added END,
      gone_at = NULL, seen = excluded.seen"""
_GRID = """unnest(%s::int[], %s::int[]) span(low, high)
    JOIN grid_griddevice device ON device.lft >= span.low AND device.lft < span.high
    JOIN grid_gridpoint point ON point.device_id = device.id"""
_SUPPLIED = _GRID + "\n    JOIN customers_usagepoint supplied ON supplied.id = point.usage_point_id"
_OF_ACCOUNT = "(SELECT %s::bigint AS account_id) supplied"
_CARE = """
    INSERT INTO planned_caretask (plan_id, customer_id, why, state)
    SELECT DISTINCT affected.plan_id, customer.id,
      CASE WHEN customer.protected THEN 'protected' ELSE customer.importance END, 'open'
    FROM planned_affected affected JOIN customers_customer customer ON customer.id = affected.customer_id
    WHERE affected.plan_id = %s AND affected.gone_at IS NULL AND (customer.protected OR customer.importance <> '')
    ON CONFLICT (plan_id, customer_id) DO UPDATE SET why = excluded.why,
      state = CASE WHEN planned_caretask.state = 'gone' THEN 'open' ELSE planned_caretask.state END"""
_CARE_GONE = """
    UPDATE planned_caretask care SET state = 'gone' WHERE care.plan_id = %s AND care.state = 'open' AND NOT EXISTS (
      SELECT FROM planned_affected affected JOIN customers_customer customer ON customer.id = affected.customer_id
      WHERE affected.plan_id = care.plan_id AND affected.customer_id = care.customer_id AND affected.gone_at IS NULL
        AND (customer.protected OR customer.importance <> ''))"""


def spans_of(codes: Iterable[str]) -> list[Span]:
    """Return the subtrees of devices as disjoint spans of the numbering in force; unknown codes give none."""
    rows = GridDevice.objects.system(_WHY).filter(code__in=list(codes))
    return intervals.merged(rows.values_list("lft", "rgt"))


def spans(plan: PlannedOutage) -> list[Span]:
    """Return what a plan switches off: its devices' subtrees without those that stay supplied."""
    rows = list(PlannedDevice.objects.filter(plan=plan).values_list("device", "kept"))
    return intervals.without(spans_of(code for code, kept in rows if not kept),
                             spans_of(code for code, kept in rows if kept))  # fmt: skip


def dark_spans() -> list[Span]:
    """Return what is without supply now because a switch above it stands open that normally is closed."""
    rows = SwitchState.objects.system(_WHY).filter(until=None, open=True, device__normal_open=False)
    return intervals.merged(rows.values_list("device__lft", "device__rgt"))


def _arrays(given: Iterable[Span]) -> list[str]:
    listed = list(given)
    return [bulk.array(low for low, _high in listed), bulk.array(high for _low, high in listed)]


def _points(given: list[Span]) -> tuple[int, int]:
    """Return how many usage points hang in these spans, and how many of them the registry knows."""
    if not given:
        return 0, 0
    found = bulk.fetch(f"SELECT count(*), count(point.usage_point_id) FROM {_GRID}", _arrays(given))  # noqa: S608
    return found[0][0], found[0][1]


def count(case: Case, plan: PlannedOutage, when: When, now: datetime) -> Count:
    """Compute who is in the dark of a plan, write it down, and say in the journal what changed since the count before.

    The case is locked by the caller. A later count of the same customers changes nothing but the count itself. About
    one statement a step, whatever the number of customers.
    """
    last = Count.objects.filter(plan=plan).order_by("-number").values_list("number", flat=True).first() or 0
    number = last + 1
    if plan.account_id is not None:
        points = known = 1
        already = 0
        bulk.execute(_INTO.format(within=_OF_ACCOUNT), [plan.pk, number, number, plan.account_id])
    else:
        off = spans(plan)
        points, known = _points(off)
        already = _points(intervals.shared(off, dark_spans()))[0]
        if off:
            bulk.execute(_INTO.format(within=_SUPPLIED), [plan.pk, number, number, *_arrays(off)])
    gone = bulk.fetch(
        "UPDATE planned_affected SET gone_at = %s WHERE plan_id = %s AND gone_at IS NULL AND seen <> %s"
        " RETURNING account_id", [now, plan.pk, number],
    )  # fmt: skip
    came = bulk.fetch(
        "SELECT account_id FROM planned_affected WHERE plan_id = %s AND added = %s AND gone_at IS NULL ORDER BY 1",
        [plan.pk, number],
    )  # fmt: skip
    bulk.refresh_statistics(["planned_affected"])
    bulk.execute(_CARE, [plan.pk])
    bulk.execute(_CARE_GONE, [plan.pk])
    customers, important, protected = bulk.fetch(
        "SELECT count(DISTINCT c.id), count(DISTINCT c.id) FILTER (WHERE c.importance <> ''),"
        " count(DISTINCT c.id) FILTER (WHERE c.protected)"
        " FROM planned_affected a JOIN customers_customer c ON c.id = a.customer_id"
        " WHERE a.plan_id = %s AND a.gone_at IS NULL", [plan.pk],
    )[0]  # fmt: skip
    made = Count.objects.create(
        plan=plan, number=number, when=when, at=now, points=points, known=known, customers=customers,
        important=important, protected=protected, dark=already, added=len(came), removed=len(gone),
    )  # fmt: skip
    plan.points, plan.known, plan.customers, plan.dark = points, known, customers, already
    plan.important, plan.protected, plan.counted_at = important, protected, now
    plan.save(update_fields=["points", "known", "customers", "dark", "important", "protected", "counted_at"])
    care_left(plan)
    _tell(case, made, came, gone, now)
    return made


def care_left(plan: PlannedOutage) -> None:
    """Bring up to date on the plan how many are still to be told in person, of them on life support."""
    left: dict[str, Any] = CareTask.objects.system(_WHY).filter(plan=plan, state=Care.OPEN).aggregate(
        every=Counted("pk"), protected=Counted("pk", filter=Q(why="protected"))
    )  # fmt: skip
    plan.care_open, plan.protected_open = left["every"], left["protected"]
    plan.save(update_fields=["care_open", "protected_open"])


def _tell(case: Case, made: Count, came: list[Any], gone: list[Any], now: datetime) -> None:
    data = {
        "when": made.when, "points": made.points, "customers": made.customers, "important": made.important,
        "protected": made.protected, "added": made.added, "removed": made.removed,
        "accounts_added": [row[0] for row in came[:NAMED]] if made.number > 1 else [],
        "accounts_removed": sorted(row[0] for row in gone)[:NAMED],
    }  # fmt: skip
    telling.tell(case, "affected_counted", HOUSE, now, data)
