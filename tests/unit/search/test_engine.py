"""The index: what is written is found, replaced and taken out; classes are left out; the second look; passages."""

from __future__ import annotations

import pytest

from open95598.foundation.search import engine
from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document, Piece
from open95598.foundation.search.engine import Index
from open95598.foundation.search.lexicon import Lexicon
from open95598.foundation.search.passages import mark, passages
from open95598.foundation.search.ranking import look


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(Lexicon(["跳闸", "停电", "电费"], [["跳闸", "掉闸"]], ["的", "了"]))


def ids(index: Index, analyser: Analyser, text: str, classes: frozenset[int] | None = None) -> list[int]:
    return [match.id for match in index.view.search(analyser.ask(text), 10, classes)]


def test_written_found_replaced_and_taken_out(analyser: Analyser, tmp_path) -> None:
    index = Index(tmp_path / "index")
    index.write([Document("a", 1, "开关掉闸"), Document("a", 2, "电费太高")], analyser)
    assert ids(index, analyser, "跳闸") == []  # not before the commit
    index.commit()
    assert ids(index, analyser, "跳闸") == [1]

    reader = Index(tmp_path / "index")
    index.write([Document("a", 1, "小区停电")], analyser, gone=["a/2"])
    index.commit()
    assert ids(reader, analyser, "跳闸") == [1]  # as it was, until it looks again
    reader.reload()
    assert ids(reader, analyser, "掉闸") == [] == ids(reader, analyser, "电费")
    assert ids(reader, analyser, "停电") == [1]
    index.close()


@pytest.mark.parametrize("few", [0, engine._FEW])
def test_classes_that_are_not_allowed_are_left_out_however_good(
    analyser: Analyser, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_FEW", few)
    index = Index()
    secret = [Document("a", n, "停电停电停电", audience=("other",)) for n in range(100)]
    index.add([*secret, Document("a", 500, "今天停电", "还有许多别的话" * 20)], analyser)
    index.commit()
    assert 500 not in ids(index, analyser, "停电")
    classes = index.view.classes(lambda of: "other" not in of.audience)
    assert ids(index, analyser, "停电", classes) == [500]
    assert ids(index, analyser, "停电", frozenset()) == []
    assert index.view.facets(analyser.ask("停电"), classes)[0] == 1


def test_facets_count_each_category_with_those_below_it(analyser: Analyser) -> None:
    index = Index()
    rows = [("billing", "steps"), ("billing",), ("outage",), ()]
    index.add([Document("a", n, "电费", category=row) for n, row in enumerate(rows)], analyser)
    index.commit()
    assert index.view.classes(lambda _of: True) is None
    assert index.view.facets(analyser.ask("电费")) == (4, {"billing": 2, "steps": 1, "outage": 1})


def test_the_second_look_puts_what_is_asked_so_before_what_mentions_it(analyser: Analyser) -> None:
    mentions = Document("a", 1, "杂谈", "停电 跳闸 电费 " * 30)
    asked = Document("a", 2, "电费", asked=("开关老是掉闸了",))
    index = Index()
    index.add([mentions, asked], analyser)
    index.commit()
    question = analyser.ask("老是跳闸")
    first, second = look(question, [(mentions, 2.0), (asked, 1.9)], index.view.rarity)
    assert second.score > first.score
    assert 0 <= first.share <= second.share <= 1


def test_a_code_leads_straight_to_its_document(analyser: Analyser) -> None:
    documents = [Document("a", n, "停电", codes=(code,)) for n, code in enumerate(("K3", "K4", "OUT-01"))]
    index = Index()
    index.add(documents, analyser)
    index.commit()
    assert [match.id for match in index.view.search(analyser.ask("k4"), 5)] == [1]
    (seen,) = look(analyser.ask("ｏｕｔ－01"), [(documents[2], 1.0)], index.view.rarity)
    assert seen.share == 1.0


def test_marks_are_pieces_and_never_markup() -> None:
    found = mark("<b>停電</b>与電費", {"停电": 1.0, "电费": 1.0})
    assert found == (Piece("<b>"), Piece("停電", True), Piece("</b>与"), Piece("電費", True))


def test_passages_are_the_sentences_that_say_most_in_their_order() -> None:
    text = "第一句没有。停电时请先看开关。" + "无关的话，" * 40 + "。跳闸以后停电，请拔掉电器。最后一句。"
    found = passages(text, {"停电": 1.0, "跳闸": 2.0})
    assert ["".join(piece.text for piece in one) for one in found] == [
        "…停电时请先看开关。",
        "…跳闸以后停电，请拔掉电器。",
    ]
    assert passages("无关的一句话。", {"停电": 1.0}) == ((Piece("无关的一句话。"),),)
    assert passages("", {"停电": 1.0}) == ()
    long = "很长的话" * 50 + "停电" + "还是很长" * 50
    (only,) = passages(long, {"停电": 1.0}, length=40)
    assert only[0] == Piece("…") == only[-1]
    assert Piece("停电", True) in only
    assert sum(len(piece.text) for piece in only) <= 42


def test_common_terms_take_no_part_beyond_so_many_documents(
    analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index()
    index.write([Document("a", n, "小区停电" if n % 9 else "小区停电跳闸") for n in range(90)], analyser)
    index.commit()
    asked = analyser.ask("停电跳闸")
    both = {wanted.term for wanted, _weight in index.view.weighed(asked, 24)}
    assert {"停电", "跳闸"} <= both
    rare = [wanted.term for wanted, _weight in index.view.weighed(asked, 24, 80)]
    assert "跳闸" in rare
    assert "停电" not in rare
    assert len(index.view.weighed(asked, 24, 1)) == 1, "one in any case"
    monkeypatch.setattr(engine, "POSTINGS", 30)
    assert all(number % 9 == 0 for number in ids(index, analyser, "停电跳闸"))
