"""When a supervision is called for, by the rulebook that is shipped."""

from __future__ import annotations

import pytest
from tests import rules

from open95598.control.supervision import flows
from open95598.control.supervision.triggers import Seen, fitting
from open95598.foundation.rulebook.oversight_rows import Trigger
from open95598.foundation.words import Label

RULES = rules.shipped()


def codes(**seen: object) -> list[str]:
    return [t.code for t in fitting(RULES.oversight.triggers, Seen(**({"kind": "fault"} | seen)))]


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ({}, []),
        ({"clock": "answer"}, ["overdue"]),
        ({"clock": "accept"}, []),
        ({"urges": 1}, []),
        ({"urges": 2}, ["urged_twice"]),
        ({"urges": 3}, ["urged_twice"]),
        ({"channel": "media"}, ["media"]),
        ({"text": "我已经联系了记者，明天就上电视台"}, ["media"]),
        ({"text": "家里没电"}, []),
        ({"priority": "safety"}, ["safety"]),
        ({"marks": frozenset({"important_customer"})}, ["important_customer"]),
        ({"marks": frozenset({"media", "safety"})}, ["media", "safety"]),
        ({"repeats": 2}, []),
        ({"repeats": 3}, ["third_repeat"]),
        ({"kind": "complaint", "grade": "major"}, ["serious_complaint"]),
        ({"kind": "complaint", "grade": "general"}, []),
        ({"kind": "fault", "grade": "major"}, []),
    ],
)
def test_what_calls_for_a_supervision(seen: dict[str, object], wanted: list[str]) -> None:
    assert codes(**seen) == wanted


def test_a_category_counts_with_all_below_it_and_a_word_in_any_width() -> None:
    lineage = RULES.lineage("complaint.construction.facilities.safety")
    assert len(lineage) > 1
    assert codes(kind="complaint", category=lineage) == ["safety"]
    assert codes(kind="complaint", category=lineage[:-1]) == []
    wide = Trigger("tv", Label("电视", "TV"), "facts", Label("查", "look"), words=("TV台",))
    assert fitting([wide], Seen(kind="fault", text="已告诉ＴＶ台"))


def test_serious_ones_pass_two_supervisors_and_every_state_of_an_answer_owed_has_a_clock() -> None:
    assert {t.code for t in RULES.oversight.triggers if t.serious} == {"media", "safety", "serious_complaint"}
    for name in (*flows.UNANSWERED, "answered", "accepted"):
        clock = flows.FLOW.state(name).clock
        assert clock
        assert RULES.limit(clock, kind="supervision", priority="normal")
        assert RULES.ladder("supervision", clock)
    assert RULES.limit("take_note", kind="supervision", priority="urgent").minutes == 15
    assert RULES.limit("second_note", kind="supervision", priority="urgent").minutes == 15
