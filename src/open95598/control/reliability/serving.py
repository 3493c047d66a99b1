"""How many customers a unit serves: counted each night for the month that runs, kept for those that are over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from open95598.control.reliability.models import Served
from open95598.foundation import months
from open95598.registry.grid.models import GridPoint

_WHY = "how many customers units serve, without saying who"


def present() -> dict[int, int]:
    """Return the usage points on the grid by the id of their device's unit. One query over all of them."""
    rows: Any = GridPoint.objects.system(_WHY).order_by().values_list("device__unit_id")
    return dict(rows.annotate(n=Count("pk")))


def keep(now: datetime) -> int:
    """Count the month that runs; return of how many units. Nightly, as often as one likes."""
    month = months.of(now)
    rows = [Served(month=month, unit_id=unit, customers=n, at=now) for unit, n in present().items()]
    Served.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("month", "unit"), update_fields=("customers", "at")
    )
    return len(rows)


def by_month(unit_ids: Collection[int], wanted: Sequence[date]) -> Mapping[date, Mapping[int, int]]:
    """Return the customers of units in months (their first days). Of a month that was never counted those of the next
    one that was, else of the last one before; while nothing was counted yet those that are there now."""
    kept: dict[int, dict[date, int]] = defaultdict(dict)
    for unit, month, customers in Served.objects.filter(unit__in=unit_ids).values_list("unit", "month", "customers"):
        kept[unit][month] = customers
    if not kept:
        now = {unit: n for unit, n in present().items() if unit in set(unit_ids)}
        return dict.fromkeys(wanted, now)
    return {month: {unit: _at(rows, month) for unit, rows in kept.items()} for month in wanted}


def _at(rows: Mapping[date, int], month: date) -> int:
    later = [one for one in rows if one >= month]
    return rows[min(later)] if later else rows[max(rows)]
