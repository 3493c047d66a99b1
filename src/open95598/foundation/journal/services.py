"""Writing into the journal. The caller holds the lock of each head, in the transaction of the change it tells of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from open95598.foundation.journal import chain
from open95598.foundation.journal.models import Chained, Stream


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to be written down. ``head`` is the locked row that carries the stream's head; the caller saves it.

    ``personal`` maps names to contents that must be erasable (a phone number, a customer's free text); they lie
    apart from the entry. ``at`` is aware; ``kind`` is a dotted name such as ``case.dispatched``.
    """

    head: Chained
    stream: str
    kind: str
    at: datetime
    actor_id: int | None = None
    actor_name: str = ""
    case_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)


# The transaction gets its number before it gets ids: the sealer relies on that order (see ``sealer``).
_IDS = """
WITH writer AS MATERIALIZED (SELECT pg_current_xact_id() AS xid)
SELECT nextval('journal_entry_id_seq') FROM writer, generate_series(1, %s) WHERE xid IS NOT NULL
"""
_ENTRIES = """
INSERT INTO journal_entry (id, at, stream, seq, kind, actor_id, case_id, body, prev, hash)
SELECT * FROM unnest(%b::bigint[], %b::timestamptz[], %b::varchar[], %b::int[], %b::varchar[], %b::bigint[],
                     %b::bigint[], %b::text[], %b::bytea[], %b::bytea[])
"""
_PERSONAL = """
INSERT INTO journal_personal (entry_id, name, salt, content)
SELECT * FROM unnest(%b::bigint[], %b::varchar[], %b::bytea[], %b::text[])
"""


def append(drafts: Sequence[Draft]) -> list[int]:
    """Write the drafts with one INSERT and return their ids, in order. Advances each head in memory.

    Must run in the transaction that holds the heads' locks; the caller saves the heads (``journal_seq``,
    ``journal_head``). Several drafts of one head chain in the order given. Nothing is advanced when it raises:
    ``ValueError`` for a head used for two streams or a stream given two heads, ``TypeError`` for data without a
    canonical form.
    """
    if not drafts:
        return []
    _check_heads(drafts)
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [len(drafts)])
        ids = [row[0] for row in cursor.fetchall()]
        rows, personal, ends = _compose(drafts, ids)
        cursor.execute(_ENTRIES, [list(column) for column in zip(*rows, strict=True)])
        if personal:
            cursor.execute(_PERSONAL, [list(column) for column in zip(*personal, strict=True)])
    for draft in drafts:
        draft.head.journal_seq, draft.head.journal_head = ends[draft.stream]
    return ids


def append_to_stream(key: str, drafts: Sequence[Draft]) -> list[int]:
    """Write drafts into the stream ``key``, which has no row of its own elsewhere; their head and stream are set here.

    Locks the stream's row (made when missing) until the end of the transaction, and saves it. Returns the ids.
    """
    if not drafts:
        return []
    with transaction.atomic():
        Stream.objects.bulk_create([Stream(key=key)], ignore_conflicts=True)
        head = Stream.objects.select_for_update().get(key=key)
        ids = append([replace(draft, head=head, stream=key) for draft in drafts])
        head.save(update_fields=("journal_seq", "journal_head"))
    return ids


def _check_heads(drafts: Sequence[Draft]) -> None:
    heads: dict[str, int] = {}
    streams: dict[int, str] = {}
    for draft in drafts:
        head = id(draft.head)
        if heads.setdefault(draft.stream, head) != head or streams.setdefault(head, draft.stream) != draft.stream:
            raise ValueError(f"stream {draft.stream}: a head belongs to one stream, a stream to one head")


def _compose(
    drafts: Sequence[Draft], ids: Sequence[int]
) -> tuple[list[tuple[Any, ...]], list[tuple[int, str, bytes, str]], dict[str, tuple[int, bytes]]]:
    """Return the rows of entries and of personal content, and where each stream ends after them."""
    rows: list[tuple[Any, ...]] = []
    personal: list[tuple[int, str, bytes, str]] = []
    ends: dict[str, tuple[int, bytes]] = {}
    for draft, entry_id in zip(drafts, ids, strict=True):
        seq, prev = ends.get(draft.stream) or (draft.head.journal_seq, bytes(draft.head.journal_head))
        seq += 1
        commitments: dict[str, str] = {}
        for name, content in draft.personal.items():
            salt = os.urandom(chain.SALT_BYTES)
            commitments[name] = chain.commitment(salt, content)
            personal.append((entry_id, name, salt, content))
        body = chain.body_of(
            id=entry_id,
            stream=draft.stream,
            seq=seq,
            kind=draft.kind,
            at=draft.at,
            actor_id=draft.actor_id,
            actor_name=draft.actor_name,
            case_id=draft.case_id,
            data=draft.data,
            personal=commitments,
        )
        hash_ = chain.link(prev, body)
        rows.append(
            (entry_id, draft.at, draft.stream, seq, draft.kind, draft.actor_id, draft.case_id, body, prev, hash_)
        )
        ends[draft.stream] = (seq, hash_)
    return rows, personal, ends
