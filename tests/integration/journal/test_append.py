"""Appending: one statement, chained heads, nothing that can be changed afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from open95598.foundation import partitions
from open95598.foundation.journal import chain, queries, services
from open95598.foundation.journal.models import ENTRIES, Entry, Personal, Stream
from open95598.foundation.journal.services import Draft, append, append_to_stream

pytestmark = pytest.mark.usefixtures("journal")


def note(head, now, stream="case/7", **more):
    return Draft(head=head, stream=stream, kind="case.noted", at=now, actor_id=3, actor_name="王敏", case_id=7, **more)


def rows_of(stream: str) -> list[chain.Row]:
    fields = ("id", "at", "stream", "seq", "kind", "actor_id", "case_id", "body", "prev", "hash")
    return [
        chain.Row(*values[:8], bytes(values[8]), bytes(values[9]))
        for values in Entry.objects.filter(stream=stream).order_by("seq").values_list(*fields)
    ]


def test_many_drafts_of_several_heads_chain_and_advance_their_heads(now):
    one, two = Stream(key="case/7"), Stream(key="case/8")
    with transaction.atomic():
        ids = append([note(one, now), note(two, now, stream="case/8"), note(one, now, data={"money": Decimal("1.10")})])
    assert ids == sorted(set(ids))
    assert (one.journal_seq, two.journal_seq) == (2, 1)
    rows = rows_of("case/7")
    assert list(chain.sequence_faults(rows)) == []
    assert rows[-1].hash == one.journal_head
    assert orjson.loads(rows[-1].body)["data"] == {"money": "1.10"}
    assert orjson.loads(rows[-1].body)["actor"] == [3, "王敏"]
    with transaction.atomic():
        append([note(one, now)])
    assert list(chain.sequence_faults(rows_of("case/7"))) == []


def test_a_stream_without_a_row_of_its_own_gets_one(now):
    append_to_stream("rulebook", [note(Stream(), now), note(Stream(), now)])
    append_to_stream("rulebook", [note(Stream(), now)])
    rows = rows_of("rulebook")
    assert [row.seq for row in rows] == [1, 2, 3]
    assert list(chain.sequence_faults(rows)) == []
    assert bytes(Stream.objects.get(key="rulebook").journal_head) == rows[-1].hash


def test_heads_do_not_move_when_nothing_was_written(now):
    head = Stream(key="case/7")
    with pytest.raises(TypeError):
        append([note(head, now), note(head, now, data={"x": object()})])
    with pytest.raises(TypeError):
        append([note(head, datetime(2026, 1, 1))])  # noqa: DTZ001
    with pytest.raises(ValueError, match="one head"):
        append([note(head, now), note(Stream(key="case/7"), now)])
    with pytest.raises(ValueError, match="one head"):
        append([note(head, now), note(head, now, stream="case/8")])
    assert (head.journal_seq, head.journal_head) == (0, b"")
    assert append([]) == []


@pytest.mark.parametrize("hostile", ["\x00", "‮反", "';--", "{{7*7}}", "😀", "\\u0000", "a\tb\nc"])
def test_hostile_text_is_kept_as_it_was(now, hostile):
    head = Stream(key="case/7")
    append([note(head, now, data={"text": hostile}, personal={"phone": hostile})])
    [told] = queries.timeline(7, reveal=True)
    assert told.data["text"] == hostile
    assert told.personal["phone"] == hostile.replace("\x00", "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET kind = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "TRUNCATE journal_entry_default",
        "TRUNCATE journal_entry_202603",
        "DELETE FROM journal_entry_202603",
        "UPDATE journal_personal SET content = ''",
        "TRUNCATE journal_personal",
        "TRUNCATE journal_block",
    ],
)
def test_the_database_refuses_to_change_what_was_written(now, statement):
    partitions.ensure(ENTRIES, now, now)
    append([note(Stream(key="case/7"), now, personal={"phone": "13800001234"})])
    assert Entry.objects.count() == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_partitions_are_made_once_by_utc_month_and_rows_without_one_are_kept(now):
    far = datetime(2031, 12, 31, 23, tzinfo=UTC)
    made = partitions.ensure(ENTRIES, far, far + timedelta(hours=2))
    assert made in (["journal_entry_203112", "journal_entry_203201"], [])
    assert partitions.ensure(ENTRIES, far, far + timedelta(hours=2)) == []
    append(
        [note(Stream(key="case/7"), far), note(Stream(key="case/9"), datetime(1999, 1, 1, tzinfo=UTC), stream="case/9")]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM journal_entry ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == ["journal_entry_203112", "journal_entry_default"]
    # what lies in the default partition stays there: nothing fails, nothing moves
    assert partitions.ensure(ENTRIES, datetime(1999, 1, 2, tzinfo=UTC), datetime(1999, 1, 2, tzinfo=UTC)) == []


def test_the_timeline_pages_backwards_and_hides_what_may_not_be_seen(now):
    head = Stream(key="case/7")
    ids = append([note(head, now, data={"n": n}, personal={"phone": "13800001234"}) for n in range(5)])
    first = queries.timeline(7, reveal=False, limit=3)
    assert [told.data["n"] for told in first] == [4, 3, 2]
    assert [told.data["n"] for told in queries.timeline(7, reveal=False, before=first[-1].id)] == [1, 0]
    assert first[0].personal == {"phone": None}
    assert queries.timeline(7, reveal=True, limit=1)[0].personal == {"phone": "13800001234"}
    assert "138" not in Entry.objects.get(id=ids[0]).body
    assert queries.timeline(8, reveal=True) == []


def test_erasure_takes_the_content_and_tells_of_itself(now):
    head = Stream(key="case/7")
    ids = append([note(head, now, personal={"phone": "1", "name": "王"}), note(head, now, personal={"phone": "2"})])
    who = {"reason": "customer's request", "actor_id": 3, "actor_name": "王敏"}
    assert services.erase_personal(now, entry_ids=[ids[0]], **who) == 2
    assert services.erase_personal(now, case_id=7, **who) == 1
    assert services.erase_personal(now, case_id=7, **who) == 0
    assert Personal.objects.count() == 0
    acts = queries.audit(kind="personal.erased")
    assert [act.data["entries"] for act in acts] == [[ids[1]], [ids[0]]]
    told = [t for t in queries.timeline(7, reveal=True) if t.kind == "case.noted"]
    assert [(t.personal, t.erased) for t in told] == [({}, {"phone"}), ({}, {"phone", "name"})]
    with pytest.raises(ValueError, match="name the"):
        services.erase_personal(now, **who)


def test_the_audit_list_filters(now):
    append_to_stream("a", [note(Stream(), now)])
    append_to_stream("b", [Draft(Stream(), "b", "person.hired", now + timedelta(days=1), actor_id=4)])
    assert [t.stream for t in queries.audit()] == ["b", "a"]
    assert [t.stream for t in queries.audit(kind="case")] == ["a"]
    assert [t.stream for t in queries.audit(kind="cas")] == []
    assert [t.stream for t in queries.audit(actor_id=4)] == ["b"]
    assert [t.stream for t in queries.audit(case_id=7)] == ["a"]
    assert [t.stream for t in queries.audit(end=now + timedelta(hours=1))] == ["a"]
    assert [t.stream for t in queries.audit(start=now + timedelta(hours=1))] == ["b"]
