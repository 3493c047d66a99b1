"""Texts become terms: folding, words of the field, synonyms, slips, pinyin, what is begun."""

from __future__ import annotations

import pytest

from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document
from open95598.foundation.search.engine import Index
from open95598.foundation.search.folding import fold
from open95598.foundation.search.lexicon import Lexicon

WORDS = ["跳闸", "台区", "充电桩", "分时电价", "欠费停电", "电费"]
SAME = [["跳闸", "掉闸"], ["卡表", "电卡表"], ["停电", "没电"]]


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(Lexicon(WORDS, SAME, ["我家", "了", "怎么办"]))


def wanted(analyser: Analyser, text: str, *, typing: bool = False) -> dict[str, float]:
    return {w.term: w.weight for w in analyser.ask(text, typing=typing).wanted if w.field == "w"}


def test_folding_keeps_the_length_so_that_places_stay_places() -> None:
    text = "電費ＡＰＰ（２０２６）　㎡跳閘"
    assert fold(text) == "电费app(2026) ㎡跳闸"
    assert len(fold(text)) == len(text)


def test_words_of_the_field_are_not_cut_and_stop_words_say_nothing(analyser: Analyser) -> None:
    words = analyser.words("我家掉闸了怎么办，台区停电")
    assert {"掉闸", "台区", "停电"} <= set(words)
    assert not {"我家", "了", "怎么办"} & set(words)


def test_words_that_mean_the_same_are_wanted_too_but_less(analyser: Analyser) -> None:
    found = wanted(analyser, "掉闸了")
    assert found["掉闸"] > found["跳闸"] > 0
    assert wanted(analyser, "电卡表")["卡表"] > 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("老是跳匝", "跳闸"),
        ("装充电庄", "充电桩"),
        ("分时点价", "分时电价"),
        ("欠费停店", "欠费停电"),
        ("店费", "电费"),
    ],
)
def test_a_slip_is_searched_for_as_what_it_was_meant_for(analyser: Analyser, written: str, meant: str) -> None:
    assert meant in analyser.ask(written).meant


@pytest.mark.parametrize("written", ["电费多少", "充电", "今天天气很好", "我要投诉你们的工作人员"])
def test_what_is_written_rightly_is_no_slip(analyser: Analyser, written: str) -> None:
    assert analyser.ask(written).meant == ()


def test_letters_find_words_whole_or_by_their_first_ones(analyser: Analyser) -> None:
    assert wanted(analyser, "tiaozha")["跳闸"] > 0
    assert wanted(analyser, "cdz")["充电桩"] > 0
    assert "充电桩" in wanted(analyser, "chongd", typing=True)
    assert "充电桩" not in wanted(analyser, "chongd")


def test_what_is_begun_finds_words_while_one_types(analyser: Analyser) -> None:
    assert "充电桩" in wanted(analyser, "我想装充电", typing=True)
    assert "充电桩" not in wanted(analyser, "我想装充电")


def test_any_text_can_be_asked_and_indexed(analyser: Analyser) -> None:
    index = Index()
    for n, text in enumerate(["", "。。。", "a" * 5000, "😀😀", "\x00 AND OR NOT :*?\"'", "電" * 3000]):
        index.add([Document("s", n, text, text)], analyser)
        analyser.ask(text, typing=True)
    index.commit()
    assert len(index) == 6
    assert index.view.search(analyser.ask('停电" *:* --'), 5) == []
