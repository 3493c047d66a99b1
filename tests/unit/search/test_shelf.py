"""Where the index lies: generations, the one in use, what a reader sees of it, one writer at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from open95598.foundation.search import shelf
from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document
from open95598.foundation.search.engine import Index
from open95598.foundation.search.lexicon import Lexicon
from open95598.foundation.search.shelf import Made, Writing


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    shelf.forget()
    yield tmp_path / "search"
    shelf.forget()


def test_a_generation_comes_into_use_whole_and_older_ones_go(home: Path) -> None:
    analyser = Analyser(Lexicon())
    assert shelf.made() is None
    assert shelf.index() is None
    for n, name in enumerate(("one", "two", "three"), 1):
        index = Index(home / name)
        index.add([Document("a", i, "停电") for i in range(n)], analyser)
        index.commit()
        index.close()
        shelf.put_in_use(Made(name, "words", ("a", "b")))
        shelf.forget()
        assert shelf.made() == Made(name, "words", ("a", "b"))
        seen = shelf.index()
        assert seen is not None
        assert len(seen) == n
    assert {folder.name for folder in home.iterdir() if folder.is_dir()} == {"two", "three"}

    writer = Index(home / "three")
    writer.write([Document("a", 9, "跳闸")], analyser)
    writer.commit()
    shelf.forget()
    assert seen is not None
    assert shelf.index() is seen
    assert len(seen) == 4
    writer.close()


def test_an_index_of_another_format_counts_as_none(home: Path) -> None:
    (home / "old").mkdir(parents=True)
    shelf.put_in_use(Made("old", "words", (), format=shelf.FORMAT - 1))
    assert shelf.made() is None
    (home / "current").write_text("no JSON")
    assert shelf.made() is None


def test_one_process_writes_at_a_time() -> None:
    first, second = Writing(), Writing()
    assert first.take()
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()
