"""Knowledge as files: the shipped content holds together and keeps the rules of DOMAIN 1.2; errors name their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from open95598.foundation.rulebook import files
from open95598.foundation.rulebook.yamltext import Broken
from open95598.service.knowledge import content

ROOT = Path(__file__).resolve().parents[3] / "rulebooks" / "cn"
SHIPPED = ROOT / "knowledge" / "items"


@pytest.fixture(scope="module")
def shipped() -> content.Content:
    return content.read(SHIPPED)


@pytest.fixture(scope="module")
def rules() -> object:
    return files.check_root(ROOT)[-1].rulebook


def test_the_shipped_items_cover_what_the_specification_asks(shipped):
    codes = {item.code for item in shipped.items}
    assert {f"K{n}" for n in range(1, 11)} <= codes
    assert len(codes) >= 100
    assert all(len(item.questions) >= 2 and item.source for item in shipped.items)


def test_no_category_stands_empty(shipped):
    assert {item.category for item in shipped.items} == {c.code for c in shipped.categories}


def test_what_is_said_keeps_the_speech_rules(shipped):
    """DOMAIN 1.2: no 抱歉 as the apology, no 您好 echoed, no 您说, no abbreviations, no 一卡通."""
    forbidden = re.compile("抱歉|您好|(?<!向)您说|漏保|一卡通|(?<!中国)(工商|农业)(银行)?|招商(?!银行)|肯定赔|必须")
    said = [(item.code, line) for item in shipped.items for line in item.say]
    assert [pair for pair in said if forbidden.search(pair[1])] == []


def test_no_item_asks_a_customer_to_try_sockets(shipped):
    """K4."""
    assert not [
        i.code for i in shipped.items for line in (*i.say, i.answer) if re.search("试.{0,3}插座|插座.{0,3}试", line)
    ]


def test_figures_agree_with_the_rulebook(shipped, rules):
    """A figure that names a row of the limits says the same as that row."""
    words = {"min": "分钟", "h": "小时", "d": "天", "wd": "个工作日"}
    rows = re.findall(r"code: ([\w-]+).*?limit: (\d+)(min|h|d|wd)", _limits())
    limits = {code: f"{number}{words[unit]}" for code, number, unit in rows}
    told = {f.limit: f.value for f in shipped.figures if f.limit}
    assert told == {code: limits[code] for code in told}


def _limits() -> str:
    text = (max(ROOT.glob("20*")) / "limits.yaml").read_text(encoding="utf-8")
    return re.sub(r"\n\s{4,}", " ", text)


def test_orders_named_are_categories_of_the_rulebook(shipped, rules):
    unknown = {code for item in shipped.items for code in item.orders if not rules.has_category(code)}
    assert unknown == set()


def test_every_figure_is_filled_in(shipped):
    assert "{{" not in "".join(item.answer + "".join((*item.say, *item.do)) for item in shipped.items)


GOOD = """
figures:
  - {code: visit, value: 45分钟}
categories:
  - {code: outage, label: {zh: 停电, en: Outage}}
items:
  - code: K1
    title: 停电
    category: outage
    answer: 城区{{visit}}到。
"""


def test_a_figure_is_written_once_and_filled_in_everywhere(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    assert content.read(tmp_path).items[0].answer == "城区45分钟到。"


@pytest.mark.parametrize(
    ("wrong", "line", "reason"),
    [
        (("{{visit}}", "{{visits}}"), 7, "no figure named 'visits'"),
        (("category: outage", "category: nothing"), 7, "no category 'nothing'"),
        (("answer:", "reply:"), 7, "Field required"),
        (("code: K1", "code: k-1"), 7, "pattern"),
        (("answer: 城", "see: [K9]\n    answer: 城"), 7, "no item 'K9'"),
        (("title: 停电", "title: 停电\n    audience: everybody"), 9, "'internal' or 'public'"),
        (("title: 停电", "title: 停电\n    valid_from: 2026-02-30"), 9, "day is out of range"),
        (("45分钟}", "45分钟}\n  - {code: idle, value: 1}"), 4, "valid string"),
        (("45分钟}", '45分钟}\n  - {code: idle, value: "1"}'), 4, "used by no item"),
    ],
)
def test_errors_name_file_line_and_reason(tmp_path, wrong, line, reason):
    (tmp_path / "a.yaml").write_text(GOOD.replace(*wrong), encoding="utf-8")
    with pytest.raises(Broken) as caught:
        content.read(tmp_path)
    assert any(str(p).startswith(f"a.yaml:{line}:") and reason in p.reason for p in caught.value.problems), caught.value


def test_a_code_is_used_once(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD.split("items:")[1].join(["items:", ""]), encoding="utf-8")
    with pytest.raises(Broken, match=r"b.yaml:2: 'K1' stands here twice, first at a.yaml:7"):
        content.read(tmp_path)
