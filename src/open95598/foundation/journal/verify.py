"""Holds the whole journal, or one case, against its hashes, seals, anchors and the rows it speaks of.

Everything is read in one snapshot, streaming, in the order of ids; memory grows with the number of streams only.
What each check is for: hash → a changed byte; chain → a removed or inserted row; seal → rows rewritten consistently,
rows or cases removed with everything that knew them; anchor → a tail cut off together with its seals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from open95598.foundation.journal import anchors, chain, hooks
from open95598.foundation.journal.models import Chained, Stream

ERASED = "personal.erased"
_ENTRIES = sql.SQL(
    "SELECT id, at, stream, seq, kind, actor_id, case_id, body, prev, hash FROM journal_entry {} ORDER BY id, at"
)
_FETCH = 2000
#: where a stream ends that has no entries
_NO_END = (0, b"")
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: ``what`` (a fixed word), ``where`` (entry, block, stream, row), and a sentence."""

    what: str
    where: str
    sentence: str
    entry_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """When the whole journal was verified, how many entries it had, how many findings there were."""

    at: datetime
    entries: int
    findings: int


@dataclass
class Report:
    """What was looked at and what was found."""

    entries: int = 0
    streams: int = 0
    blocks: int = 0
    anchors: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings

    def add(self, what: str, where: str, sentence: str, **ids: int | None) -> None:
        """Note a finding."""
        self.findings.append(Finding(what, where, sentence, **ids))


def verify(
    *,
    case_id: int | None = None,
    anchor_files: list[Path] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Verify everything, or the entries of one case (their hashes, chains and seals), and return what was found.

    ``anchor_files``: default those of this installation. ``progress`` is called with the number of entries done.
    Must not run inside a transaction. ``ValueError`` when an anchor file cannot be read.
    """
    report = Report()
    known = [anchor for path in anchors.existing() if anchor_files is None for anchor in anchors.read(path)]
    known += [anchor for path in anchor_files or () for anchor in anchors.read(path)]
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL work_mem = '64MB'")
        streams = _streams_of(case_id) if case_id is not None else None
        walk = _Walk(report, streams)
        for row in _rows(streams):
            walk.entry(row)
            if report.entries % _FETCH == 0:
                progress(report.entries)
        walk.end()
        progress(report.entries)
        if streams is None:
            walk.check_heads()
        elif not streams:
            report.add("case.unknown", f"case {case_id}", f"Case {case_id}: no entries.", case_id=case_id)
        else:
            walk.check_ends()
        _check_anchors(report, known)
    return report


def remember(report: Report, now: datetime, *, case_id: int | None) -> None:
    """Keep the outcome of a verification of everything (``HOME/run/journal-verified.json``) for the page to show."""
    if case_id is not None:
        return
    path = _remembered()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(orjson.dumps({"at": now, "entries": report.entries, "findings": len(report.findings)}))
    fresh.replace(path)


def last_verification() -> Verified | None:
    """Return when the whole journal was last verified on this installation, and how it went."""
    try:
        said = orjson.loads(_remembered().read_bytes())
        return Verified(datetime.fromisoformat(said["at"]), said["entries"], said["findings"])
    except (FileNotFoundError, orjson.JSONDecodeError, KeyError):
        return None


def forget() -> None:
    """Forget the last verification: the journal that it was about is gone."""
    _remembered().unlink(missing_ok=True)


def _remembered() -> Path:
    return Path(settings.HOME) / "run" / "journal-verified.json"


class _Walk:
    """One pass over the entries by id, with the seals and the personal content running beside it."""

    def __init__(self, report: Report, streams: list[str] | None) -> None:
        self._report = report
        self._streams = streams
        self._ends: dict[str, tuple[int, bytes]] = {}
        self._gone: dict[int, int | None] = {}  # entries whose personal content is gone → their case
        self._erased: set[int] = set()
        self._personal = _personal(streams)
        self._next_personal = next(self._personal, None)
        self._seals = _Seals(report, streams)

    def entry(self, values: tuple[Any, ...]) -> None:
        """Check one row against itself, its stream, its seal and its personal content."""
        row = chain.Row(*values)
        self._report.entries += 1
        said = _parsed(row.body)
        for fault in chain.row_faults(row, said):
            self._say("entry.changed", row, f"its {fault} is not what was written")
        before = self._ends.get(row.stream, _NO_END)
        if row.seq != before[0] + 1 or row.prev != before[1]:
            self._say("chain.broken", row, f"it is no. {row.seq} of {row.stream} and does not follow no. {before[0]}")
        self._ends[row.stream] = (row.seq, row.hash)
        self._seals.entry(row)
        if row.kind == ERASED:
            self._erased.update(said["data"].get("entries", ()))
        if said["personal"] or (self._next_personal is not None and self._next_personal[0] <= row.id):
            self._check_personal(row, said["personal"])

    def end(self) -> None:
        """Close the pass: what is left over in seals and personal content, and what was erased with an act."""
        self._seals.end()
        report = self._report
        report.streams = len(self._ends)
        while self._next_personal is not None:
            id_ = self._next_personal[0]
            report.add("personal.stray", f"entry {id_}", f"Personal content of entry {id_}, which is missing.")
            self._next_personal = next(self._personal, None)
        if self._gone and self._streams is not None:
            self._erased |= _erased_ids()
        for id_, case_id in self._gone.items():
            if id_ not in self._erased:
                report.add(
                    "personal.missing", f"entry {id_}",
                    f"Entry {id_}: personal content is gone and no erasure was journalled.",
                    entry_id=id_, case_id=case_id,
                )  # fmt: skip

    def check_heads(self) -> None:
        """Compare where every stream ends with the row that carries its head, in both directions."""
        for stream, promised, head in _heads():
            seq, hash_ = self._ends.pop(stream, _NO_END)
            if (seq, hash_) == (promised, head) or promised == seq == 0:
                continue
            if seq < promised:
                sentence = f"{stream}: entries after no. {seq} are missing, {promised} were written."
                self._report.add("chain.cut", stream, sentence, **_last_of(stream))
            else:
                sentence = f"{stream}: its head is not its last entry, no. {seq}."
                self._report.add("head.changed", stream, sentence, **_last_of(stream))
        for stream in self._ends:
            sentence = f"{stream}: the journal tells of it, but its row is missing."
            self._report.add("row.missing", stream, sentence, **_last_of(stream))

    def check_ends(self) -> None:
        """Compare where the streams of one case end with the rows that carry their heads."""
        for stream, end in self._ends.items():
            prefix, _, key = stream.partition("/")
            # ``case/12`` ends at the case's row; ``case/12/notes`` is a stream of its own
            model: type[Chained] | None = hooks.keepers().get(prefix) if key.isdecimal() else None
            keepers: Any = (model or Stream)._base_manager
            rows = keepers.filter(pk=key if model else stream)
            head = rows.values_list("journal_seq", "journal_head").first()
            if head is None:
                self._report.add("row.missing", stream, f"{stream}: the journal tells of it, but its row is missing.")
            elif (head[0], bytes(head[1])) != end:
                self._report.add("chain.cut", stream, f"{stream}: ends at no. {end[0]}, no. {head[0]} was written.")

    def _check_personal(self, row: chain.Row, promised: dict[str, str]) -> None:
        held: dict[str, str] = {}
        while self._next_personal is not None and self._next_personal[0] <= row.id:
            id_, name, salt, content = self._next_personal
            if id_ < row.id:
                self._report.add(
                    "personal.stray", f"entry {id_}", f"Personal content of entry {id_}, which is missing."
                )
            else:
                held[name] = chain.commitment(bytes(salt), content)
            self._next_personal = next(self._personal, None)
        for name, commitment in held.items():
            if promised.get(name) != commitment:
                self._say("personal.changed", row, f"its personal content “{name}” is not what was written")
        if promised.keys() - held.keys():
            self._gone[row.id] = row.case_id

    def _say(self, what: str, row: chain.Row, why: str) -> None:
        case = f" (case {row.case_id})" if row.case_id is not None else ""
        self._report.add(what, f"entry {row.id}", f"Entry {row.id}{case}: {why}.", entry_id=row.id, case_id=row.case_id)


class _Seals:
    """The blocks, beside the entries. For one case, only the blocks that hold its entries are opened."""

    def __init__(self, report: Report, streams: list[str] | None) -> None:
        self._report = report
        self._whole = streams is None
        self._blocks = _blocks()
        self._digest, self._covered, self._number = b"", 0, 0
        self._entries: list[tuple[int, bytes]] = []
        self._block = next(self._blocks, None)

    def entry(self, row: chain.Row) -> None:
        """Put an entry into its block, closing the blocks that end before it."""
        while self._block is not None and row.id > self._block[2]:
            self._close(self._block)
        if self._block is None:
            self._report.unsealed += 1
        else:
            self._entries.append((row.id, row.hash))

    def end(self) -> None:
        """Close the blocks that are left."""
        while self._block is not None:
            self._close(self._block)

    def _close(self, block: tuple[Any, ...]) -> None:
        number, first_id, last_id, _, _, previous, digest, _ = block
        self._report.blocks += 1
        if number != self._number + 1 or first_id != self._covered + 1 or bytes(previous) != self._digest:
            self._say("block.broken", number, f"does not follow block {self._number}: blocks are missing or changed")
        self._number, self._covered, self._digest = number, last_id, bytes(digest)
        if self._whole:
            self._open(block, self._entries)
        elif self._entries:
            self._open(block, _sealed_range(first_id, last_id))
        self._entries = []
        self._block = next(self._blocks, None)

    def _open(self, block: tuple[Any, ...], entries: list[tuple[int, bytes]]) -> None:
        number, first_id, last_id, count, members, previous, digest, sealed_at = block
        try:
            sealed = chain.unpack(bytes(members))
        except ValueError:
            self._say("block.changed", number, "the list of its entries is unreadable")
            return
        found = [id_ for id_, _ in entries]
        if missing := sorted(set(sealed).difference(found)):
            self._say("entry.missing", number, f"{_some(missing)} missing", missing[0])
        if added := sorted(set(found).difference(sealed)):
            self._say("entry.added", number, f"{_some(added)} added after sealing", added[0])
        right = chain.seal(bytes(previous), first_id, last_id, sealed_at, entries)
        if found == sealed and (count != len(sealed) or right != bytes(digest)):
            self._say(
                "block.forged", number,
                f"entries {first_id}–{last_id} are not those that were sealed: rows or the seal were rewritten",
            )  # fmt: skip

    def _say(self, what: str, number: int, why: str, entry_id: int | None = None) -> None:
        self._report.add(what, f"block {number}", f"Block {number}: {why}.", entry_id=entry_id)


def _parsed(body: str) -> dict[str, Any]:
    """Return what a body says; a body of another shape, which is found by its hash, counts as saying nothing."""
    try:
        said = orjson.loads(body)
        if isinstance(said["data"], dict) and isinstance(said["personal"], dict):
            return said
    except (orjson.JSONDecodeError, KeyError, TypeError):
        pass
    return {"data": {}, "personal": {}}


def _some(ids: list[int]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"{'entry' if len(ids) == 1 else 'entries'} {', '.join(map(str, ids[:_NAMED]))}{more}"


def _heads() -> Iterator[tuple[str, int, bytes]]:
    """Yield (stream, seq, hash) of every row that carries the head of a stream."""
    tables = set(connection.introspection.table_names())  # of a table that is gone, every entry says "row.missing"
    heads: list[sql.Composable] = [sql.SQL("SELECT key::text, journal_seq, journal_head FROM journal_stream")]
    heads += [
        sql.SQL("SELECT {} || id, journal_seq, journal_head FROM {}").format(
            sql.Literal(f"{prefix}/"),
            sql.Identifier(model._meta.db_table),
        )
        for prefix, model in hooks.keepers().items()
        if model._meta.db_table in tables
    ]
    return _stream(sql.SQL(" UNION ALL ").join(heads))


def _last_of(stream: str) -> dict[str, int | None]:
    """Return the ids that a finding about a stream names: of its last entry and that entry's case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, case_id FROM journal_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1", [stream])
        return dict(zip(("entry_id", "case_id"), cursor.fetchone() or (None, None), strict=True))


def _check_anchors(report: Report, known: list[anchors.Anchor]) -> None:
    report.anchors = len(known)
    with connection.cursor() as cursor:
        for anchor in known:
            cursor.execute("SELECT last_id, digest FROM journal_block WHERE id = %s", [anchor.block])
            row = cursor.fetchone()
            if row is None:
                sentence = f"Block {anchor.block}, anchored at {anchor.sealed_at}, is missing: the tail was cut off."
                report.add("tail.cut", f"block {anchor.block}", sentence)
            elif (row[0], bytes(row[1]).hex()) != (anchor.last_id, anchor.digest):
                sentence = f"Block {anchor.block} is not the one that was anchored at {anchor.sealed_at}."
                report.add("anchor.differs", f"block {anchor.block}", sentence)


def _streams_of(case_id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT stream FROM journal_entry WHERE case_id = %s", [case_id])
        return [stream for (stream,) in cursor.fetchall()]


def _sealed_range(first_id: int, last_id: int) -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, hash FROM journal_entry WHERE id BETWEEN %s AND %s ORDER BY id", [first_id, last_id])
        return [(id_, bytes(hash_)) for id_, hash_ in cursor.fetchall()]


def _erased_ids() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM journal_entry WHERE kind = %s", [ERASED])
        return {id_ for (body,) in cursor.fetchall() for id_ in orjson.loads(body)["data"]["entries"]}


def _rows(streams: list[str] | None) -> Iterator[tuple[Any, ...]]:
    if streams is None:
        return _stream(_ENTRIES.format(sql.SQL("")))
    return _stream(_ENTRIES.format(sql.SQL("WHERE stream = ANY(%s)")), [streams])


def _personal(streams: list[str] | None) -> Iterator[tuple[Any, ...]]:
    if streams is None:
        return _stream(sql.SQL("SELECT entry_id, name, salt, content FROM journal_personal ORDER BY entry_id"))
    return _stream(
        sql.SQL(
            "SELECT entry_id, name, salt, content FROM journal_personal"
            " WHERE entry_id IN (SELECT id FROM journal_entry WHERE stream = ANY(%s)) ORDER BY entry_id"
        ),
        [streams],
    )


def _blocks() -> Iterator[tuple[Any, ...]]:
    return _stream(
        sql.SQL(
            "SELECT id, first_id, last_id, count, members, previous, digest, sealed_at FROM journal_block ORDER BY id"
        ),
        fetch=20,
    )


def _stream(query: Any, params: list[Any] | None = None, fetch: int = _FETCH) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query through a cursor on the server, in binary, within the running transaction."""
    connection.ensure_connection()
    with connection.connection.cursor(name=f"journal_{next(_names)}", binary=True) as cursor:
        cursor.execute(query, params)
        while rows := cursor.fetchmany(fetch):
            yield from rows


_names = iter(range(1 << 62))
