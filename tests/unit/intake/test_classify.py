"""Category suggestion: columns, duplicates, folds, figures; what is learned, stored, explained and measured."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from open95598.service.intake import byrules, evaluation, labelled, learning, measuring
from open95598.service.intake import model as models
from open95598.service.intake.labelled import Columns, Example
from open95598.service.intake.shelf import Shelf

PHRASES = {
    "停电": ("整栋楼突然停电", "家里没有电", "邻居也没电了", "小区大面积停电", "晚上八点停电到现在"),
    "电费": ("电费突然翻倍", "账单金额不对", "多收了电费", "阶梯电价怎么算", "上个月电费太高"),
    "服务": ("工作人员态度恶劣", "窗口排队太久", "没有人接电话", "营业厅推诿", "抢修人员不礼貌"),
}
PLACES = ("东湖路", "芙蓉小区", "解放路", "星湖镇", "银湖花园", "南岭村", "人民路", "滨江新城")


def messages(count: int = 90, seed: int = 1) -> list[tuple[int, dict[str, str]]]:
    """Made-up labelled messages, each class a third."""
    dice = Random(seed)
    rows = []
    for n in range(count):
        label = list(PHRASES)[n % 3]
        said = dice.sample(PHRASES[label], 2)
        place = dice.choice(PLACES)
        where = f"{place}{dice.randrange(1, 99)}号"
        body = f"{where}，{said[0]}，{said[1]}，编号{n}，希望尽快处理{dice.choice(PLACES)}的问题。"
        rows.append((n + 2, {"编号": str(n), "留言主题": f"{place}{said[0]}", "留言详情": body, "一级标签": label}))
    return rows


ROWS = messages()
HEADERS = list(ROWS[0][1])
COLUMNS = Columns(("留言主题", "留言详情"), "一级标签")


# columns


def test_columns_are_told_by_their_headers() -> None:
    assert labelled.detect(HEADERS, [row for _n, row in ROWS]) == COLUMNS


def test_columns_are_told_by_what_is_in_them() -> None:
    rows = [{"A": r["编号"], "B": r["留言详情"], "C": r["一级标签"]} for _n, r in ROWS]
    assert labelled.detect(["A", "B", "C"], rows) == Columns(("B",), "C")


def test_a_number_is_no_label_where_words_are() -> None:
    rows = [
        {"等级": str(n % 3), "诉求内容": r["留言详情"], "业务类别": r["一级标签"]} for n, (_n, r) in enumerate(ROWS)
    ]
    assert labelled.detect(["等级", "诉求内容", "业务类别"], rows) == Columns(("诉求内容",), "业务类别")


@pytest.mark.parametrize(("headers", "missing"), [(["编号"], "label"), (["一级标签"], "text")])
def test_a_table_without_label_or_text_is_refused(headers: list[str], missing: str) -> None:
    rows = [{h: r[h] for h in headers} for _n, r in ROWS]
    with pytest.raises(labelled.NoColumns) as caught:
        labelled.detect(headers, rows)
    assert caught.value.args[0] == missing


# duplicates


def test_duplicates_are_removed_exact_and_near_and_conflicts_are_named() -> None:
    body = "东湖路停电已经三个小时了，家里有老人和孩子，天气炎热，希望供电公司尽快派人抢修恢复供电。"
    given = [
        Example(2, ("", body), "停电"),
        Example(3, ("", " " + body.replace("，", ", ")), "停电"),
        Example(4, ("", body.replace("三个", "四个")), "服务"),
        Example(5, ("", "电费突然翻倍，请核实原因。"), "电费"),
    ]
    kept, left = labelled.without_duplicates(given)
    assert [e.row for e in kept] == [2, 5]
    assert [(d.row, d.of, d.near, d.conflict) for d in left] == [(3, 2, False, False), (4, 2, True, True)]


@given(st.lists(st.text(alphabet="停电费东湖路抢修人员", min_size=4, max_size=14), max_size=25))
def test_the_quick_search_finds_what_comparing_all_with_all_finds(bodies: list[str]) -> None:
    given_ = [Example(n, (body,), "x") for n, body in enumerate(bodies)]
    kept: list[frozenset[str]] = []
    rows = []
    for n, body in enumerate(bodies):
        runs = frozenset(body[i : i + 3] for i in range(max(1, len(body) - 2)))
        if not any(len(runs & other) / len(runs | other) >= labelled.NEAR for other in kept):
            kept.append(runs)
            rows.append(n)
    assert [e.row for e in labelled.without_duplicates(given_)[0]] == rows


# folds and figures


@given(st.lists(st.sampled_from("abc"), min_size=5, max_size=80), st.integers(2, 6))
def test_folds_deal_every_class_evenly_and_are_the_same_every_time(labels: list[str], count: int) -> None:
    fold = measuring.folds(labels, count)
    assert fold == measuring.folds(labels, count)
    for label in set(labels):
        sizes = [sum(f == n and la == label for f, la in zip(fold, labels, strict=True)) for n in range(count)]
        assert max(sizes) - min(sizes) <= 1
    sizes = [fold.count(n) for n in range(count)]
    assert max(sizes) - min(sizes) <= len(set(labels))


def test_figures_are_those_of_the_textbook() -> None:
    found = measuring.figures(list("aaabbc"), list("aabbbb"))
    assert found.accuracy == pytest.approx(4 / 6)
    by = {row.label: row for row in found.classes}
    assert (by["a"].precision, by["a"].recall) == (1.0, pytest.approx(2 / 3))
    assert by["b"].precision == 0.5 and by["c"].f1 == 0.0
    assert found.macro_f1 == pytest.approx((0.8 + 2 / 3 + 0) / 3)
    assert found.confusions == (("a", "b", 1), ("c", "b", 1))


# what is learned


@pytest.fixture(scope="module")
def learned() -> models.Model:
    documents = [(row["留言详情"],) for _n, row in ROWS]
    return learning.learn(documents, [row["一级标签"] for _n, row in ROWS], {"orders": len(ROWS)})


def test_what_was_learned_is_guessed_with_the_words_that_spoke_for_it(learned: models.Model) -> None:
    (first, *_rest) = learned.guess(("我们小区大面积停电，邻居也没电",))
    assert first.label == "停电"
    assert first.share > 0.5
    assert any("停电" in word or "没电" in word for word in first.reasons)
    assert all(word in "我们小区大面积停电，邻居也没电" for word in first.reasons)
    assert learned.about["accuracy"] > 0.9
    assert {g.label for g in learned.guess(("电费",), among=("服务", "停电"))} == {"服务", "停电"}
    assert learned.guess(("",)) == []


def test_the_table_says_what_the_learner_said(learned: models.Model) -> None:
    """Serving counts in plain Python what learning counted in sparse matrices."""
    documents = [(row["留言详情"],) for _n, row in ROWS[:12]]
    counts = learning.count([(row["留言详情"],) for _n, row in ROWS])
    values = learning.weigh(counts, np.arange(counts.size)).values(counts, np.arange(12))
    expected = np.asarray(values @ np.asarray(learned.weights).T + learned.bias)
    for document, row in zip(documents, expected, strict=True):
        assert learned.scores(learned.values(document)) == pytest.approx(row, abs=1e-6)


def test_a_stored_model_guesses_the_same_and_a_changed_file_is_refused(learned: models.Model) -> None:
    content = models.pack(learned)
    again = models.unpack(content)
    text = ("营业厅的工作人员态度恶劣",)
    assert [g.label for g in again.guess(text)] == [g.label for g in learned.guess(text)]
    assert again.about == learned.about
    with pytest.raises(models.Unusable):
        models.unpack(content, "0" * 64)
    for broken in (b"", content[: len(content) // 2], b"PK\x03\x04" + b"x" * 80):
        with pytest.raises(models.Unusable):
            models.unpack(broken)


def test_a_pickle_in_the_file_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    harmless = np.frombuffer(b"x", dtype=np.uint8)
    objects = np.array([{"run": "me"}], dtype=object)
    np.savez(path, head=objects, features=harmless, idf=harmless, weights=harmless, bias=harmless)
    with pytest.raises(models.Unusable):
        models.unpack(path.read_bytes())


def test_the_shelf_gives_the_newest_and_keeps_what_it_has_when_a_file_is_broken(
    tmp_path: Path, learned: models.Model
) -> None:
    writer, reader = Shelf(tmp_path / "intake"), Shelf(tmp_path / "intake")
    assert reader.get() is None
    used = writer.put(learned)
    reader._looked = float("-inf")
    held = reader.get()
    assert held is not None and held[1] == used.version
    (file,) = (tmp_path / "intake").glob("categories-*.npz")
    file.write_bytes(b"damaged")
    assert Shelf(tmp_path / "intake").get() is None
    assert reader.get() is not None
    other = learning.learn([("停电",), ("电费",)] * 3, ["a", "b"] * 3, {})
    newer = writer.put(other)
    reader._looked = float("-inf")
    held = reader.get()
    assert held is not None and held[1] == newer.version


# the rulebook's words


def test_the_rulebooks_words_suggest_before_anything_was_learned() -> None:
    known = [
        byrules.Known("fault.lv.no_power", ("低压故障", "停电原因待查"), ("没电", "停电")),
        byrules.Known("consultation.bill", ("电费电价咨询", "余额及欠费"), ("查电费", "欠多少")),
    ]
    (first, *_rest) = byrules.guess("你好，家里没电了", known)
    assert (first.label, first.reasons) == ("fault.lv.no_power", ("没电",))
    assert byrules.guess("你好", known) == []


# measured


def test_a_spreadsheet_is_measured_and_always_alike() -> None:
    one, two = evaluation.evaluate(ROWS, COLUMNS), evaluation.evaluate(ROWS, COLUMNS)
    assert one == two
    ours, bayes, majority = one.methods
    assert ours.accuracy[0] > 0.9
    assert majority.accuracy[0] < 0.5
    assert len(ours.by_fold) == evaluation.FOLDS
    assert bayes.macro_f1[0] > majority.macro_f1[0]


def test_the_command_reads_a_file_and_prints_what_it_found(tmp_path: Path) -> None:
    import typer
    import xlsxwriter

    from open95598.service.intake import commands

    path = tmp_path / "messages.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for column, header in enumerate(HEADERS):
            page.write(0, column, header)
        for number, row in enumerate([row for _n, row in ROWS] + [ROWS[0][1]], 1):
            for column, header in enumerate(HEADERS):
                page.write(number, column, row[header])
    app = typer.Typer()
    commands.register(app)
    done = CliRunner().invoke(app, ["measure", "classify", str(path), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["columns"] == {"texts": ["留言主题", "留言详情"], "label": "一级标签"}
    assert (told["rows"], len(told["duplicates"]), told["measured"]) == (91, 1, 90)
    assert told["methods"][0]["macro_f1"]["mean"] > 0.9
    shown = CliRunner().invoke(app, ["measure", "classify", str(path)])
    assert "Per class" in shown.output and "most frequent class" in shown.output
    wrong = CliRunner().invoke(app, ["measure", "classify", str(path), "--label-column", "无"])
    assert wrong.exit_code == 1
