"""What goes over the stream and what is remembered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.live.wire import Memory, Update, message


def update(number: int) -> Update:
    return Update(number, "case.opened", case_id=number)


@given(st.lists(st.integers(1, 8), max_size=12), st.integers(1, 10), st.data())
def test_who_resumes_gets_exactly_what_came_after_or_hears_that_it_is_gone(
    batches: list[int], size: int, data: st.DataObject
) -> None:
    memory = Memory("life", size=size)
    numbers: list[int] = []
    for batch in batches:
        numbers += [n for n, _ in memory.keep(update(i) for i in range(batch))]
    seen = data.draw(st.integers(0, len(numbers)))
    found = memory.since(f"life-{seen}")
    if len(numbers) - seen <= size:
        assert found is not None
        assert [n for n, _ in found] == numbers[seen:]
    else:
        assert found is None


def test_another_life_nonsense_and_the_future_cannot_be_resumed() -> None:
    memory = Memory("life")
    memory.keep([update(1)])
    for position in ("other-1", "life-2", "life--1", "life-", "life-x", "1", "", "life-١"):
        assert memory.since(position) is None
    assert memory.since(memory.position) == []


def test_nobody_resumes_over_what_was_not_remembered() -> None:
    memory = Memory("life")
    memory.keep([update(1)])
    before = memory.position
    memory.skip()
    assert memory.since(before) is None
    assert memory.since(memory.position) == []


def test_an_update_is_for_those_named_or_those_who_see_the_case() -> None:
    named = Update.of(1, "bell", 7, {"person_ids": [3, 4]})
    assert named.concerns(3, ())
    assert not named.concerns(5, {7})
    case = Update.of(1, "case.opened", 7, {"kind": "fault", "phone": "13800000000"})
    assert case.concerns(5, {7})
    assert not case.concerns(5, {8})
    text = message("life-1", case)
    assert text == b'id: life-1\nevent: case\ndata: {"id":1,"type":"case.opened","case_id":7,"kind":"fault"}\n\n'
    assert message("life-2", named).startswith(b"id: life-2\nevent: bell\n")
    assert Update.of(1, "dev.sms", None, {"everybody": True}).concerns(5, ())
    assert not Update.of(1, "system.said", None, {}).concerns(5, {7})
