"""Ids are packed into NOTIFY payloads that PostgreSQL takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.events import relay


@given(st.lists(st.integers(1, 2**63 - 1), max_size=2000))
def test_nothing_is_lost_and_nothing_too_long(ids: list[int]) -> None:
    packed = list(relay.payloads(ids))
    assert [int(x) for text in packed for x in text.split(",")] == ids
    assert all(0 < len(text) <= relay.PAYLOAD for text in packed)


def test_as_few_as_need_be() -> None:
    assert len(list(relay.payloads(range(100_000, 101_000)))) == 1
    assert len(list(relay.payloads(range(100_000, 102_000)))) == 2
