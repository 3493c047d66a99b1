"""Which grade the shipped rules suggest for a complaint, and why (DOMAIN 2.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests import rules

from open95598.foundation.rulebook.complaint_rows import ComplaintRules
from open95598.service.intake import grading

RULES = rules.shipped()
GRADES = [choice.code for choice in RULES.choices("grades")]


def suggested(text: str = "电费多收", **more: Any) -> grading.Suggested:
    return grading.suggest(RULES.complaints, GRADES, text=text, **more)


@pytest.mark.parametrize(
    ("facts", "grade", "rules"),
    [
        ({}, "general", []),
        ({"text": "我要打市长热线投诉你们"}, "important", ["city-government"]),
        ({"text": "全小区联名反映频繁停电"}, "important", ["group"]),
        ({"text": "表箱漏电，差点触电", "priority": "safety"}, "important", ["safety", "safety-words"]),
        ({"lineage": RULES.lineage("complaint.construction.facilities.safety")}, "important", ["safety-category"]),
        ({"channel": "12345"}, "important", ["city-government-channel"]),
        ({"channel": "media"}, "major", ["media-channel"]),
        ({"text": "再不解决就找媒体，我认识电视台的人"}, "major", ["media"]),
        ({"text": "已经向省政府反映"}, "major", ["provincial-government"]),
        ({"text": "央视记者来过了", "channel": "12345"}, "special", ["central-media"]),
        ({"text": "村民准备集体上访"}, "special", ["mass-petition"]),
        ({"text": "已向国家能源局举报"}, "special", ["state-organ"]),
    ],
)
def test_the_highest_grade_counts_with_its_reasons(facts: dict[str, Any], grade: str, rules: list[str]) -> None:
    found = suggested(**facts)
    assert (found.grade, [reason.rule.code for reason in found.reasons]) == (grade, rules)


def test_a_reason_names_the_words_it_found() -> None:
    (reason,) = suggested("有记者要来，电视台也会报道").reasons
    assert reason.words == ("记者", "电视台")


def test_every_selector_of_a_rule_must_match() -> None:
    rule = replace(RULES.complaints.gradings[0], channels=("12398",))
    only = ComplaintRules(gradings=(rule,))
    text = "向国家能源局反映"
    assert grading.suggest(only, GRADES, text=text, channel="phone").grade == "general"
    assert grading.suggest(only, GRADES, text=text, channel="12398").grade == "special"


def test_without_grades_there_is_nothing_to_suggest() -> None:
    with pytest.raises(ValueError, match="no grades"):
        grading.suggest(RULES.complaints, [], text="")


@pytest.mark.parametrize(
    ("charge", "facts", "points"),
    [
        ("late", {"kind": "fault"}, 1),
        ("late", {"kind": "complaint", "clock": "answer"}, 2),
        ("substantiated", {"kind": "complaint", "grade": "general"}, 2),
        ("substantiated", {"kind": "complaint", "grade": "special"}, 15),
        ("praise", {}, None),
    ],
)
def test_points_of_a_charge(charge: str, facts: dict[str, str], points: int | None) -> None:
    found = RULES.complaints.charge(charge, **facts)
    assert (found.points if found else None) == points


@pytest.mark.parametrize(("grade", "depth", "evidence", "files"), [("", 2, 3, 0), ("general", 2, 3, 0),
                         ("important", 2, 3, 0), ("major", 3, 5, 1), ("special", 3, 5, 1)])  # fmt: skip
def test_what_a_grade_drives(grade: str, depth: int, evidence: int, files: int) -> None:
    assert RULES.review_depth("complaint", "complaint.service", grade) == depth
    assert RULES.retention_days("evidence", grade) == evidence * 365 + evidence // 4
    assert RULES.complaints.files(grade) == files
    limit = RULES.limit("contact", kind="complaint", grade=grade)
    assert limit is not None
    assert limit.minutes == (120 if grade in ("major", "special") else 1440)
