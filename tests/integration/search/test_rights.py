"""Nobody finds what they may not see, whatever the index holds; the index follows what changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests import world as worlds

from open95598.foundation.people import rights as loading
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.search import queries, services, shelf, sources
from open95598.foundation.search.documents import PUBLIC, STAFF, Document
from open95598.foundation.search.indexer import SHORTEST, Indexer
from open95598.foundation.search.models import Change

pytestmark = pytest.mark.django_db


class Shelf:
    """A source over documents in memory; ``hidden`` ones are hidden from the search and still in the index."""

    def __init__(self) -> None:
        self.documents: dict[int, Document] = {}
        self.hidden: set[int] = set()
        self.asked: list[Collection[int]] = []

    def put(self, id_: int, title: str, **more: Any) -> None:
        self.documents[id_] = Document("notes", id_, title, **more)

    def load(self, ids: Collection[int]) -> list[Document]:
        return [self.documents[id_] for id_ in ids if id_ in self.documents]

    def visible(self, _rights: Rights | None, ids: Collection[int], _now: Any) -> list[Document]:
        self.asked.append(ids)
        return [self.documents[id_] for id_ in ids if id_ in self.documents and id_ not in self.hidden]


@pytest.fixture
def notes(settings, tmp_path) -> Iterator[Shelf]:
    settings.HOME = tmp_path
    shelf.forget()
    made = Shelf()
    before = sources.declared()
    for source in before:
        sources.withdraw(source.name)
    sources.declare(
        sources.Source(
            "notes",
            Permission.CASE_VIEW,
            lambda: list(made.documents),
            made.load,
            made.visible,
            lambda rights: ("leaders",) if rights.anywhere(Permission.CASE_DISPATCH) else (),
        )
    )
    yield made
    sources.withdraw("notes")
    for source in before:
        sources.declare(source)
    shelf.forget()


def test_what_may_be_found_follows_audience_and_units(notes: Shelf, clock: Any) -> None:
    now, world = clock.now(), worlds.small()
    lineage = {code: tuple(unit.lineage) for code, unit in world.units.items()}
    notes.put(1, "停电须知", audience=(PUBLIC,))
    notes.put(2, "停电作业", audience=(STAFF,))
    notes.put(3, "停电作业，湘江市", audience=(STAFF,), lineage=lineage["C1"])
    notes.put(4, "停电作业，湘江市内部", audience=(STAFF,), lineage=lineage["C1"], inherited=False)
    notes.put(5, "停电作业，另一市", audience=(STAFF,), lineage=lineage["C2"])
    notes.put(6, "停电值长手册", audience=("leaders",))
    notes.put(7, "停电草稿", audience=("nobody",))
    indexer = Indexer()
    indexer.round(now)

    def found(role: str, unit: str) -> set[int]:
        shelf.forget()
        rights = loading.load(world.person(role, unit), now)
        return {hit.document.id for hit in queries.search(rights, "停电", now).hits}

    county = next(code for code, unit in world.units.items() if unit.parent_id == world.units["C1"].pk)
    assert found("agent", "P1") == {1, 2, 3, 4, 5}
    assert found("shift_leader", "P1") == {1, 2, 3, 4, 5, 6}
    assert found("agent", "C1") == {1, 2, 3, 4}
    assert found("handler", county) == {1, 2, 3}
    assert found("administrator", "HQ") == {1}  # runs the system, sees no cases
    shelf.forget()
    assert {hit.document.id for hit in queries.search(None, "停电", now).hits} == {1}
    assert all(not {4, 5, 7} & set(ids) for ids in notes.asked[-1:])  # not even fetched
    indexer.close()


def test_what_the_database_hides_is_never_shown_and_others_take_its_place(notes: Shelf, clock: Any) -> None:
    now, world = clock.now(), worlds.small()
    rights = loading.load(world.person("agent", "P1"), now)
    for n in range(80):
        notes.put(n, "停电", body="停电")
    notes.put(100, "停电通知的办法", body="其他的话" * 50)
    notes.hidden = set(range(80))
    indexer = Indexer()
    indexer.round(now)
    shelf.forget()
    assert [hit.document.id for hit in queries.search(rights, "停电", now, limit=5).hits] == [100]
    assert [hit.document.id for hit in queries.answers(rights, "小区停电", now)] == [100]
    assert queries.answers(rights, "今天天气怎么样", now) == ()
    indexer.close()


def test_the_index_follows_what_changes_and_survives_being_thrown_away(notes: Shelf, clock: Any) -> None:
    now, world = clock.now(), worlds.small()
    rights = loading.load(world.person("agent", "P1"), now)

    def found(text: str, **more: Any) -> list[int]:
        shelf.forget()
        return [hit.document.id for hit in queries.search(rights, text, now, **more).hits]

    indexer = Indexer()
    notes.put(1, "掉闸怎么办", kind="item", category=("outage", "inside"))
    assert found("跳闸") == []  # there is no index yet
    indexer.round(now)
    assert found("跳闸") == [1]
    notes.put(2, "过户", kind="law", category=("change",))
    notes.documents[1] = replace(notes.documents[1], title="电费发票")
    services.changed("notes", [1, 2, 2], now)
    assert Change.objects.count() == 2
    assert indexer.round(now) == 2
    assert indexer.round(now) == 0
    assert (found("跳闸"), found("发票"), found("更名")) == ([], [1], [2])
    assert (found("发票 过户", kinds=["law"]), found("发票 过户", categories=["inside"])) == ([2], [1])
    assert found("发票", sources=["others"]) == []
    facets = queries.search(rights, "发票 过户", now, facets=True)
    assert (facets.total, facets.facets) == (2, {"outage": 1, "inside": 1, "change": 1})
    del notes.documents[1]
    services.changed("notes", [1], now)
    indexer.round(now)
    assert found("发票") == []
    notes.put(3, "光伏并网")
    services.all_changed("notes", now)
    indexer.round(now)
    assert found("光伏") == [3]

    before = shelf.made()
    services.all_changed("", now)
    indexer.round(now)
    after = shelf.made()
    assert before and after and before.generation != after.generation
    assert found("更名") == [2]
    indexer.close()


def test_a_source_that_fails_rests_and_stops_no_other(notes: Shelf, clock: Any) -> None:
    now, world = clock.now(), worlds.small()
    rights = loading.load(world.person("agent", "P1"), now)
    broken = {"broken": True}

    def load(ids: Collection[int]) -> list[Document]:
        if broken["broken"]:
            raise RuntimeError("its table is gone")
        return [Document("bad", id_, "停电了吗") for id_ in ids]

    bad = sources.Source("bad", Permission.CASE_VIEW, lambda: [7], load, lambda _rights, ids, _now: load(ids))
    sources.declare(bad)
    try:
        notes.put(1, "停电")
        indexer = Indexer()
        indexer.round(now)
        assert shelf.failing() == {"bad": 1}
        notes.put(2, "停电须知")
        services.changed("notes", [2], now)
        services.changed("bad", [7], now)
        indexer.round(now)
        shelf.forget()
        assert {hit.document.id for hit in queries.search(rights, "停电", now, sources=("notes",)).hits} == {1, 2}
        assert set(Change.objects.values_list("source", flat=True)) == {"bad"}, "what waits for it stays"
        later = now + SHORTEST
        indexer.round(later)
        assert shelf.failing() == {"bad": 2}
        assert indexer.round(later + SHORTEST) == 0, "it rests twice as long"
        broken["broken"] = False
        indexer.round(later + 2 * SHORTEST)
        assert (shelf.failing(), Change.objects.exists()) == ({}, False)
        shelf.forget()
        assert 7 in {hit.document.id for hit in queries.search(rights, "停电了吗", now, sources=("bad",)).hits}
        indexer.close()
    finally:
        sources.withdraw("bad")
