"""Whoever holds the whole database in his hands and changes it is found, and what he changed is named."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction

from open95598.foundation.journal import anchors, chain, hooks, sealer, services
from open95598.foundation.journal.models import Block, Chained, Entry, Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.journal.verify import verify

from .conftest import superuser

pytestmark = pytest.mark.usefixtures("journal")


@pytest.fixture
def told(now):
    """Three cases' streams of four entries each, with personal content, in two blocks; one entry is not sealed."""
    for part in range(2):
        for case in (7, 8, 9):
            append_to_stream(
                f"notes/{case}",
                [
                    Draft(
                        Stream(), "", "case.noted", now + timedelta(minutes=part), 3, "王敏", case,
                        data={"part": part, "n": n}, personal={"phone": f"1380000{case}{n}"},
                    )
                    for n in range(2)
                ],
            )  # fmt: skip
        assert len(sealer.seal_once(now + timedelta(minutes=part))) == 1
    append_to_stream("notes/9", [Draft(Stream(), "", "case.noted", now, case_id=9)])
    report = verify()
    assert report.findings == []
    assert (report.entries, report.streams, report.blocks, report.unsealed, report.anchors) == (13, 3, 2, 1, 2)
    return now


def found(**kwargs) -> set[tuple[str, str]]:
    return {(finding.what, finding.where) for finding in verify(**kwargs).findings}


def test_a_changed_byte_in_a_body(told):
    with superuser() as cursor:
        cursor.execute("UPDATE journal_entry SET body = replace(body, '\"n\":1', '\"n\":2') WHERE id = 4")
        assert cursor.rowcount == 1
    assert found() == {("entry.changed", "entry 4")}
    assert found(case_id=8) == {("entry.changed", "entry 4")}
    assert found(case_id=7) == set()
    [finding] = verify().findings
    assert (finding.entry_id, finding.case_id) == (4, 8)
    assert "Entry 4 (case 8)" in finding.sentence


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'case.closed'", "actor_id = 5", "actor_id = NULL", "case_id = 7", "at = at + interval '1 second'",
        "prev = '\\x00'", "hash = sha256('x')", "seq = 9", "stream = 'notes/7'", "body = '{}'", "body = 'no json'",
        "body = '[]'", "id = 5000",
    ],
)  # fmt: skip
def test_a_changed_column(told, change):
    with superuser() as cursor:
        cursor.execute(f"UPDATE journal_entry SET {change} WHERE id = 4")
        assert cursor.rowcount == 1
    wrong = verify().findings
    assert wrong
    assert {4, 5000} & {finding.entry_id for finding in wrong if finding.what == "entry.changed"}


def test_changed_personal_content(told):
    with superuser() as cursor:
        cursor.execute("UPDATE journal_personal SET content = '13900000000' WHERE entry_id = 4")
    assert found() == {("personal.changed", "entry 4")}


def test_personal_content_removed_without_an_act(told):
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_personal WHERE entry_id IN (4, 5)")
    assert found() == {("personal.missing", "entry 4"), ("personal.missing", "entry 5")}
    assert found(case_id=8) == {("personal.missing", "entry 4")}


def test_personal_content_removed_by_erasure_leaves_the_journal_whole(told):
    assert services.erase_personal(told, case_id=8, reason="PIPL", actor_id=3, actor_name="王敏") == 4
    assert found() == set()
    assert found(case_id=8) == set()


def test_personal_content_that_was_slipped_in(told):
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO journal_personal VALUES (4, 'other', '', 'x'), (0, 'x', '', 'x'), (99, 'x', '', 'x')"
        )
    assert found() == {("personal.changed", "entry 4"), ("personal.stray", "entry 0"), ("personal.stray", "entry 99")}


def test_a_deleted_row(told):
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id = 3")
        cursor.execute("DELETE FROM journal_personal WHERE entry_id = 3")
    assert found() == {("chain.broken", "entry 4"), ("entry.missing", "block 1")}
    assert ("entry.missing", "block 1") in found(case_id=8)


def test_a_deleted_case_with_everything_that_knew_it(told):
    with superuser() as cursor:
        cursor.execute(
            "DELETE FROM journal_personal WHERE entry_id IN (SELECT id FROM journal_entry WHERE case_id = 8)"
        )
        cursor.execute("DELETE FROM journal_entry WHERE case_id = 8")
        cursor.execute("DELETE FROM journal_stream WHERE key = 'notes/8'")
    report = verify()
    assert {(f.what, f.where) for f in report.findings} == {("entry.missing", "block 1"), ("entry.missing", "block 2")}
    assert "3, 4" in report.findings[0].sentence
    assert found(case_id=8) == {("case.unknown", "case 8")}


def test_a_row_that_carries_a_head_was_deleted_alone(told, monkeypatch):
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_stream WHERE key = 'notes/8'")
    assert found() == {("row.missing", "notes/8")}
    assert found(case_id=8) == {("row.missing", "notes/8")}


def test_rows_of_other_rooms_are_looked_for_through_the_hook(told, monkeypatch):
    """People carry their own heads; the check of the people room stands here for every room that registers one."""
    from open95598.foundation.people.models import Person
    from open95598.foundation.units.models import Unit

    monkeypatch.setitem(hooks.existence_checks, "person", Person)
    unit = Unit.objects.create(code="HQ", name="总部", level="headquarters")
    person = Person.objects.create(username="wang", name="王敏", unit=unit)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        services.append([Draft(person, f"person/{person.pk}", "person.hired", told)])
        person.save()
    assert found() == set()
    key = person.pk
    with superuser() as cursor:
        cursor.execute("UPDATE people_person SET journal_seq = 2 WHERE id = %s", [key])
    assert found() == {("chain.cut", f"person/{key}")}
    with superuser() as cursor:
        cursor.execute("DELETE FROM people_person")
    assert found() == {("row.missing", f"person/{key}")}


def rewrite_case_8() -> None:
    """Rewrite the whole chain of case 8 and its head, so that every hash and link fits again."""
    with superuser() as cursor:
        prev = b""
        for entry in Entry.objects.filter(stream="notes/8").order_by("seq"):
            body = json.loads(entry.body)
            body["actor"] = [3, "李强"]
            text = chain.canonical(body)
            hash_ = chain.link(prev, text)
            cursor.execute(
                "UPDATE journal_entry SET body=%s, prev=%s, hash=%s WHERE id=%s", [text, prev, hash_, entry.id]
            )
            prev = hash_
        cursor.execute("UPDATE journal_stream SET journal_head = %s WHERE key = 'notes/8'", [prev])


def test_a_history_rewritten_with_fitting_hashes_is_found_by_the_seals(told):
    rewrite_case_8()
    assert found() == {("block.forged", "block 1"), ("block.forged", "block 2")}
    assert found(case_id=8) == {("block.forged", "block 1"), ("block.forged", "block 2")}


def test_a_history_rewritten_with_fitting_seals_is_found_by_the_anchor(told, tmp_path):
    rewrite_case_8()
    with superuser() as cursor:
        previous = b""
        for block in Block.objects.order_by("id"):
            ids = chain.unpack(bytes(block.members))
            entries = [(e.id, bytes(e.hash)) for e in Entry.objects.filter(id__in=ids).order_by("id")]
            digest = chain.seal(previous, block.first_id, block.last_id, block.sealed_at, entries)
            cursor.execute("UPDATE journal_block SET previous=%s, digest=%s WHERE id=%s", [previous, digest, block.id])
            previous = digest
    assert found() == {("anchor.differs", "block 1"), ("anchor.differs", "block 2")}
    assert found(anchor_files=[]) == set()


def test_a_row_slipped_into_a_sealed_block(told):
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id = 13")
        cursor.execute("DELETE FROM journal_stream WHERE key = 'notes/9'")
        cursor.execute("ALTER SEQUENCE journal_entry_id_seq RESTART 14")
        cursor.execute("UPDATE journal_block SET last_id = last_id + 100 WHERE id = 2")
    assert ("block.forged", "block 2") in found()


def test_an_entry_added_below_the_last_seal(told):
    body = chain.body_of(
        entry_id=2_000,
        stream="x",
        seq=1,
        kind="k",
        at=told,
        actor_id=None,
        actor_name="",
        case_id=None,
        data={},
        personal={},
    )
    with superuser() as cursor:
        cursor.execute("SELECT setval('journal_entry_id_seq', 3000)")
    append_to_stream("notes/9", [Draft(Stream(), "", "case.noted", told, case_id=9)])
    assert len(sealer.seal_once(told)) == 1
    hash_ = chain.link(b"", body)
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry VALUES (2000, %s, 'x', 1, 'k', NULL, NULL, %s, '', %s)", [told, body, hash_]
        )
        cursor.execute("INSERT INTO journal_stream VALUES ('x', 1, %s)", [hash_])
    assert found() == {("entry.added", "block 3")}


def test_a_tail_cut_off_with_its_seals_is_found_by_the_anchor_only(told):
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_block WHERE id = 2")
        cursor.execute("DELETE FROM journal_personal WHERE entry_id > 6")
        cursor.execute("DELETE FROM journal_entry WHERE id > 6")
        cursor.execute(
            "UPDATE journal_stream s SET journal_seq = 2, journal_head ="
            " (SELECT hash FROM journal_entry e WHERE e.stream = s.key AND seq = 2)"
        )
    assert found(anchor_files=[]) == set()
    assert found() == {("tail.cut", "block 2")}


def test_a_cut_end_of_one_stream_is_found_by_its_head(told):
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id = 13")
    assert found() == {("chain.cut", "notes/9")}


def test_a_removed_or_unreadable_block(told):
    with superuser() as cursor:
        cursor.execute("UPDATE journal_block SET members = 'x' WHERE id = 2")
    assert found() == {("block.changed", "block 2")}
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_block WHERE id = 1")
    assert {("block.broken", "block 2"), ("anchor.differs", "block 1"), ("tail.cut", "block 1")} & found()


def test_anchors_can_be_written_to_a_second_place_and_are_appended_only(told, tmp_path, monkeypatch):
    second = tmp_path / "other disk"
    monkeypatch.setenv("OPEN95598_ANCHORS", str(second))
    before = anchors.files()[0].read_text()
    assert len(sealer.seal_once(told)) == 1
    assert anchors.files()[0].read_text().startswith(before)
    assert [a.block for a in anchors.read(second / anchors.NAME)] == [3]
    (second / anchors.NAME).write_text("nonsense\n")
    with pytest.raises(ValueError, match="line 1"):
        verify()


def test_a_chained_model_is_what_the_hook_takes():
    assert issubclass(Stream, Chained)
