"""Nothing slips between two blocks, whatever the order in which writers get ids and commit."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time

import pytest
from django.db import connection, transaction

from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.journal import anchors, chain, hooks, sealer
from open95598.foundation.journal.models import Block, Entry, Stream
from open95598.foundation.journal.services import Draft, append, append_to_stream
from open95598.foundation.journal.verify import verify
from open95598.foundation.notices.models import Message

pytestmark = pytest.mark.usefixtures("journal")


def members() -> list[int]:
    return [id_ for block in Block.objects.order_by("id") for id_ in chain.unpack(bytes(block.members))]


def in_thread(work):
    def wrapped():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=wrapped)
    thread.start()
    return thread


def test_an_entry_whose_writer_is_slow_is_waited_for(now):
    wrote, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            append_to_stream("slow", [Draft(Stream(), "", "k", now)])
            wrote.set()
            may_commit.wait(60)

    thread = in_thread(slow)
    assert wrote.wait(60)
    append_to_stream("quick", [Draft(Stream(), "", "k", now)])
    assert Entry.objects.count() == 1
    assert sealer.seal_once(now, patience=0.2) == []
    may_commit.set()
    thread.join()
    [block] = sealer.seal_once(now)
    assert (block.first_id, block.last_id, block.count) == (1, 2, 2)
    assert verify().whole


def test_a_writer_that_has_its_ids_and_has_not_written_yet_is_waited_for(now, monkeypatch):
    """The gap between taking ids and inserting: it is the transaction's number that the sealer sees."""
    from open95598.foundation.journal import services

    has_ids, may_write = threading.Event(), threading.Event()
    compose = services._compose

    def slowly(drafts, ids):
        has_ids.set()
        may_write.wait(60)
        return compose(drafts, ids)

    def write():
        with transaction.atomic():
            append([Draft(Stream(key="a"), "a", "k", now)])

    monkeypatch.setattr(services, "_compose", slowly)
    thread = in_thread(write)
    assert has_ids.wait(60)
    assert sealer.seal_once(now, patience=0.2) == []
    may_write.set()
    thread.join()
    assert [block.count for block in sealer.seal_once(now)] == [1]


def test_ids_that_were_rolled_back_are_absent(now):
    append_to_stream("a", [Draft(Stream(), "", "k", now)])
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the rollback is the point
        append_to_stream("a", [Draft(Stream(), "", "k", now)])
        raise RuntimeError
    append_to_stream("a", [Draft(Stream(), "", "k", now)])
    [block] = sealer.seal_once(now)
    assert (block.last_id, chain.unpack(bytes(block.members))) == (3, [1, 3])
    assert sealer.seal_once(now) == []
    assert verify().whole


def test_a_long_way_is_sealed_in_several_blocks(now, monkeypatch):
    monkeypatch.setattr(sealer, "BLOCK_IDS", 10)
    append_to_stream("a", [Draft(Stream(), "", "k", now) for _ in range(35)])
    blocks = sealer.seal_once(now)
    assert [(block.first_id, block.last_id) for block in blocks] == [(1, 10), (11, 20), (21, 30), (31, 35)]
    assert [json.loads(line)["block"] for line in anchors.files()[0].read_text().splitlines()] == [4]
    assert verify().whole


def test_two_sealers_at_once_make_one_chain(now):
    append_to_stream("a", [Draft(Stream(), "", "k", now) for _ in range(20)])
    threads = [in_thread(lambda: sealer.seal_once(now)) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert members() == list(range(1, 21))
    assert verify().whole


def test_hearers_are_told_of_an_anchor_and_the_age_of_what_is_not_sealed(now, clock, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "anchored", [lambda block, at: told.append((block.id, at))])
    assert sealer.unsealed_age(now) == 0.0
    append_to_stream("a", [Draft(Stream(), "", "k", now)])
    from datetime import timedelta

    assert sealer.unsealed_age(now + timedelta(seconds=9)) == 9.0
    rounds = sealer.Sealer()
    until = time.monotonic() + 60
    while not told and time.monotonic() < until:
        rounds.round(now)
    assert told == [(1, now)]
    assert sealer.unsealed_age(now + timedelta(seconds=9)) == 0.0


def test_an_anchor_is_said_and_carried_to_where_it_was_asked_for(now, settings):
    settings.NOTICES = {"anchor_to": ("https://notary.example.org/anchors", "audit@example.org", "anchors")}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE event, delivery")  # what other tests that commit left
    append_to_stream("a", [Draft(Stream(), "", "k", now)])
    sealer.seal_once(now, patience=60)
    event = Event.objects.get(type="journal.anchored")
    written = anchors.files()[0].read_text().splitlines()[-1]
    assert event.payload == json.loads(written)
    assert (event.key, event.at, event.case_id) == ("journal", now, None)
    delivery.deliver_keys("notices.anchors", ["journal"])
    sent = Message.objects.order_by("channel").values_list("channel", "to", "body")
    assert list(sent) == [
        ("email", "audit@example.org", written),
        ("file", "anchors", written),
        ("webhook", "https://notary.example.org/anchors", written),
    ]


def test_concurrent_writers_and_a_running_sealer(now):
    """Every committed entry ends in exactly one block; every rolled-back one in none.

    The writers go on until the sealer has made several blocks under way, so that what is tested does not hang on who
    is quicker.
    """
    enough, written, errors = threading.Event(), threading.Event(), []
    committed: list[int] = []
    made = 0

    def reporting(work):
        try:
            work()
        except Exception as error:
            errors.append(error)
            enough.set()
            raise

    def writer(number: int):
        chance = random.Random(number)
        for turn in itertools.count():
            if turn >= 10 and enough.is_set():
                return
            try:
                with transaction.atomic():
                    drafts = [Draft(Stream(), "", "k", now) for _ in range(chance.randint(1, 4))]
                    ids = append_to_stream(f"s/{number}", drafts) + append_to_stream(f"z/{number}/{turn % 3}", drafts)
                    time.sleep(chance.random() * 0.01)
                    if chance.random() < 0.2:
                        raise LookupError
                committed.extend(ids)
            except LookupError:
                pass

    def seals():
        nonlocal made
        rounds = sealer.Sealer()
        until = time.monotonic() + 120
        while not written.is_set():
            rounds.round(now)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM journal_block")
                made = cursor.fetchone()[0]
            if made >= 4 or time.monotonic() > until:
                enough.set()
            time.sleep(0.005)

    sealing = in_thread(lambda: reporting(seals))
    writers = [in_thread(lambda n=n: reporting(lambda: writer(n))) for n in range(6)]
    for thread in writers:
        thread.join()
    written.set()
    sealing.join()
    assert errors == []
    assert made >= 4  # while they wrote
    sealer.seal_once(now, patience=60)
    assert members() == sorted(committed) == list(Entry.objects.order_by("id").values_list("id", flat=True))
    assert verify().whole
