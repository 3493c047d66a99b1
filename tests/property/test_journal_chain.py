"""The arithmetic of the journal: whatever is changed in a chain is found; whatever is packed comes back."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.journal import chain

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def build(datas: list[dict[str, Any]], stream: str = "case/7") -> list[chain.Row]:
    rows, prev = [], b""
    for seq, data in enumerate(datas, 1):
        at = AT + timedelta(seconds=seq)
        body = chain.body_of(
            entry_id=100 + seq, stream=stream, seq=seq, kind="case.noted", at=at,
            actor_id=3, actor_name="王敏", case_id=7, data=data, personal={},
        )  # fmt: skip
        hash_ = chain.link(prev, body)
        rows.append(chain.Row(100 + seq, at, stream, seq, "case.noted", 3, 7, body, prev, hash_))
        prev = hash_
    return rows


chains = st.lists(st.dictionaries(texts, values, max_size=4), min_size=1, max_size=6).map(build)


@given(values)
def test_canonical_form_says_the_same_and_does_not_depend_on_key_order(value):
    text = chain.canonical(value)
    assert orjson.loads(text) == value
    assert chain.canonical(orjson.loads(text)) == text
    if isinstance(value, dict):
        assert chain.canonical(dict(reversed(list(value.items())))) == text


@given(chains)
def test_an_untouched_chain_has_no_faults(rows):
    assert list(chain.sequence_faults(rows)) == []


@given(chains, st.data())
def test_any_changed_byte_of_a_body_is_found_at_its_entry(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    raw = bytearray(rows[at].body.encode("utf-8"))
    where = data.draw(st.integers(0, len(raw) - 1))
    raw[where] = data.draw(st.integers(32, 126).filter(lambda b: b != raw[where]))
    rows[at] = rows[at]._replace(body=raw.decode("utf-8", "replace"))
    assert (rows[at].id, "hash") in list(chain.sequence_faults(rows))


@given(chains, st.data())
def test_any_changed_column_is_found_at_its_entry(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    change: dict[str, Any] = data.draw(
        st.sampled_from(
            [{"kind": "x"}, {"actor_id": None}, {"case_id": 8}, {"at": AT - timedelta(days=1)}, {"stream": "case/8"},
             {"id": 99}, {"seq": 50}, {"prev": b"x" * 32}, {"hash": b"x" * 32}]
        )
    )  # fmt: skip
    rows[at] = rows[at]._replace(**change)
    assert rows[at].id in {id_ for id_, _ in chain.sequence_faults(rows)}


@given(st.lists(st.dictionaries(texts, values, max_size=3), min_size=2, max_size=6).map(build), st.data())
def test_a_removed_entry_breaks_the_chain_unless_it_was_the_last(rows, data):
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]
    assert ("link" in {what for _, what in chain.sequence_faults(rows)}) is True


@given(st.sets(st.integers(1, 10**12), max_size=200).map(sorted))
def test_packed_ids_come_back(ids):
    assert chain.unpack(chain.pack(ids)) == ids


@given(st.binary(max_size=40))
def test_bytes_that_are_no_list_are_refused_or_are_a_list(packed):
    with contextlib.suppress(ValueError):
        assert isinstance(chain.unpack(packed), list)


@given(
    st.binary(max_size=32), st.lists(st.tuples(st.integers(1, 2**40), st.binary(min_size=32, max_size=32)), max_size=5)
)
def test_a_seal_depends_on_everything_it_covers(previous, entries):
    digest = chain.seal(previous, 1, 9, AT, entries)
    assert digest != chain.seal(previous + b"\0", 1, 9, AT, entries)
    assert digest != chain.seal(previous, 1, 8, AT, entries)
    assert digest != chain.seal(previous, 1, 9, AT + timedelta(microseconds=1), entries)
    assert digest != chain.seal(previous, 1, 9, AT, [*entries, (2**41, b"\1" * 32)])


NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("value", [NAIVE, {"at": NAIVE}, {"x": object()}, "\ud800"])
def test_what_has_no_faithful_form_is_refused(value):
    with pytest.raises(TypeError):
        chain.canonical(value)
