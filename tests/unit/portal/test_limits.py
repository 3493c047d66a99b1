"""Sliding windows, receipt codes and keys, phone numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation import phones
from open95598.service.portal.pages import limits, receipts
from open95598.service.portal.pages.limits import Limit

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
FIVE = Limit(5, timedelta(minutes=10))


def test_the_sixth_waits_until_the_first_is_ten_minutes_old() -> None:
    moments = [NOW - timedelta(minutes=n) for n in (9, 8, 3, 2, 1)]
    assert FIVE.wait(moments[:4], NOW) == 0
    assert FIVE.wait(moments, NOW) == 60
    assert FIVE.wait(moments, NOW + timedelta(seconds=60)) == 0


@given(st.lists(st.integers(0, 3600), max_size=40), st.integers(1, 6), st.integers(1, 1800))
def test_no_window_ever_holds_more_than_allowed(gaps: list[int], most: int, seconds: int) -> None:
    limit, now, done = Limit(most, timedelta(seconds=seconds)), NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = limit.wait(done, now)
        if not wait:
            done.append(now)
        else:
            assert limit.wait(done, now + timedelta(seconds=wait)) == 0, "who waits as told may"
    for at in done:
        assert sum(at - limit.window < other <= at for other in done) <= most


def test_addresses_are_counted_apart_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.BY_ADDRESS, "report", FIVE)
    monkeypatch.setattr(limits, "_KEPT", 3)
    counter = limits.Counter()
    assert [counter.take("report", "192.0.2.1", NOW) for _ in range(6)] == [0, 0, 0, 0, 0, 600]
    assert counter.take("report", "192.0.2.2", NOW) == 0
    assert counter.take("ask", "192.0.2.1", NOW) == 0, "another thing is counted apart"
    for n in range(5):
        counter.take("ask", f"198.51.100.{n}", NOW)
    assert counter.take("report", "192.0.2.1", NOW) == 0, "what was longest untouched was forgotten"


@given(st.text(min_size=1))
def test_a_receipt_is_found_however_it_is_typed(key: str) -> None:
    code = receipts.of(key)
    assert receipts.plain(code) == code
    assert receipts.plain(f" {code.lower().replace('-', ' ')}\n") == code
    assert receipts.plain(code[:-1]) == ""


def test_what_cannot_be_a_receipt_is_none() -> None:
    for text in ("", "AAAA-AAAA-AAAA", "2222-2222", "<script>", "２２２２２２２２２２２２x"):
        assert receipts.plain(text) == ""


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_a_key_tells_one_message_from_another(one: list[str], other: list[str]) -> None:
    assert (receipts.key_of("t", *one) == receipts.key_of("t", *other)) == (one == other)
    assert receipts.key_of("t", *one) != receipts.key_of("u", *one)


@pytest.mark.parametrize(
    ("typed", "national", "mobile"),
    [
        ("138 1234 5678", "13812345678", True), ("+86-138-1234-5678", "13812345678", True),
        ("0086 13812345678", "13812345678", True), ("（０７３１）8888 1234", "073188881234", False),
        ("95598", "95598", False), ("8613812345678", "13812345678", True),
    ],
)  # fmt: skip
def test_phones_compare_however_they_are_written(typed: str, national: str, mobile: bool) -> None:
    plain = phones.plain(typed)
    assert phones.national(plain) == national
    assert phones.is_mobile(plain) is mobile


def test_what_is_no_phone_is_refused() -> None:
    for text in ("", "12", "1381234567x", "1" * 21, "<b>", "٣٤٥٦٧٨٩"):
        with pytest.raises(ValueError, match=r".*"):
            phones.plain(text)
