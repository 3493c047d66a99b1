"""Orders that may be about what a caller reports just now: gathered from the indexes, judged by ``intake.similar``.

Candidates come from four small looks: the same telephone, the same place, places that begin alike, and rare pairs of
characters of the address or the words. What pairs are common the database's own statistics say, so a look never reads
more than some hundred rows of a million.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from open95598.foundation.journal.models import Entry
from open95598.foundation.people.policy import Rights
from open95598.service.intake import places, similar
from open95598.service.workorders import queries, words

#: archived orders that are older than this are no hint any more
DAYS = 90
MOST = 8
_FRESH_SECONDS = 600.0
#: a key that more orders hold than this (share) finds nothing by itself
_COMMON = 0.02
_FIELDS = (
    "case_id", "number", "category", "description", "contact_phone", "address", "confidential", "search",
    "case__kind", "case__state", "case__flow_version", "case__is_open", "case__opened_at", "case__closed_at",
    "case__unit__name", "case__version",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """An order that may be meant: its values, how alike it is, and the last thing that happened to it."""

    row: Mapping[str, Any]
    similar: similar.Similar
    last_kind: str = ""
    last_at: datetime | None = None


class _Statistics:
    """How common the keys are, as the database last counted; one look in some minutes a process."""

    at: float = float("-inf")
    shares: Mapping[int, float] = {}
    floor: int = 0


def find(
    rights: Rights,
    now: datetime,
    *,
    phone: str = "",
    address: str = "",
    text: str = "",
    kind: str = "",
    category: str = "",
    most: int = MOST,
) -> list[Found]:
    """Return the orders that the reader may see and that are worth showing, the likeliest first.

    Open ones, and those closed within ``DAYS``. ``phone`` counts from five digits on.
    """
    shares = _shares(now)
    keys = words.query_keys(text)
    ids = _candidates(phone if len(phone) >= 5 else "", address, keys, shares)
    if not ids:
        return []
    recent = Q(case__is_open=True) | Q(case__opened_at__gte=now - timedelta(days=DAYS))
    rows = queries.orders(rights).select_related(None).filter(recent, pk__in=ids).values(*_FIELDS)
    weights = {key: _weight(shares.get(key, 0.0)) for key in keys}
    wanted = similar.Wanted(phone, address, frozenset(keys), kind, category, weights)
    judged = [(similar.compare(wanted, _candidate(row), now), row) for row in rows]
    worth = [(how, row) for how, row in judged if how.points >= similar.WORTH]
    worth.sort(key=lambda pair: (-pair[0].points, -pair[1]["case_id"]))
    last = _last_entries([row for _how, row in worth[:most]])
    return [Found(row, how, *last.get(row["case_id"], ("", None))) for how, row in worth[:most]]


def _candidate(row: Mapping[str, Any]) -> similar.Candidate:
    # who asked for secrecy is not to be found by their number: that they called would be told by it
    phone = "" if row["confidential"] else row["contact_phone"]
    return similar.Candidate(
        phone,
        row["address"],
        frozenset(row["search"]),
        row["case__kind"],
        row["category"],
        row["case__opened_at"],
        None if row["case__is_open"] else row["case__closed_at"] or row["case__opened_at"],
    )


def _weight(share: float) -> float:
    """Return how telling a key is: 1 for one in a thousand orders or rarer, less the more hold it."""
    return 1.0 if share <= 0.001 else max(0.1, math.log(share) / math.log(0.001))


def _candidates(phone: str, address: str, keys: list[int], shares: Mapping[int, float]) -> list[int]:
    """Return the ids of orders to look at; one statement."""
    table = "SELECT case_id FROM workorders_workorder WHERE"
    parts: list[str] = []
    given: list[Any] = []

    def look(condition: str, *values: Any, newest: bool = False, most: int) -> None:
        order = "ORDER BY case_id DESC " if newest else ""
        parts.append(f"({table} {condition} {order}LIMIT {most})")
        given.extend(values)

    plain = words.plain(address)
    place = places.parse(address)
    begin = words.plain(place.region + place.road + (f"{place.number}号" if place.number else "") + place.estate)
    floor = _Statistics.floor
    if phone:
        look("contact_phone = %s", phone, newest=True, most=30)
    if len(plain) >= 4:
        look("place = %s", plain, newest=True, most=20)
    if len(begin) >= 6 and plain.startswith(begin):
        pattern = begin.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        look("place LIKE %s AND place <> '' AND case_id >= %s", pattern, floor, most=200)
    near = _rare(words.query_keys(f"{place.road} {place.estate}"), shares)
    if place.number and near:
        near = [*near, *words.query_keys(f"{place.number}号")]
    if len(near) >= 2:
        look("search @> %s AND case_id >= %s", near, floor, most=200)
    rare = [key for key in _rare(keys, shares) if shares.get(key, 0.0) <= 0.001][:3]
    if rare and len(keys) >= 2:
        look("search && %s AND case_id >= %s", rare, floor, most=100)
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), given)
        return [row[0] for row in cursor.fetchall()]


def _rare(keys: Iterable[int], shares: Mapping[int, float]) -> list[int]:
    """Return the keys that few enough orders hold, the rarest first."""
    return sorted((k for k in keys if shares.get(k, 0.0) <= _COMMON), key=lambda k: (shares.get(k, 0.0), k))


def _shares(now: datetime) -> Mapping[int, float]:
    """Return the share of orders that hold each of the common keys, and see from which id on orders are recent."""
    if time.monotonic() - _Statistics.at < _FRESH_SECONDS:
        return _Statistics.shares
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats"
            " WHERE schemaname = current_schema() AND tablename = 'workorders_workorder' AND attname = 'search'"
        )
        row = cursor.fetchone()
        cursor.execute(
            "SELECT id FROM casework_case WHERE opened_at >= %s ORDER BY opened_at, id LIMIT 1",
            [now - timedelta(days=DAYS)],
        )
        first = cursor.fetchone()
    elements, shares = (row[0], row[1]) if row and row[0] else ([], [])
    _Statistics.shares = dict(zip(elements, shares, strict=False))  # behind the shares stand their minimum and maximum
    _Statistics.floor = first[0] if first else 0
    _Statistics.at = time.monotonic()
    return _Statistics.shares


def forget() -> None:
    """Look at the statistics again (tests)."""
    _Statistics.at = float("-inf")


def _last_entries(rows: list[Mapping[str, Any]]) -> dict[int, tuple[str, datetime]]:
    """Return what happened last to each of the orders, by case id."""
    if not rows:
        return {}
    entries = Entry.objects.filter(
        case_id__in=[row["case_id"] for row in rows], at__gte=min(row["case__opened_at"] for row in rows)
    )
    found = entries.order_by("case_id", "-id").distinct("case_id").values_list("case_id", "kind", "at")
    return {case_id: (kind, at) for case_id, kind, at in found if case_id is not None}
