"""Needed facts and the score of an order, line by line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import rules

from open95598.service.intake.facts import Record, missing
from open95598.service.intake.quality import Score, score

RULES = rules.shipped()
INTAKE = RULES.intake
GOOD = Record(
    "fault", RULES.lineage("fault.lv.line"), "今晚八点左右整栋楼停电，没有发现危险，邻居也没电，请派人抢修。",
    "王先生", "13800000001", "东湖路128号湖滨花园3栋", answered=frozenset({"danger", "neighbours", "credit"}),
)  # fmt: skip
ANSWER = "经核实，系3栋进户电缆接头烧断，已更换接头，21时恢复送电，并告知客户，客户认可。"


def record(category: str, text: str, place: str = "", *, anonymous: bool = False) -> Record:
    lineage = RULES.lineage(category)
    return Record(RULES.category(category).kind, lineage, text, address=place, anonymous=anonymous)


def codes(of: Record) -> list[str]:
    return [fact.code for fact in missing(INTAKE, of)]


def lost(found: Score) -> dict[str, int]:
    return {line.rule.code: line.of - line.points for line in found.lost}


def test_a_good_record_has_all_points_and_a_good_answer_keeps_them() -> None:
    assert score(INTAKE, GOOD).points == 100
    assert score(INTAKE, replace(GOOD, answer=ANSWER)).points == 100


@pytest.mark.parametrize(
    ("written", "needed"),
    [
        (record("fault.lv.line", "没电"), ["name", "phone", "place", "danger", "scope", "when", "whose"]),
        (record("fault.metering.prepaid", "昨天充值后家里没电，没有危险，余额正常", place="东湖路1号"),
         ["name", "phone", "account"]),
        (record("complaint.outage.repair.overtime", "投诉抢修人员", anonymous=True), ["when", "demand", "place"]),
        (record("report.theft", "举报东湖路有人私拉电线，我有照片", anonymous=True), ["place"]),
        (record("consultation.bill.price", "咨询", anonymous=True), []),
    ],
)  # fmt: skip
def test_what_is_missing(written: Record, needed: list[str]) -> None:
    assert codes(written) == needed


def test_only_fields_are_refused() -> None:
    bare = Record("fault", (), "没电")
    assert [f.code for f in missing(INTAKE, bare, refuse=True)] == ["name", "phone", "place"]
    assert [f.code for f in missing(INTAKE, replace(bare, anonymous=True), refuse=True)] == ["place"]


def test_forbidden_and_empty_words_cost_points_and_say_what_to_say_instead() -> None:
    found = score(INTAKE, replace(GOOD, answer=ANSWER + "抱歉，我们高度重视，保证马上来电。"))
    assert lost(found) == {"answer-words": 10, "answer-empty": 3}
    remarks = [r for line in found.lost for r in line.remarks]
    assert [(r.found, r.number) for r in remarks] == [("抱歉", 5), ("保证马上", 5), ("高度重视", 3)]
    assert remarks[0].label is not None
    assert "对不起" in remarks[0].label.zh


def test_a_bare_answer_loses_what_it_does_not_say() -> None:
    assert set(lost(score(INTAKE, replace(GOOD, answer="好的")))) == {"answer-length", "answer-says"}


def test_what_cannot_be_judged_is_left_out() -> None:
    anonymous = replace(GOOD, contact_name="", contact_phone="", anonymous=True)
    assert score(INTAKE, anonymous).points == 100
    assert "phone" not in {line.rule.code for line in score(INTAKE, anonymous).lines}
    assert lost(score(INTAKE, replace(GOOD, contact_phone="12"))) == {"phone": 5}


@given(st.text(alphabet="今晚停电抱歉请0123456789元危险整栋，。", max_size=60), st.text(max_size=40), st.booleans())
def test_points_are_the_sum_of_their_lines(text: str, answer: str, anonymous: bool) -> None:
    found = score(INTAKE, replace(GOOD, description=text, answer=answer, anonymous=anonymous))
    assert found.points is not None
    assert 0 <= found.points <= 100
    assert all(0 <= line.points <= line.of for line in found.lines)
    assert all(line.remarks for line in found.lost), "what is lost is explained"
    assert found.points == round(100 * sum(x.points for x in found.lines) / sum(x.of for x in found.lines))
