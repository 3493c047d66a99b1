"""Who hears what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from open95598.foundation.events import registry


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    before = set(registry.names())
    yield
    for name in set(registry.names()) - before:
        registry.unsubscribe(name)


def test_a_star_hears_a_beginning_and_a_name_only_itself() -> None:
    registry.subscribe("t.cases", "tcase.*", "tclock.warned")(lambda e, n: None)
    registry.subscribe("t.opened", "tcase.opened")(lambda e, n: None)
    assert registry.hearers("tcase.opened") == ("t.cases", "t.opened")
    assert registry.hearers("tcase.closed") == ("t.cases",)
    assert registry.hearers("tclock.warned") == ("t.cases",)
    assert registry.hearers("tclock.breached") == ()


def test_a_kind_behind_a_colon_is_the_only_one_heard_of() -> None:
    registry.subscribe("t.parts", "tclock.breached:part", "tcase.opened")(lambda e, n: None)
    registry.subscribe("t.all", "tclock.*")(lambda e, n: None)
    assert registry.hearers("tclock.breached", "part") == ("t.all", "t.parts")
    assert registry.hearers("tclock.breached", "fault") == registry.hearers("tclock.breached") == ("t.all",)
    assert registry.hearers("tcase.opened", "fault") == ("t.parts",)


def test_a_later_subscriber_is_heard_of_at_once() -> None:
    assert registry.hearers("tcase.opened") == ()
    registry.subscribe("t.late", "tcase.opened")(lambda e, n: None)
    assert registry.hearers("tcase.opened") == ("t.late",)


def test_names_are_taken_once_and_types_are_needed() -> None:
    registry.subscribe("t.one", "tcase.opened")(lambda e, n: None)
    with pytest.raises(ValueError, match="two subscribers"):
        registry.subscribe("t.one", "tcase.opened")(lambda e, n: None)
    with pytest.raises(ValueError, match="hears nothing"):
        registry.subscribe("t.none")
    with pytest.raises(ValueError, match="characters"):
        registry.subscribe("t" * 65, "tcase.opened")
