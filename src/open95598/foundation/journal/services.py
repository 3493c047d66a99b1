"""Writing into the journal. The caller holds the lock of each head, in the transaction of the change it tells of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction

from open95598.foundation import bulk
from open95598.foundation.journal import chain
from open95598.foundation.journal.models import Stream


class Head(Protocol):
    """Carries the head of a stream: a row with the ``Chained`` mixin, or what stands for it."""

    journal_seq: int
    journal_head: Any


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to be written down. ``head`` is the locked row that carries the stream's head; the caller saves it.

    ``personal`` maps names to contents that must be erasable (a phone number, a customer's free text); they lie
    apart from the entry. ``at`` is aware; ``kind`` is a dotted name such as ``case.dispatched``.
    """

    head: Head
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
_ENTRY = {
    "id": "int8", "at": "timestamptz", "stream": "varchar", "seq": "int4", "kind": "varchar", "actor_id": "int8",
    "case_id": "int8", "body": "text", "prev": "bytea", "hash": "bytea",
}  # fmt: skip
_PERSONAL = {"entry_id": "int8", "name": "varchar", "salt": "bytea", "content": "text"}


def append(drafts: Sequence[Draft]) -> list[int]:
    """Write the drafts with one COPY and return their ids, in order. Advances each head in memory.

    Must run in the transaction that holds the heads' locks; the caller saves the heads (``journal_seq``,
    ``journal_head``). Several drafts of one head chain in the order given. Nothing is advanced when it raises:
    ``ValueError`` for a head used for two streams or a stream given two heads, ``TypeError`` for data without a
    canonical form.
    """
    if not drafts:
        return []
    _check_heads(drafts)
    ids = [id_ for (id_,) in bulk.fetch(_IDS, [len(drafts)])]
    rows, personal, ends = _compose(drafts, ids)
    bulk.copy("journal_entry", _ENTRY, rows)
    if personal:
        bulk.copy("journal_personal", _PERSONAL, personal)
    for draft in drafts:
        draft.head.journal_seq, draft.head.journal_head = ends[draft.stream]
    return ids


def append_to_stream(key: str, drafts: Sequence[Draft]) -> list[int]:
    """Write drafts into the stream ``key``, which has no row of its own elsewhere; their head and stream are set here.

    Locks the stream's row (made when missing) until the end of the transaction, and saves it. Returns the ids.
    """
    return append_to_streams([replace(draft, stream=key) for draft in drafts])


#: locks the rows in the order given, also those that are there; a plain INSERT would pass over them
_LOCKED = """
INSERT INTO journal_stream (key, journal_seq, journal_head) SELECT unnest(%s::varchar[]), 0, ''
ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING key, journal_seq, journal_head
"""
_ADVANCED = """
UPDATE journal_stream s SET journal_seq = v.seq, journal_head = decode(v.head, 'hex')
FROM unnest(%s::varchar[], %s::int4[], %s::text[]) AS v(key, seq, head) WHERE s.key = v.key
"""


def append_to_streams(drafts: Sequence[Draft]) -> list[int]:
    """Write drafts into streams that have no rows of their own elsewhere, each into the one that it names, in a few
    statements whatever their number; see ``append_to_stream``. Returns the ids, in order."""
    if not drafts:
        return []
    with transaction.atomic(savepoint=False):
        rows = bulk.fetch(_LOCKED, [sorted({draft.stream for draft in drafts})])
        heads = {key: Stream(key=key, journal_seq=seq, journal_head=head) for key, seq, head in rows}
        ids = append([replace(draft, head=heads[draft.stream]) for draft in drafts])
        ends = [(key, head.journal_seq, bytes(head.journal_head).hex()) for key, head in heads.items()]
        bulk.execute(_ADVANCED, [list(column) for column in zip(*ends, strict=True)])
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
        for name, told in draft.personal.items():
            content = told.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL keeps no NUL
            salt = os.urandom(chain.SALT_BYTES)
            commitments[name] = chain.commitment(salt, content)
            personal.append((entry_id, name, salt, content))
        body = chain.body_of(
            entry_id=entry_id,
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


def erase_personal(
    now: datetime,
    *,
    reason: str,
    actor_id: int | None,
    actor_name: str,
    entry_ids: Sequence[int] | None = None,
    case_id: int | None = None,
) -> int:
    """Remove the personal content of entries, or of all entries of a case, and journal that it was done (PIPL).

    The entries stay with their commitments, so the chain stays whole; ``verify`` accepts the gap because the act is
    journalled (stream ``personal``). Returns the number of contents removed; 0 leaves no trace.
    """
    if (entry_ids is None) == (case_id is None):
        raise ValueError("name the entries or the case")
    with transaction.atomic(), connection.cursor() as cursor:
        if case_id is not None:
            cursor.execute(
                "DELETE FROM journal_personal p USING journal_entry e"
                " WHERE e.case_id = %s AND p.entry_id = e.id RETURNING p.entry_id",
                [case_id],
            )
        else:
            cursor.execute(
                "DELETE FROM journal_personal WHERE entry_id = ANY(%s) RETURNING entry_id", [list(entry_ids or ())]
            )
        gone = [row[0] for row in cursor.fetchall()]
        erased = sorted(set(gone))
        append_to_stream(
            "personal",
            [
                Draft(
                    head=Stream(),
                    stream="personal",
                    kind="personal.erased",
                    at=now,
                    actor_id=actor_id,
                    actor_name=actor_name,
                    case_id=case_id,
                    data={"entries": erased[at : at + 1000], "reason": reason},
                )
                for at in range(0, len(erased), 1000)
            ],
        )
    return len(gone)
