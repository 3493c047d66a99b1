"""Nearness in meaning, learned from what is searched: words that stand beside the same words are near."""

from __future__ import annotations

from pathlib import Path

import pytest

from open95598.foundation.search import meaning
from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document
from open95598.foundation.search.lexicon import Lexicon
from open95598.foundation.search.ranking import Looked

ABOUT = {"停电": ("线路检修", "跳闸抢修", "变压器故障"), "电费": ("阶梯电价", "缴费账单", "发票开具")}


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(Lexicon(["停电", "电费", "跳闸", "抢修", "账单"], [], []))


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [
        Document("t", n * 12 + m, f"{about}{m}", f"{words[m % 3]}，{words[(m + 1) % 3]}，{about if m % 2 else ''}")
        for n, (about, words) in enumerate(ABOUT.items()) for m in range(12)
    ]  # fmt: skip


def test_what_shares_no_word_can_be_near(
    analyser: Analyser, documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "DIMENSIONS", 4)  # two dozen documents: with more, each is a direction of its own
    learned = meaning.learn(documents, analyser)
    assert learned is not None
    asked = analyser.ask("停电")
    supply, money = Document("t", 90, "跳闸抢修", ""), Document("t", 91, "缴费账单", "")
    near, far = learned.near(asked, [supply, money], analyser)
    assert near > far + 0.2
    assert learned.near(analyser.ask("蘑菇"), [supply], analyser) == [0.0]
    one, other = learned.nearer([Looked(1.0, 0.3), Looked(1.0, 0.4)], asked, [supply, money], analyser)
    assert (one.score - other.score, one.share) == (pytest.approx(meaning.WEIGHT * (near - far)), 0.3)
    learned.save(tmp_path)
    again = meaning.load(tmp_path)
    assert again is not None
    assert again.near(asked, [supply, money], analyser) == [near, far]


def test_too_little_says_nothing(analyser: Analyser, documents: list[Document], tmp_path: Path) -> None:
    assert meaning.learn(documents[:5], analyser) is None
    assert meaning.load(tmp_path) is None
    (tmp_path / meaning.FILE).write_bytes(b"PK not at all")
    assert meaning.load(tmp_path) is None
