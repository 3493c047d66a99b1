"""The speech coach says what an auditor would find (1.2)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests import rules

from open95598.service.intake.speech import advise

RULES = rules.shipped()
INTAKE = RULES.intake
WORDS = ["抱歉", "漏保", "您必须", "没办法", "，", "您好", "已恢复送电", "高度重视", "您"]


def test_forbidden_words_are_found_where_they_stand_with_what_to_say() -> None:
    found = advise(INTAKE, "非常抱歉，您家漏保跳了，漏保坏了，您必须自己换。", "fault")
    assert [(one.at, one.found) for one in found] == [(2, "抱歉"), (7, "漏保"), (12, "漏保"), (17, "您必须")]
    assert found[0].instead is not None and found[0].instead.zh == "对不起"
    assert all(one.cost > 0 and one.rule.zh for one in found)


def test_good_words_pass() -> None:
    assert advise(INTAKE, "对不起，给您带来不便。经核实，系进户电缆接头烧断，已更换，21时恢复送电。", "fault") == ()


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_each_place_is_told_once_and_is_what_stands_there(text: str) -> None:
    found = advise(INTAKE, text)
    assert all(text[one.at : one.at + len(one.found)] == one.found for one in found)
    ends = [one.at + len(one.found) for one in found]
    assert all(end <= after.at for end, after in zip(ends, found[1:], strict=False))
    assert ("抱歉" in text) == any(one.found == "抱歉" for one in found)
