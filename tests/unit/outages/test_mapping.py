"""The window of the map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.service.outages.mapping import HEIGHT, WIDTH, Window, asked

DEGREES = st.floats(-170, 170, allow_nan=False)
LATITUDES = st.floats(-80, 80, allow_nan=False)


@given(DEGREES, LATITUDES, DEGREES, LATITUDES)
def test_all_that_must_be_in_a_window_is_in_its_drawing(a: float, b: float, c: float, d: float) -> None:
    window = Window.around(min(a, c), min(b, d), max(a, c), max(b, d))
    for x, y in ((a, b), (c, d)):
        across, down = window.place(x, y)
        assert 0 <= across <= WIDTH
        assert 0 <= down <= HEIGHT


def test_moving_and_zooming_keep_the_middle_where_it_belongs() -> None:
    window = Window(112.0, 28.0, 1.0)
    assert window.place(112.0, 28.0) == (WIDTH / 2, HEIGHT / 2)
    assert window.zoomed(0.5).place(112.0, 28.0) == (WIDTH / 2, HEIGHT / 2)
    assert window.moved(0.4, 0).place(112.0, 28.0)[0] == pytest.approx(WIDTH * 0.1)
    assert window.moved(0, 0.4).place(112.0, 28.0)[1] > HEIGHT / 2
    # a kilometre to the east is as long as one to the north
    across = window.place(112.01, 28.0)[0] - WIDTH / 2
    up = HEIGHT / 2 - window.place(112.0, 28.01)[1]
    assert across / up == pytest.approx(0.883, abs=0.02)


@pytest.mark.parametrize(
    "nonsense", [("", "", ""), ("1", "2", ""), ("nan", "2", "3"), ("1", "2", "-3"), ("1e99", "2", "3")]
)
def test_nonsense_asks_for_no_window(nonsense: tuple[str, str, str]) -> None:
    assert asked(*nonsense) is None


def test_a_window_is_asked_for_by_its_middle_and_width() -> None:
    assert asked("112.5", "28", "0.25") == Window(112.5, 28.0, 0.25)
