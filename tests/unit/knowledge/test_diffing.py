"""Differences of texts: both sides can be read off the pieces, and small changes are told small."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from open95598.service.knowledge import diffing

TEXT = st.text(alphabet="电费用户不可以退。，\n12 abK", max_size=60)


@given(TEXT, TEXT)
def test_the_pieces_make_up_both_texts(before, after):
    pieces = diffing.texts(before, after)
    assert "".join(p.text for p in pieces if p.kind != diffing.NEW) == before
    assert "".join(p.text for p in pieces if p.kind != diffing.GONE) == after
    kinds = [p.kind for p in pieces]
    assert all(a != b for a, b in pairwise(kinds))


def test_a_changed_figure_is_told_whole():
    pieces = diffing.texts("城区45分钟到达现场。\n农村90分钟。", "城区60分钟到达现场。\n农村90分钟。")
    assert [(p.kind, p.text) for p in pieces] == [
        ("same", "城区"), ("gone", "45"), ("new", "60"), ("same", "分钟到达现场。\n农村90分钟。"),
    ]  # fmt: skip


def test_another_text_altogether_is_not_taken_apart():
    pieces = diffing.texts("先查余额。", "请拨打一一九并离开现场。")
    assert [p.kind for p in pieces] == ["gone", "new"]


def test_lists_are_told_line_by_line():
    pieces = diffing.lines(["请您讲。", "请稍等。"], ["请您讲。", "请您稍等。"])
    assert [(p.kind, p.text) for p in pieces] == [("same", "请您讲。"), ("gone", "请稍等。"), ("new", "请您稍等。")]
