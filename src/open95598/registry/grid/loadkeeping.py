"""Load curves into the database: days are put together from what is told, and compared with the rating once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import transaction

from open95598.foundation import bulk, partitions
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.registry.grid import loads
from open95598.registry.grid.models import LOADS

_LOCK = 955987
#: a device's id and the first instant of one of its days
Key = tuple[int, datetime]
#: a day's values, and what the device was rated then
Day = tuple[list[float | None], float | None]
_COLUMNS = {"device_id": "int8", "at": "timestamptz", "curve": "float4[]", "peak": "float4", "peak_slot": "int2",
            "lasting": "int2", "held": "float4", "rated": "float4", "rate": "float4"}  # fmt: skip


def zone() -> ZoneInfo:
    """Return the utility's zone, whose days these are."""
    return ZoneInfo(settings.TIME_ZONE)


def rules_of(lineage: Collection[int], now: datetime) -> LoadRules:
    """Return the rules about load of a unit, by its lineage."""
    return store.current(now, tuple(lineage)).reliability.load


def curves(keys: Collection[Key]) -> dict[Key, Day]:
    """Return the days that are kept of these. One query."""
    if not keys:
        return {}
    query = (
        "SELECT l.device_id, l.at, l.curve, l.rated FROM grid_load l JOIN"
        " unnest(%s::bigint[], %s::timestamptz[]) AS k(device_id, at) USING (device_id, at)"
    )
    rows = bulk.fetch(query, [[pk for pk, _at in keys], [at for _pk, at in keys]])
    return {(pk, at): (curve, rated) for pk, at, curve, rated in rows}


@transaction.atomic
def keep(told: Mapping[Key, Mapping[int, float]], now: datetime) -> int:
    """Put values (slot → load in the unit of the rating) into their days, over what stood there; return how many days.

    The days before are looked at again: a stretch may begin in one and end in the next. One at a time (advisory lock).
    """
    if not told:
        return 0
    _lock()
    here = zone()
    before = {(pk, loads.next_day(at, here, -1)) for pk, at in told} - told.keys()
    kept = curves([*told, *before])
    days: dict[Key, Day] = {key: kept[key] for key in before if key in kept}
    for key, values in told.items():
        nothing: list[float | None] = [None] * loads.slots(key[1], here)
        curve = list(kept[key][0]) if key in kept else nothing
        for slot, value in values.items():
            curve[slot] = value
        days[key] = (curve, None)  # what is told anew is compared with what it is rated now
    _write(days, now)
    return len(told)


@transaction.atomic
def recount(since: datetime, now: datetime) -> int:
    """Look again at the days from ``since`` on that were kept before a rating was known, or under another ``lasting``
    of the rulebook; return how many. Nightly."""
    _lock()
    units = bulk.fetch("SELECT id, lineage FROM units_unit WHERE id IN (SELECT DISTINCT unit_id FROM grid_griddevice)")
    lasting = [rules_of(lineage, now).lasting for _pk, lineage in units]
    query = (
        "SELECT l.device_id, l.at, l.curve, l.rated FROM grid_load l JOIN grid_griddevice d ON d.id = l.device_id JOIN"
        " unnest(%s::bigint[], %s::int[]) AS u(id, lasting) ON u.id = d.unit_id"
        " WHERE l.at >= %s AND (l.lasting <> u.lasting OR (l.rated IS NULL AND d.rated IS NOT NULL))"
    )
    rows = bulk.fetch(query, [[pk for pk, _line in units], lasting, since])
    for some in bulk.chunked(rows, 2000):
        _write({(pk, at): (curve, rated) for pk, at, curve, rated in some}, now)
    return len(rows)


def arrange(now: datetime) -> list[str]:
    """Make the months of loads that were brought in for times long past, whose rows lie in the table's remainder until
    then; return the partitions that were made. Nightly."""
    oldest = bulk.fetch("SELECT min(at) FROM grid_load_default")[0][0]
    return partitions.ensure(LOADS, oldest, now) if oldest is not None else []


def _lock() -> None:
    bulk.fetch("SELECT 1 FROM (SELECT pg_advisory_xact_lock(%s)) AS locked", [_LOCK])


def _write(days: Mapping[Key, Day], now: datetime) -> None:
    """Compare days with their rating (None: what the device is rated now) and write them."""
    here = zone()
    following = {key: (key[0], loads.next_day(key[1], here)) for key in days}
    kept = curves([key for key in following.values() if key not in days])
    query = "SELECT d.id, d.rated, u.lineage FROM grid_griddevice d JOIN units_unit u ON u.id = d.unit_id"
    rows = bulk.fetch(f"{query} WHERE d.id = ANY(%s)", [list({pk for pk, _at in days})])
    rules = {tuple(lineage): rules_of(lineage, now) for _pk, _rated, lineage in rows}
    devices = {pk: (rated, rules[tuple(lineage)].lasting) for pk, rated, lineage in rows}
    lines = []
    for key, (curve, then) in sorted(days.items()):
        values = loads.filled(curve)
        if np.isnan(values).all():
            continue
        rated, lasting = devices[key[0]]
        rated = then or rated
        next_one = days.get(following[key]) or kept.get(following[key])
        held = loads.held(values, loads.filled(next_one[0]) if next_one else np.empty(0), lasting)
        slot = int(np.nanargmax(values))
        rate = None if held is None or rated is None else held * 100 / rated
        lines.append((*key, curve, float(values[slot]), slot, lasting, held, rated, rate))
    bulk.execute("CREATE TEMP TABLE IF NOT EXISTS grid_loads (LIKE grid_load) ON COMMIT DROP")
    bulk.execute("TRUNCATE grid_loads")
    bulk.copy("grid_loads", _COLUMNS, lines)
    bulk.execute(
        "INSERT INTO grid_load SELECT * FROM grid_loads ON CONFLICT (device_id, at) DO UPDATE SET curve ="
        " excluded.curve, peak = excluded.peak, peak_slot = excluded.peak_slot, lasting = excluded.lasting,"
        " held = excluded.held, rated = excluded.rated, rate = excluded.rate"
    )
