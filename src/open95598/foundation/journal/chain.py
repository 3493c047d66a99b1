"""The arithmetic of the journal: canonical bodies, hashes, commitments, blocks. Pure: no Django, no clock.

An entry's ``body`` is canonical JSON text (UTF-8, keys sorted, no white space) and is stored as it was hashed, so that
no later parser can change what was meant. ``hash = SHA-256(prev ‖ body)``; the first of a stream has an empty ``prev``.
Personal content is not in the body: only ``SHA-256(salt ‖ content)`` is, so that it can be erased without a gap.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
SALT_BYTES = 16


def canonical(value: Any) -> str:
    """Return ``value`` as canonical JSON. Aware datetimes become UTC with microseconds, Decimals become strings.

    Raises ``TypeError`` for what has no faithful form (a naive datetime, a lazy string, a lone surrogate).
    """
    return orjson.dumps(value, default=_plain, option=_OPTIONS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written into the journal")


@lru_cache(maxsize=4096)
def instant(at: datetime) -> str:
    """Return an aware datetime as ``2026-03-01T02:03:04.000005Z``; ``TypeError`` when it is naive."""
    if at.tzinfo is None:
        raise TypeError("the journal keeps aware times only")
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def commitment(salt: bytes, content: str) -> str:
    """Return the hex SHA-256 of ``salt ‖ content`` (UTF-8)."""
    return sha256(salt + content.encode()).hexdigest()


def link(prev: bytes, body: str) -> bytes:
    """Return the hash of an entry: SHA-256 of the hash before it and its own body (UTF-8)."""
    return sha256(prev + body.encode()).digest()


def body_of(
    *,
    entry_id: int,
    stream: str,
    seq: int,
    kind: str,
    at: datetime,
    actor_id: int | None,
    actor_name: str,
    case_id: int | None,
    data: Mapping[str, Any],
    personal: Mapping[str, str],
) -> str:
    """Return the canonical body of an entry; ``personal`` maps a name to the commitment of its content."""
    return canonical(
        {
            "id": entry_id,
            "stream": stream,
            "seq": seq,
            "kind": kind,
            "at": instant(at),
            "actor": [actor_id, actor_name],
            "case": case_id,
            "data": data,
            "personal": personal,
        }
    )


#: the columns that repeat what the body says
_SAID = ("id", "at", "stream", "seq", "kind", "actor_id", "case_id")


class Row(NamedTuple):
    """An entry as it lies in the table."""

    id: int
    at: datetime
    stream: str
    seq: int
    kind: str
    actor_id: int | None
    case_id: int | None
    body: str
    prev: bytes
    hash: bytes


def row_faults(row: Row, said: Mapping[str, Any] | None = None) -> list[str]:
    """Return what is wrong with one row taken by itself: its hash, or a column that is not what its body says.

    ``said`` is the parsed body when the caller has it already.
    """
    faults = [] if link(row.prev, row.body) == row.hash else ["hash"]
    try:
        told = orjson.loads(row.body) if said is None else said
        body = (
            told["id"], told["at"], told["stream"], told["seq"], told["kind"], told["actor"][0], told["case"]
        )  # fmt: skip
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return [*faults, "body"]
    columns = (row.id, instant(row.at), *row[2:7])
    if body != columns:
        faults += [name for name, a, b in zip(_SAID, body, columns, strict=True) if a != b]
    return faults


def sequence_faults(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Yield ``(id, what)`` for everything that is wrong with the rows of one stream, given from its first entry on."""
    for row in rows:
        for fault in row_faults(row):
            yield row.id, fault
    if rows and (rows[0].seq != 1 or rows[0].prev != b""):
        yield rows[0].id, "link"
    for before, row in pairwise(rows):
        if row.seq != before.seq + 1 or row.prev != before.hash:
            yield row.id, "link"


def pack(ids: Sequence[int]) -> bytes:
    """Return ascending ids, delta-coded and compressed."""
    deltas = [b - a for a, b in pairwise((0, *ids))]
    if any(d <= 0 for d in deltas):
        raise ValueError("ids must ascend")
    return zlib.compress(",".join(map(str, deltas)).encode(), 6)


def unpack(packed: bytes) -> list[int]:
    """Return the ids that ``pack`` was given; ``ValueError`` when the bytes were not made by it."""
    try:
        text = zlib.decompress(packed).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError("not a packed list of ids") from error
    return list(accumulate(int(d) for d in text.split(","))) if text else []


def seal(
    previous: bytes, first_id: int, last_id: int, sealed_at: datetime, entries: Iterable[tuple[int, bytes]]
) -> bytes:
    """Return the digest of a block: over the digest before it, its bounds, its time, and each entry's id and hash."""
    state = sha256(previous)
    state.update(f"|{first_id}|{last_id}|{instant(sealed_at)}|".encode())
    for id_, hash_ in entries:
        state.update(id_.to_bytes(8, "big"))
        state.update(hash_)
    return state.digest()
