"""Laws are brought in article by article; a second time changes only what changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from open95598.foundation.search.models import Change
from open95598.service.knowledge import lawbooks, laws
from open95598.service.knowledge.models import LawArticle

pytestmark = pytest.mark.django_db
TEXT = "# 中华人民共和国试验电法\n\n## 第一章 总则\n\n第一条 甲。\n\n第二条 乙。\n\n第三条 丙。\n"


def bring(folder, now):
    return {done.file: done for done in lawbooks.bring(folder, now)}


def test_a_law_is_brought_in_once_and_changed_by_versions(tmp_path, now):
    first = tmp_path / "试验电法(2020-01-01).md"
    first.write_text(TEXT, encoding="utf-8")
    assert bring(tmp_path, now)[first.name].new == 3
    again = bring(tmp_path, now)[first.name]
    assert (again.new, again.changed, again.same) == (0, 0, 3) and LawArticle.objects.count() == 3
    second = tmp_path / "试验电法(2024-06-01).md"
    second.write_text(TEXT.replace("乙。", "乙，改。").replace("第三条 丙。\n", ""), encoding="utf-8")
    first.unlink()
    later = now + timedelta(days=1)
    done = bring(tmp_path, later)[second.name]
    assert (done.new, done.changed, done.gone, done.same) == (0, 1, 1, 1)
    old = LawArticle.objects.filter(replaced_at=later).order_by("number")
    assert [(row.number, row.text, row.valid_until) for row in old] == [
        (2, "乙。", date(2024, 5, 31)), (3, "丙。", date(2024, 5, 31)),
    ]  # fmt: skip
    in_force = LawArticle.objects.get(number=2, replaced_at=None)
    assert (in_force.text, in_force.valid_from) == ("乙，改。", date(2024, 6, 1))
    assert set(Change.objects.filter(at=later, source="law").values_list("object_id", flat=True)) == {
        in_force.pk, *(row.pk for row in old),
    }  # fmt: skip
    first.write_text(TEXT, encoding="utf-8")
    assert "newer version" in bring(tmp_path, later)[first.name].problem


def test_errors_are_told_by_file_and_the_others_are_brought_in(tmp_path, now):
    (tmp_path / "a.md").write_text("没有标题", encoding="utf-8")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.md").write_text(TEXT, encoding="utf-8")
    done = bring(tmp_path, now)
    assert "line 1" in done["a.md"].problem and "UTF-8" in done["b.md"].problem
    assert (done["c.md"].problem, done["c.md"].new) == ("", 3)


def test_items_find_articles_by_title_and_number(tmp_path, now):
    (tmp_path / "c.md").write_text(TEXT, encoding="utf-8")
    bring(tmp_path, now)
    named = [{"law": "试验电法", "article": 2}, {"law": "《中华人民共和国试验电法》", "article": 9}]
    found, unknown = laws.linked(named)
    assert found.text == "乙。" and found.url.endswith(f"#a{LawArticle.objects.get(number=2).pk}")
    assert (unknown.text, unknown.url) == ("", "")
