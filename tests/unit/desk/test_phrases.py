"""Call templates: by situation and kind, filled in; the speech coach finds no fault in any of them."""

from __future__ import annotations

import pytest
from tests import rules

from open95598.foundation.rulebook.desk_schema import variables
from open95598.service.desk.phrases import GAP, sentences, surname
from open95598.service.intake.speech import advise

RULES = rules.shipped()
KNOWN = {"agent": "1024", "customer": "李", "number": "GD20260302001", "hotline": "95598"}


@pytest.mark.parametrize("phrase", RULES.desk.phrases, ids=lambda one: one.code)
def test_no_template_says_what_the_speech_rules_forbid(phrase: object) -> None:
    text = phrase.text.zh.replace("{number}", KNOWN["number"]).replace("{agent}", KNOWN["agent"])  # type: ignore[attr-defined]
    for kind in ("", *(kind.code for kind in RULES.kinds)):
        assert advise(RULES.intake, text, kind) == ()


def test_every_situation_has_a_sentence_for_every_kind() -> None:
    situations = [choice.code for choice in RULES.choices("situations")]
    assert situations[0] == "opening" and situations[-1] == "closing"
    for kind in RULES.kinds:
        found = sentences(RULES, kind.code, KNOWN, "zh-hans")
        assert list(dict.fromkeys(one.situation for one in found)) == situations
        assert not any("{" in one.text or one.gaps for one in found)


def test_a_sentence_of_another_kind_is_not_offered_and_what_is_unknown_is_a_gap() -> None:
    fault = {one.code for one in sentences(RULES, "fault", KNOWN, "zh-hans")}
    praise = {one.code for one in sentences(RULES, "praise", KNOWN, "zh-hans")}
    assert "comfort-outage" in fault - praise
    told = {one.code: one for one in sentences(RULES, "", {"agent": "1024"}, "en")}
    assert told["registered"].gaps and GAP in told["registered"].text and not told["opening"].gaps


def test_braces_that_do_not_pair_are_refused() -> None:
    assert variables("工单{number}，{agent}") == {"number", "agent"}
    with pytest.raises(ValueError, match="expected"):
        variables("工单{number")


@pytest.mark.parametrize(
    ("name", "found"), [("李小明", "李"), ("欧阳娜", "欧阳"), ("John", ""), ("", ""), ("某某有限公司", "")]
)
def test_a_surname_is_that_of_a_person(name: str, found: str) -> None:
    assert surname(name) == found
