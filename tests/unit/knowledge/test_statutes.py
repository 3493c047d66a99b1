"""Statutes in Markdown, article by article."""

from __future__ import annotations

from datetime import date

import pytest

from open95598.service.knowledge import statutes

TEXT = """# 中华人民共和国试验电法

2020年1月1日 某会议通过

<!-- INFO END -->

## 第一章　总　则

第一条　为了试验，制定本法。

第二条 本法所称试验，包括：

(一)读；

(二)写。

## 第二章 附则

### 第一节 施行

第一百零三条 第二条规定的事项，自公布之日起施行。
"""


def test_articles_with_their_chapters():
    law = statutes.read(TEXT, "试验电法(2020-01-02).md")
    assert (law.title, law.version_on, law.enacted) == (
        "中华人民共和国试验电法",
        date(2020, 1, 2),
        "2020年1月1日 某会议通过",
    )
    assert [(a.number, a.label, a.chapter) for a in law.articles] == [
        (1, "第一条", "第一章 总 则"), (2, "第二条", "第一章 总 则"), (103, "第一百零三条", "第二章 附则 第一节 施行"),
    ]  # fmt: skip
    assert law.articles[1].text == "本法所称试验，包括：\n(一)读；\n(二)写。"
    assert statutes.short(law.title) == "试验电法" == statutes.short("《中华人民共和国试验电法》")


def test_paragraphs_numbered_without_articles():
    law = statutes.read("# 旧规定\n\n现规定如下：\n\n一、甲。\n\n十二、乙。\n", "旧.md")
    assert [(a.number, a.label, a.text) for a in law.articles] == [(1, "一", "甲。"), (12, "十二", "乙。")]
    assert law.version_on is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("第一条 没有标题。", 1, "does not begin with a heading"),
        ("", 1, "does not begin with a heading"),
        ("# 有标题\n\n没有条文。", 1, "no article"),
        ("# 重复\n\n第一条 甲。\n\n第一条 乙。", 1, "第一条 stands in the file twice"),
    ],
)
def test_what_is_no_law(text, line, reason):
    with pytest.raises(statutes.NotALaw, match=reason) as caught:
        statutes.read(text, "x.md")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("二十", 20), ("一百零三", 103), ("一千二百三十四", 1234), ("7", 7)]
)
def test_numbers(text, number):
    assert statutes.number_of(text) == number
