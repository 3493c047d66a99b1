"""Orders that the services registered, and somebody with the database in his hands: what he did is found and named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.models import Case
from open95598.foundation.journal import sealer
from open95598.foundation.journal.models import Entry
from open95598.foundation.journal.verify import verify
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

from .conftest import superuser

pytestmark = pytest.mark.usefixtures("journal")


@pytest.fixture
def orders(clock: Any) -> list[WorkOrder]:
    """Three faults, accepted and noted upon, sealed in two blocks."""
    world = worlds.small()
    agent = world.actor("agent", "P1", clock.now())
    handler = world.actor("handler", "X11", clock.now())
    made = [services.register(agent, worlds.fault(), clock.now()) for _ in range(3)]
    assert sealer.seal_once(clock.now())
    for order in made:
        clock.advance(timedelta(minutes=1))
        casework.perform(order.case_id, "accept", handler, clock.now())
        casework.perform(order.case_id, "send_crew", handler, clock.now())
        casework.perform(order.case_id, "note", agent, clock.now(), data={"text": "客户来电补充：楼下有异响"})
    assert sealer.seal_once(clock.now())
    report = verify()
    assert report.whole and report.unsealed == 0
    return made


def entries(order: WorkOrder, kind: str = "") -> list[int]:
    found = Entry.objects.filter(case_id=order.case_id).order_by("id")
    return list((found.filter(kind=kind) if kind else found).values_list("id", flat=True))


def found(**kwargs: Any) -> set[tuple[str, str]]:
    return {(finding.what, finding.where) for finding in verify(**kwargs).findings}


def forget(order: WorkOrder) -> None:
    """Delete a case and everything that hangs on it, as its rows allow."""
    from django.apps import apps

    with superuser() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if field.related_model in (Case, WorkOrder) and model not in (Case, WorkOrder) and model._meta.managed:
                    cursor.execute(f'DELETE FROM {model._meta.db_table} WHERE "{field.column}" = %s', [order.case_id])
        cursor.execute("DELETE FROM workorders_workorder WHERE case_id = %s", [order.case_id])
        cursor.execute("DELETE FROM casework_case WHERE id = %s", [order.case_id])


def test_a_changed_byte_of_an_answer_given_long_ago(orders: list[WorkOrder]) -> None:
    victim, other, _third = orders
    [accepted] = entries(victim, "case.accept")
    with superuser() as cursor:
        cursor.execute(
            "UPDATE journal_entry SET body = replace(body, 'accepted', 'acceptee') WHERE id = %s", [accepted]
        )
        assert cursor.rowcount == 1
    assert found() == {("entry.changed", f"entry {accepted}")}
    [finding] = verify().findings
    assert (finding.entry_id, finding.case_id) == (accepted, victim.case_id)
    assert found(case_id=other.case_id) == set()


def test_a_changed_word_of_the_customer(orders: list[WorkOrder]) -> None:
    victim = orders[1]
    [noted] = entries(victim, "case.note")
    with superuser() as cursor:
        cursor.execute(
            "UPDATE journal_personal SET content = replace(content, '异响', '安静') WHERE entry_id = %s", [noted]
        )
        assert cursor.rowcount == 1
    assert found() == {("personal.changed", f"entry {noted}")}


def test_a_deleted_row_in_the_middle(orders: list[WorkOrder]) -> None:
    victim = orders[1]
    [accepted] = entries(victim, "case.accept")
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_personal WHERE entry_id = %s", [accepted])
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [accepted])
    wrong = verify().findings
    assert ("entry.missing", "block 2") in {(f.what, f.where) for f in wrong}
    assert any(str(accepted) in f.sentence for f in wrong if f.what == "entry.missing")
    assert "chain.broken" in {f.what for f in wrong}
    assert found(case_id=victim.case_id) and not found(case_id=orders[0].case_id) - {("entry.missing", "block 2")}


def test_a_deleted_case_whose_story_is_left(orders: list[WorkOrder]) -> None:
    victim = orders[2]
    forget(victim)
    assert not WorkOrder.objects.system("test").filter(pk=victim.pk).exists()
    assert ("row.missing", f"case/{victim.case_id}") in found()
    assert ("row.missing", f"case/{victim.case_id}") in found(case_id=victim.case_id)


def test_a_deleted_case_with_its_whole_story(orders: list[WorkOrder]) -> None:
    victim, gone = orders[0], entries(orders[0])
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_personal WHERE entry_id = ANY(%s)", [gone])
        cursor.execute("DELETE FROM journal_entry WHERE id = ANY(%s)", [gone])
        cursor.execute("DELETE FROM journal_stream WHERE key LIKE %s", [f"case/{victim.case_id}/%"])
    forget(victim)
    wrong = verify().findings
    assert {"entry.missing"} == {f.what for f in wrong}
    assert {f.where for f in wrong} == {"block 1", "block 2"}
    named = " ".join(f.sentence for f in wrong)
    assert all(str(entry) in named for entry in gone[:2])
    assert found(case_id=victim.case_id) == {("case.unknown", f"case {victim.case_id}")}


def test_the_end_of_a_cases_story_cut_off_and_the_case_put_back(orders: list[WorkOrder]) -> None:
    """He makes the acceptance undone: the entries are gone, and the case's row says what it said before."""
    victim = orders[1]
    first, *later = Entry.objects.filter(stream=f"case/{victim.case_id}").order_by("seq")
    assert later
    with superuser() as cursor:
        ids = [entry.id for entry in later]
        cursor.execute("DELETE FROM journal_personal WHERE entry_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM journal_entry WHERE id = ANY(%s)", [ids])
        cursor.execute(
            "UPDATE casework_case SET state = 'dispatched', journal_seq = %s, journal_head = %s WHERE id = %s",
            [first.seq, bytes(first.hash), victim.case_id],
        )
    assert ("entry.missing", "block 2") in found()
    named = " ".join(f.sentence for f in verify().findings)
    assert str(ids[-1]) in named


def test_the_whole_tail_cut_off_with_its_seal_is_known_to_the_anchor(orders: list[WorkOrder]) -> None:
    with transaction.atomic(), superuser() as cursor:
        cursor.execute("SELECT last_id FROM journal_block ORDER BY id LIMIT 1")
        [last] = cursor.fetchone()
        cursor.execute("DELETE FROM journal_block WHERE last_id > %s", [last])
        cursor.execute("DELETE FROM journal_personal WHERE entry_id > %s", [last])
        cursor.execute("DELETE FROM journal_entry WHERE id > %s", [last])
        for table, name in (("casework_case", "'case/' || h.id"), ("journal_stream", "h.key")):
            # every head says again what it said then; streams that began later are gone
            cursor.execute(
                f"UPDATE {table} h SET journal_seq = e.seq, journal_head = e.hash FROM"
                " (SELECT DISTINCT ON (stream) stream, seq, hash FROM journal_entry ORDER BY stream, seq DESC) e"
                f" WHERE e.stream = {name}"
            )
        cursor.execute("DELETE FROM journal_stream WHERE key NOT IN (SELECT stream FROM journal_entry)")
    assert found(anchor_files=[]) == set(), "inside the database nothing is left to see"
    assert found() == {("tail.cut", "block 2")}
