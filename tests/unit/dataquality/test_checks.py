"""The checks, one row at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from open95598.service.dataquality import checks
from open95598.service.dataquality.rows import (
    Account,
    Agreement,
    AlikeMeters,
    Customer,
    Hanging,
    Namesakes,
    Seen,
    SharedPhone,
)

TODAY = date(2026, 3, 2)
RUNS = Agreement("ordinary", date(2020, 1, 1), None, None)
FITS = Account(1, "4300000001", 7, 11, (RUNS,), (True,), 1)


def account(**more: Any) -> Account:
    return Account(**{**vars(FITS), **more})


def person(pk: int, heard: str = "lixiaoming", **more: Any) -> Customer:
    return Customer(**{"pk": pk, "unit_id": 7, "organisation": False, "protected": False, "heard": heard, **more})


def found(about: checks.About, row: Any) -> dict[str, Seen]:
    """What all checks of a sort say of a row, by their code."""
    told = [(c.code, seen) for c in checks.every() if c.about == about for seen in c.look(row, TODAY)]
    return dict(told)


def test_what_fits_is_not_told() -> None:
    assert found(checks.About.ACCOUNT, FITS) == {}
    assert found(checks.About.CUSTOMER, person(1, phones=1, ways=1, owns=1)) == {}
    assert found(checks.About.CUSTOMER, person(1, owns=0)) == {}, "who owns nothing need not be called"


@pytest.mark.parametrize(
    ("more", "codes"),
    [({"owner_id": None}, {"no_owner"}), ({"gone": True}, {"billing_gone"}),
     ({"placed": (), "meters": 0}, {"no_point"}), ({"meters": 0}, {"no_meter"}),
     ({"placed": (False,)}, {"address_unread"}), ({"placed": (False, True)}, set()),
     ({"agreements": (Agreement("temporary", date(2025, 9, 1), date(2026, 3, 1), None),)}, {"supply_over"}),
     ({"agreements": (Agreement("temporary", date(2025, 9, 1), TODAY, None),)}, set()),
     ({"agreements": (Agreement("temporary", date(2025, 9, 1), date(2026, 3, 1), date(2026, 3, 1)),)}, set()),
     ({"agreements": (RUNS, Agreement("ordinary", date(2021, 1, 1), None, None))}, {"agreements_overlap"}),
     ({"agreements": (Agreement("ordinary", date(2020, 1, 1), None, date(2021, 1, 1)),
                      Agreement("ordinary", date(2021, 1, 1), None, None))}, set()),
     ({"agreements": (Agreement("ordinary", date(2020, 1, 1), None, date(2021, 1, 2)),
                      Agreement("ordinary", date(2021, 1, 1), None, None))}, {"agreements_overlap"}),
     ({"agreements": (Agreement("ordinary", date(2020, 1, 1), None, date(2022, 1, 1)),
                      Agreement("ordinary", date(2021, 1, 1), None, date(2022, 1, 1)),
                      Agreement("ordinary", date(2022, 1, 1), None, None))}, set())],
)  # fmt: skip
def test_accounts(more: dict[str, Any], codes: set[str]) -> None:
    told = found(checks.About.ACCOUNT, account(**more))
    assert set(told) == codes
    assert all((seen.unit_id, seen.account_id) == (7, 1) for seen in told.values())


def test_life_support_without_a_phone_is_told_as_that_and_not_twice() -> None:
    assert set(found(checks.About.CUSTOMER, person(1, owns=1))) == {"no_phone"}
    assert set(found(checks.About.CUSTOMER, person(1, owns=1, protected=True, ways=1))) == {"protected_unreachable"}
    assert set(found(checks.About.CUSTOMER, person(1, owns=1, protected=True, phones=1))) == set()


def test_one_phone_of_two_who_sound_alike_and_of_many_who_do_not() -> None:
    twins = SharedPhone(5, (person(1), person(2), person(3, "wangfang"), person(4, unit_id=8), person(6)))
    pairs = [(seen.customer_id, seen.other_id) for seen in checks.duplicate(twins, TODAY)]
    assert pairs == [(1, 2), (1, 6)], "the one of another unit and the one of another name are somebody else"
    assert list(checks.shared_phone(twins, TODAY)) == []
    many = [person(pk, name) for pk, name in enumerate(("a", "b", "c", "d"), 1)]
    [first] = checks.shared_phone(SharedPhone(5, tuple(many)), TODAY)
    [later] = checks.shared_phone(SharedPhone(5, (*many, person(9, "e"))), TODAY)
    assert first.key == later.key
    assert first.shape != later.shape, "one more name is another matter than what was dismissed"


def test_namesakes_and_meters_are_told_in_pairs() -> None:
    [pair] = checks.same_organisation(Namesakes((person(1), person(2))), TODAY)
    assert (pair.key, pair.customer_id, pair.other_id) == ("same_organisation/1/2", 1, 2)
    hanging = [Hanging(1, 10, "4300000001", 7), Hanging(2, 10, "4300000001", 7), Hanging(3, 12, "4300000009", 8)]
    [one] = checks.meters_alike(AlikeMeters(tuple(hanging)), TODAY)
    assert (one.account_id, one.unit_id, one.facts) == (12, 8, {"other_account": "4300000001"})


def test_rooms_above_add_checks_and_two_of_one_name_are_refused() -> None:
    check = checks.every()[0]
    with pytest.raises(ValueError, match=check.code):
        checks.add(checks.Check(**{**vars(check), "tone": "quiet"}))
    assert len({c.code for c in checks.every()}) == len(checks.every())
    assert all(len(f"{c.code}/{2**63}/{2**63}") <= 80 for c in checks.every()), "a key has room for two ids"
