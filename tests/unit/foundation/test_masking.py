"""What is hidden stays hidden, what helps stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.masking import mask_address, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("0731-88881234", "0731-****1234"),
        ("010 88881234", "010-****1234"),
        ("88881234", "****1234"),
        ("95598", "***98"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_phones(phone, shown):
    assert mask_phone(phone) == shown


def test_names():
    assert mask_name("张三丰") == "张**"
    assert mask_name("John Smith") == "J*** S****"
    assert mask_name("李") == "*"


def test_addresses():
    assert mask_address("长沙市雨花区韶山路123号5栋2单元301室") == "长沙市雨花区韶山路****"
    assert mask_address("长沙市雨花区韶山路１２３号") == "长沙市雨花区韶山路****"
    assert mask_address("八一路八十号") == "八一路****"
    assert mask_address("岳麓区咸嘉湖") == "岳麓区****"
    assert mask_address("") == ""


def test_text():
    text = "请回电13812345678或0731-88881234，身份证430102199001011234，工单20260302001"
    assert mask_text(text) == "请回电138****5678或0731-****1234，身份证430***********1234，工单20260302001"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_middle_of_a_mobile_number_never_shows(phone):
    assert "****" in mask_phone(phone)
    assert len(mask_phone(phone)) == 11
    assert phone not in mask_text(f"电话：{phone}。")
