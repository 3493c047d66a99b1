"""Lines and dots as SVG, and what does not fit gathered into clusters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from open95598.service.outages.mapdrawing import Dot, clusters, hidden, short, svg


def dot(lft: int, rgt: int, at: tuple[float, float] = (10.0, 10.0), **more: object) -> Dot:
    given = {"at": at, "size": 2.5, "line": None, "kind": "section", "name": f"D{lft}", "url": "/x/", "dark": False}
    return Dot(**{**given, "lft": lft, "rgt": rgt, **more})  # type: ignore[arg-type]


def test_each_hidden_device_is_counted_once_at_the_nearest_that_is_drawn() -> None:
    # a feeder of 0..9 with a section 2..7, in which a section 4..6 hangs
    assert [(d.lft, n) for d, n in hidden([dot(4, 6), dot(0, 9), dot(2, 7)])] == [(0, 3), (2, 2), (4, 1)]


@given(st.sets(st.integers(0, 60), max_size=20))
def test_what_is_hidden_and_what_is_drawn_is_all_there_is(drawn: set[int]) -> None:
    # a comb: ten feeders of six devices each, drawn or not; device 0 of each feeder holds the others
    dots = [dot(n, (n // 6 + 1) * 6 if n % 6 == 0 else n + 1) for n in sorted(drawn | set(range(0, 66, 6)))]
    assert sum(n for _dot, n in hidden(dots)) + len(dots) == 66
    assert sum(one.number for one in clusters(dots)) + len(dots) == 66


def test_clusters_are_apart_and_the_largest_is_drawn_last() -> None:
    found = clusters([dot(0, 5), dot(10, 12, (20.0, 20.0)), dot(20, 100, (500.0, 300.0))])
    assert [(one.number, one.at) for one in found] == [(5, (12.0, 12.0)), (79, (500.0, 300.0))]
    assert found[0].size < found[1].size
    assert [short(n) for n in (950, 1234, 34_567)] == ["950", "1.2k", "34k"]


def test_names_are_escaped_and_dark_ones_marked() -> None:
    text = svg([dot(0, 2, name="<b>\"'", kind="substation", dark=True, line=(1.0, 2.0))])
    assert "<b>" not in text
    assert "&lt;b&gt;&quot;&#x27;" in text
    assert text.count("is-dark") == 2
    assert 'x1="1.0"' in text
