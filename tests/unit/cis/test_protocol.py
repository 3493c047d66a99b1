"""What comes from a billing system is read strictly, one document at a time, and nothing of its values is repeated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from open95598.exchange.cis import protocol

GOOD: dict[str, Any] = {"account": "43", "version": 1, "as_of": "2026-03-01T08:00:00+08:00"}


def test_a_document_says_all_or_that_it_is_not_known() -> None:
    bill = {"month": "2026-02", "amount": 86.4, "kwh": "147"}
    (one,) = protocol.read([GOOD | {"balance": "-12.50", "bills": [bill, bill], "later": 1}]).told
    assert (one.balance, one.arrears, one.supply, one.reading) == (Decimal("-12.50"), None, "", None)
    assert [(b.month, b.amount, b.paid) for b in one.bills] == [("2026-02", Decimal("86.4"), None)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"version": 0}, "version"), ({"as_of": "2026-03-01T08:00:00"}, "as_of"), ({"balance": "1.234"}, "balance"),
     ({"balance": "NaN"}, "balance"), ({"arrears": "-1"}, "arrears"), ({"account": "4\x003"}, "account"),
     ({"as_of": "0001-01-01T00:00:00+08:00"}, "as_of"), ({"supply": {"state": "?"}}, "supply.state"),
     ({"bills": [{"month": "2026-13", "amount": 1}]}, "bills.0.month"), ({"balance": 10**15}, "balance")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_the_rest_is_read(wrong: dict[str, Any], why: str) -> None:
    read = protocol.read([GOOD | wrong, GOOD | {"account": "44"}])
    assert [one.number for one in read.told] == ["44"]
    assert [bad.why for bad in read.bad] == [why]
    assert "\0" not in read.bad[0].number


def test_a_page_goes_on_by_ones() -> None:
    page = {"epoch": "e", "head": 9, "items": [GOOD | {"position": 4}, GOOD | {"position": 5, "version": 2}]}
    read = protocol.feed_page(page, 3)
    assert (read.last, read.head, len(read.read.told)) == (5, 9, 2)
    for after in (2, 4):
        with pytest.raises(protocol.Gap):
            protocol.feed_page(page, after)


@pytest.mark.parametrize(
    "page",
    [None, [], {}, {"epoch": "e", "head": -1, "items": []}, {"epoch": "", "head": 1, "items": []},
     {"epoch": "e", "head": 1, "items": [GOOD]}, {"epoch": "e", "head": 1, "items": [GOOD | {"position": 1}] * 1001}],
)  # fmt: skip
def test_what_is_no_page_is_refused(page: Any) -> None:
    with pytest.raises(protocol.Broken):
        protocol.feed_page(page, 0)
    with pytest.raises(protocol.Broken):
        protocol.snapshot_page(page)
