"""Counts months from the tracks, set-based, and reads what was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Sum

from open95598.control.indicators.comparing import Count
from open95598.control.indicators.models import MonthCounted, MonthFigure
from open95598.control.tracking.models import Track

#: a month is not counted again sooner than this
FRESH = timedelta(seconds=60)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('indicators.month', 95598))"
_COUNT = """
INSERT INTO indicators_monthfigure (month, unit_id, code, good, bad, pending)
WITH t AS (SELECT * FROM tracking_track WHERE month = %(month)s AND NOT confidential AND unit_id IS NOT NULL)
SELECT %(month)s::date, unit_id, code, sum(good), sum(bad), sum(pending) FROM (
  SELECT unit_id, unnest(kept) AS code, 1 AS good, 0 AS bad, 0 AS pending FROM t
  UNION ALL SELECT unit_id, unnest(broken), 0, 1, 0 FROM t
  UNION ALL SELECT unit_id, unnest(pending), 0, 0, 1 FROM t
  UNION ALL SELECT unit_id, 'timely', (ending = 'in_time')::int, (ending = 'late')::int, is_open::int FROM t
  UNION ALL SELECT unit_id, 'content', content::int, (NOT content)::int, 0 FROM t WHERE content IS NOT NULL
  UNION ALL SELECT unit_id, 'not_returned', (returns = 0)::int, (returns > 0)::int, 0 FROM t
  UNION ALL SELECT unit_id, 'not_reopened', (reopenings = 0)::int, (reopenings > 0)::int, 0 FROM t
            WHERE reopenings > 0 OR NOT is_open
  UNION ALL SELECT unit_id, 'not_repeated', (NOT repeated)::int, repeated::int, 0 FROM t
  UNION ALL SELECT coalesce(fault_unit_id, unit_id), 'no_substantiated', (fault_unit_id IS NULL)::int,
            (fault_unit_id IS NOT NULL)::int, 0 FROM t
) AS told GROUP BY unit_id, code HAVING sum(good) + sum(bad) + sum(pending) > 0
"""


def count(month: date, now: datetime) -> None:
    """Count a month (its first day) anew, as of ``now``. One statement over the month's tracks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        MonthFigure.objects.filter(month=month).delete()
        cursor.execute(_COUNT, {"month": month})
        MonthCounted.objects.update_or_create(month=month, defaults={"at": now})


def refresh(months: Iterable[date], now: datetime) -> dict[date, datetime]:
    """Count those months again in which a track changed since; return as of when each was counted.

    A month in which nothing changes any more is never counted again: what one reads of it does not depend on the
    archive's size.
    """
    wanted = list(months)
    counted = dict(MonthCounted.objects.filter(month__in=wanted).values_list("month", "at"))
    tracks = Track.objects.system("when a month changed").filter(month__in=wanted).order_by()
    changed = dict(tracks.values_list("month").annotate(last=Max("at")))
    for month in wanted:
        at, last = counted.get(month), changed.get(month)
        if last is not None and (at is None or (last > at and now - at >= FRESH)):
            count(month, now)
            counted[month] = now
    return counted


def by_month(unit_ids: Collection[int], months: Collection[date]) -> dict[str, dict[date, Count]]:
    """Return the sums of units by code and month."""
    rows = MonthFigure.objects.filter(unit_id__in=unit_ids, month__in=months).order_by()
    found: dict[str, dict[date, Count]] = defaultdict(dict)
    for code, month, good, bad, pending in rows.values_list("code", "month").annotate(
        Sum("good"), Sum("bad"), Sum("pending")
    ):
        found[code][month] = Count(good, bad, pending)
    return found


def by_unit(month: date, groups: Mapping[int, Collection[int]]) -> dict[str, dict[int, Count]]:
    """Return the counts of a month by code and group of units (a unit with all below it)."""
    member = {unit: group for group, units in groups.items() for unit in units}
    found: dict[str, dict[int, Count]] = defaultdict(dict)
    rows = MonthFigure.objects.filter(month=month, unit_id__in=list(member))
    for unit, code, good, bad, pending in rows.values_list("unit_id", "code", "good", "bad", "pending"):
        group = member[unit]
        found[code][group] = found[code].get(group, Count()) + Count(good, bad, pending)
    return found
