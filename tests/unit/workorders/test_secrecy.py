"""What tells who an informant is, and how far naming somebody reaches."""

from __future__ import annotations

import pytest

from open95598.service.workorders.reach import Someone, reach
from open95598.service.workorders.redaction import ADDRESS, NAME, NUMBER, Identity, proposed, remains, without_numbers

WHO = Identity("欧阳知秋", "0731-84567890", "湘江市东湖区桂花巷7号")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("供电所人员收受钱款，请核查。", ()),
        ("反映人欧阳知秋称", (NAME,)),
        ("欧 阳 知 秋 称", (NAME,)),
        ("欧阳女士称", (NAME,)),
        ("欧阳修是宋朝人", ()),
        ("联系电话 0731 84567890", (NUMBER,)),
        ("拨打84567890", (NUMBER,)),
        ("任何人的手机139-8700-1234也不行", (NUMBER,)),
        ("证件430102199001011234", (NUMBER,)),
        ("发到 a.b@example.com", (NUMBER,)),
        ("住湘江市东湖区 桂花巷7号 的居民", (ADDRESS,)),
        ("编号20260302、金额13812元", ()),
    ],
)
def test_what_remains(text: str, found: tuple[str, ...]) -> None:
    assert remains(text, WHO) == found
    assert remains(proposed(text, WHO), WHO) in ((), found if " " in text else ())


def test_of_an_unknown_informant_only_numbers_remain() -> None:
    assert remains("张三说", Identity()) == ()
    assert without_numbers("张三13987001234") == "张三［号码略］"


def test_naming_reaches_as_far_as_it_must() -> None:
    worker = Someone(7, (1, 2, 3, 4))
    head = Someone(8, (1, 2, 3), heads=((1, 2, 3),))
    chief = Someone(9, (1,), heads=((1,),))
    assert reach([worker], (), report=False) == reach([worker], set(), report=False)
    assert reach([worker], (), report=False).units == frozenset()
    assert reach([worker], (), report=True).units == {4}
    assert reach([head], (5,), report=False).units == {3, 5}
    found = reach([chief], (), report=True)
    assert found.people == {9} and not found.units, "nobody stands above the top"
