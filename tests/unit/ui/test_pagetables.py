"""The table of a page as rows of a sheet."""

from __future__ import annotations

from datetime import UTC, datetime

from open95598.foundation.ui.pagetables import read

PAGE = """<h1>People <b>3</b></h1><table class="facts"><tr><td>not a list</td></tr></table>
<table class="list is-cards"><thead><tr><th>Account</th><th class="number">Since
<span class="visually-hidden">x</span></th></tr></thead>
<tbody><tr data-row><td><a href="/p/1">agent.p1</a> <svg><path d="M0"/></svg><button>Go</button></td>
<td><time datetime="2026-03-02T02:00:00+00:00">2 days ago</time></td></tr>
<tr><td>=1+1 &lt;b&gt;</td><td>  a
 b  <input type="hidden" value="secret"></td></tr></tbody></table>"""


def test_what_is_seen_of_a_table_is_read_and_nothing_else() -> None:
    found = read(PAGE)
    assert (found.title, found.more, len(found.tables)) == ("People 3", False, 1)
    table = found.tables[0]
    assert table.heads == ["Account", "Since"]
    assert table.rows == [["agent.p1", datetime(2026, 3, 2, 2, tzinfo=UTC)], ["=1+1 <b>", "a b"]]


def test_a_page_that_goes_on_says_so() -> None:
    assert read(PAGE + '<a rel="next" href="?after=x">more</a>').more
    assert read("<p>nothing</p>").tables == []
