"""Whether a bulletin concerns what somebody types."""

from __future__ import annotations

import pytest

from open95598.service.bulletins.matching import met, split


def test_words_of_a_field_are_read_whatever_stands_between_them() -> None:
    assert split("东湖线，芙蓉路; 解放路\n东湖线、 ") == ["东湖线", "芙蓉路", "解放路"]


@pytest.mark.parametrize(
    ("text", "chosen", "why"),
    [
        ("湘江市东湖区芙蓉路88号 没电", (), "芙蓉路"),
        ("１０ＫＶ东湖线 跳闸", (), "10kV 东湖线"),
        ("湘江市西山县", ("fault", "fault.lv"), "fault.lv"),
        ("湘江市西山县", ("fault",), ""),
        ("", (), ""),
    ],
)
def test_a_bulletin_concerns_what_names_one_of_its_words_or_its_category(
    text: str, chosen: tuple[str, ...], why: str
) -> None:
    assert met(["芙蓉路", "10kV 东湖线", " "], "fault.lv", text, chosen) == why
