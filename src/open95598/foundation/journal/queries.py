"""Reading the journal: the timeline of a case, the audit list, the state of the seals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import QuerySet

from open95598.foundation.journal.models import Block, Entry, Personal

_COLUMNS = ("id", "at", "stream", "seq", "kind", "actor_id", "case_id", "body")


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as people read it. ``personal`` maps each name to its content.

    The content is None when the reader may not see it; a name in ``erased`` has lost it for good.
    """

    id: int
    at: datetime
    stream: str
    seq: int
    kind: str
    actor_id: int | None
    actor_name: str
    case_id: int | None
    data: Mapping[str, Any]
    personal: Mapping[str, str | None]
    erased: frozenset[str] = frozenset()


def timeline(
    case_id: int, *, reveal: bool, before: int | None = None, limit: int = 50, since: datetime | None = None
) -> list[Told]:
    """Return the entries of a case, newest first, at most ``limit``, older than the entry ``before``.

    ``reveal``: whether the reader has the right to personal content (the caller decides and journals that it was
    shown). ``since`` (when the case was opened) spares looking into older months. Whoever calls has checked the right
    to the case itself.
    """
    rows = Entry.objects.filter(case_id=case_id)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return _told(_page(rows, before, limit), reveal=reveal)


def audit(
    *,
    kind: str = "",
    actor_id: int | None = None,
    case_id: int | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Told]:
    """Return entries of the whole journal, newest first, without personal content.

    ``kind`` matches itself and what is below it (``case`` finds ``case.opened``); ``start … end`` is half open, UTC.
    """
    rows: QuerySet[Entry] = Entry.objects.all()
    if kind:
        rows = rows.filter(kind=kind) | rows.filter(kind__startswith=f"{kind}.")
    if actor_id is not None:
        rows = rows.filter(actor_id=actor_id)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    if start is not None:
        rows = rows.filter(at__gte=start)
    if end is not None:
        rows = rows.filter(at__lt=end)
    return _told(_page(rows, before, limit), reveal=False)


def last_block() -> Block | None:
    """Return the newest block."""
    return Block.objects.order_by("-id").defer("members").first()


def personal_count(case_id: int) -> int:
    """Return how many pieces of personal content the entries of a case still have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM journal_entry e JOIN journal_personal p ON p.entry_id = e.id WHERE e.case_id = %s",
            [case_id],
        )
        return int(cursor.fetchone()[0])


def estimated_count() -> int:
    """Return about how many entries there are, from the sequence: for progress bars."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM journal_entry_id_seq")
        return int(cursor.fetchone()[0])


def _page(rows: QuerySet[Entry], before: int | None, limit: int) -> Iterable[dict[str, Any]]:
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id").values(*_COLUMNS)[:limit])


def _told(rows: Iterable[dict[str, Any]], *, reveal: bool) -> list[Told]:
    bodies = {row["id"]: orjson.loads(row.pop("body")) for row in rows}
    holding = [id_ for id_, body in bodies.items() if body["personal"]]
    held: dict[int, dict[str, str | None]] = defaultdict(dict)
    if holding:
        found = Personal.objects.filter(entry_id__in=holding)
        for entry_id, name, content in found.values_list("entry_id", "name", "content" if reveal else "name"):
            held[entry_id][name] = content if reveal else None
    told = []
    for row in rows:
        body = bodies[row["id"]]
        personal = held.get(row["id"], {})
        erased = frozenset(body["personal"]).difference(personal)
        told.append(Told(**row, actor_name=body["actor"][1], data=body["data"], personal=personal, erased=erased))
    return told
