"""Addresses as people write them."""

from __future__ import annotations

import pytest

from open95598.service.intake.places import Place, agreement, parse, precision

FULL = "江城市东湖区东湖路128号湖滨花园3栋2单元501"


def test_an_address_is_taken_apart() -> None:
    assert parse(FULL) == Place("江城市东湖区", "东湖路", "128", "湖滨花园", "3", "2", "501")
    assert parse("湖滨花园12-1-302") == Place(estate="湖滨花园", building="12", unit="1", room="302")
    assert parse("银湖小区十二栋").building == "12"
    assert parse("和平街一百零八号").number == "108"
    assert parse("") == Place()


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("东湖路128号湖滨花园三栋二单元501室", "room"),
        ("湖滨花园3-2-501", "room"),
        ("湖滨花园3号楼", "building"),
        ("江城市东湖区东湖路128号湖滨花园3栋1单元501", "building"),
        ("湖滨花园5栋", "estate"),
        ("东湖路128号", "estate"),
        ("东湖路9号", "road"),
        ("西湖路128号", ""),
        ("江城市西湖区东湖路128号", ""),
        ("", ""),
        ("不知道", ""),
    ],
)
def test_how_far_two_addresses_agree(other: str, level: str) -> None:
    assert agreement(parse(FULL), parse(other)) == level
    assert agreement(parse(other), parse(FULL)) == level


@pytest.mark.parametrize(
    ("address", "share"), [(FULL, 1.0), ("东湖路128号", 1.0), ("湖滨花园", 0.6), ("村里", 0.3), ("", 0.0)]
)
def test_how_precise_an_address_is(address: str, share: float) -> None:
    assert precision(parse(address)) == share
