"""Guided scripts: the shipped ones hold together; walking; what a check finds, with file, line and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.rulebook.yamltext import Broken
from open95598.service.knowledge import scripting, trees

SHIPPED = scripting.read(Path(__file__).resolve().parents[3] / "rulebooks" / "cn" / "knowledge" / "scripts")
BY_CODE = {script.code: script for script in SHIPPED}


def test_what_the_specification_asks_is_there():
    items = {code for script in SHIPPED for code in script.part.items}
    assert {"K2", "K3", "K4", "K5", "K10", "PAY-03"} <= items
    assert not [s.code for s in SHIPPED for e in s.part.endings if re.search("抱歉|试.{0,3}插座", e.say.zh)]


def test_the_switch_that_will_not_close():
    """K4: credit first; then everything off; the faulty circuit stays off; sockets never."""
    script = BY_CODE["switch"]
    assert scripting.walk(script, ["no", "none"]).ending.code == "buy"
    position = scripting.walk(script, ["no", "fine"])
    assert position.step.code == "reclose" and "插座" in position.step.warning.zh
    assert scripting.walk(script, ["no", "fine", "yes", "one"]).ending.does == "self_help"
    crew = scripting.walk(script, ["no", "unknown", "no"])
    assert (crew.ending.does, crew.ending.category) == ("order", "fault.lv.no_power")
    assert "余额" in scripting.told(crew, "zh-hans") and scripting.told(crew, "zh-hans").count("\n") == 2
    for wrong in (["maybe"], ["no", "none", "yes"]):
        with pytest.raises(scripting.NoSuchAnswer):
            scripting.walk(script, wrong)


@given(st.sampled_from(SHIPPED), st.lists(st.integers(0, 8), min_size=30, max_size=30))
def test_every_conversation_ends_and_the_tree_draws_its_steps(script, picks):
    answers: list[str] = []
    position = scripting.walk(script, answers)
    for pick in picks:
        if position.ending:
            break
        answers.append(position.step.answers[pick % len(position.step.answers)].code)
        position = scripting.walk(script, answers)
    assert position.ending is not None and position.step is None

    def steps(branch: trees.Branch) -> set[str]:
        own = {branch.step.code} if branch.step and not branch.again else set()
        return own.union(*map(steps, branch.branches))

    assert steps(trees.of(script)) == {step.code for step in script.part.steps}


GOOD = """scripts:
  - code: s
    label: {zh: 脚本, en: Script}
    warns: {zh: 小心, en: Careful}
    first: a
    steps:
      - code: a
        ask: {zh: 甲？, en: A?}
        warning: {zh: 小心, en: Careful}
        answers:
          - {code: x, label: {zh: 是, en: Y}, to: b}
          - {code: y, label: {zh: 否, en: N}, to: end}
      - code: b
        ask: {zh: 乙？, en: B?}
        answers:
          - {code: x, label: {zh: 是, en: Y}, to: end}
          - {code: y, label: {zh: 否, en: N}, to: help}
    endings:
      - {code: end, does: information, label: {zh: 完, en: End}, say: {zh: 完。, en: End.}}
      - {code: help, does: self_help, label: {zh: 自, en: Self}, say: {zh: 自。, en: Self.}}
"""


@pytest.mark.parametrize(
    ("wrong", "line", "reason"),
    [
        (("to: b}", "to: c}"), 7, "a.x is a dead end: no 'c'"),
        (("to: b}", "to: end}"), 13, "'b' is never reached"),
        (("{zh: 是, en: Y}, to: end}", "{zh: 是, en: Y}, to: a}"), 7, "going round: 'a'"),
        (("        warning: {zh: 小心, en: Careful}\n", ""), 19, "a way leads to 'help' without a warning: 小心"),
        (("does: information", "does: order"), 19, "end: an order needs a category"),
        (("first: a", "first: z"), 2, "no first step 'z'"),
        (
            ("{code: y, label: {zh: 否, en: N}, to: end}", "{code: x, label: {zh: 否, en: N}, to: end}"),
            7,
            "stands here twice",
        ),
        (("ask: {zh: 乙？, en: B?}", "ask: {zh: 乙？}"), 14, "both languages"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, wrong, line, reason):
    (tmp_path / "s.yaml").write_text(GOOD, encoding="utf-8")
    assert len(scripting.read(tmp_path)) == 1
    (tmp_path / "s.yaml").write_text(GOOD.replace(*wrong, 1), encoding="utf-8")
    with pytest.raises(Broken) as caught:
        scripting.read(tmp_path)
    assert any(str(p).startswith(f"s.yaml:{line}:") and reason in p.reason for p in caught.value.problems), caught.value
