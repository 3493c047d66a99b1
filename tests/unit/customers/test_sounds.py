"""Names as they sound, and what one slip may spoil."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.registry.customers import sounds

NAMES = st.text(alphabet="阳光花园韶山路芙蓉桂小区新城幸福里龙湖金", min_size=3, max_size=9)


@pytest.mark.parametrize(
    ("name", "heard"),
    [("张伟", ("zhangwei", "zw")), ("曾小明", ("zengxiaoming", "zxm")), ("单雄信", ("shanxiongxin", "sxx")),
     ("欧阳娜", ("ouyangna", "oyn")), ("吕布", ("lvbu", "lb")), ("Li Lei", ("lilei", "l"))],
)  # fmt: skip
def test_names_as_letters(name: str, heard: tuple[str, str]) -> None:
    assert sounds.of_name(name) == heard


def test_another_character_of_the_same_sound_has_the_same_keys() -> None:
    assert sounds.keys("邵山路") == sounds.keys("韶山路")


@given(NAMES, st.data())
def test_one_wrong_or_missing_or_further_character_is_forgiven(name: str, data: st.DataObject) -> None:
    """Of the sets of keys of what was typed, one lies within the keys of the right name."""
    at = data.draw(st.integers(0, len(name) - 1))
    typed = data.draw(st.sampled_from([name[:at] + "鑫" + name[at + 1 :], name[:at] + name[at + 1 :]]))
    typed = data.draw(st.sampled_from([typed, name[:at] + "鑫" + name[at:]]))
    right = set(sounds.keys(name))
    if len(typed) < 4:  # of two pairs a slip in the middle spoils both
        return
    assert any(set(keys) <= right for keys in sounds.forgiving(typed))


def test_alike() -> None:
    assert sounds.alike("阳光花园", "阳光花园") == 1
    assert sounds.alike("阳光花圆", "阳光花园") > sounds.alike("阳光新城", "阳光花园")
    assert sounds.alike("阳光", "阳光花园") > 0.75
    assert sounds.alike("", "阳光花园") == 0
