"""An address is taken apart as people write it."""

from __future__ import annotations

import pytest

from open95598.registry.customers.addresses import Address, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "长沙市雨花区韶山路112号阳光花园3栋1单元502室",
            Address(city="长沙市", district="雨花区", road="韶山路", number="112", community="阳光花园", building="3",
                    entrance="1", room="502"),
        ),
        (
            "西山县青山镇桃花村5组12号",
            Address(district="西山县", town="青山镇", community="桃花村", building="5", room="12"),
        ),
        (
            "湖南省长沙市天心区坡子街18号",
            Address(province="湖南省", city="长沙市", district="天心区", road="坡子街", number="18"),
        ),
        (
            "北京市海淀区中关村大街27号",
            Address(province="北京市", city="北京市", district="海淀区", road="中关村大街", number="27"),
        ),
        ("阳光花园3-1-502", Address(community="阳光花园", building="3", entrance="1", room="502")),
        ("阳光花园 3栋 502", Address(community="阳光花园", building="3", room="502")),
        ("韶山路112", Address(road="韶山路", number="112")),
        ("桂花小区十二栋2单元801室", Address(community="桂花小区", building="12", entrance="2", room="801")),
        ("阳光小区", Address(community="阳光小区")),
        ("集市街", Address(road="集市街")),
        ("集市街155号", Address(road="集市街", number="155")),
        ("禾丰县花市大道9号", Address(district="禾丰县", road="花市大道", number="9")),
        ("永州市道县潇水路3号", Address(city="永州市", district="道县", road="潇水路", number="3")),
        ("长沙市路口镇明月路1号", Address(city="长沙市", town="路口镇", road="明月路", number="1")),
    ],
)  # fmt: skip
def test_parts(text: str, parts: Address) -> None:
    assert parse(text) == parts


def test_full_width_digits_are_digits() -> None:
    assert parse("韶山路１１２号") == Address(road="韶山路", number="112")
