"""Figures of a measured search by hand, files of questions and answers, the command."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from open95598.foundation.search import evaluation, questions
from open95598.foundation.search.evaluation import Bm25, Pair


def test_ranks_and_their_means_by_hand() -> None:
    pairs = [Pair("a", frozenset({1})), Pair("b", frozenset({2, 3})), Pair("c", frozenset({9}))]
    answers = {"a": [1, 2], "b": [5, 3, 2], "c": [*range(20, 40), 9]}
    ours, worse = evaluation.measure(pairs, {"ours": answers.__getitem__, "none": lambda _q: []})
    assert ours.ranks == (1, 2, 0)
    assert ours.mrr.value == pytest.approx(0.5)
    assert ours.first.value == pytest.approx(1 / 3)
    assert ours.within.value == pytest.approx(2 / 3)
    assert ours.mrr.low <= ours.mrr.value <= ours.mrr.high
    assert ours.behind is None
    assert worse.behind is not None
    assert worse.behind.value == pytest.approx(0.5)
    assert evaluation.measure(pairs, {"ours": answers.__getitem__})[0] == ours  # seeded


def test_the_interval_of_a_coin_is_about_what_theory_says() -> None:
    figure = evaluation.interval([0.0, 1.0] * 50)
    assert figure.value == 0.5
    assert figure.low == pytest.approx(0.4, abs=0.02)
    assert figure.high == pytest.approx(0.6, abs=0.02)


def test_plain_bm25_by_hand() -> None:
    ask = Bm25(["a a b", "a c", "c c"], str.split)
    assert ask("b") == [0]
    assert ask("c") == [2, 1]  # twice in a text as long
    assert ask("nothing") == []


@pytest.mark.parametrize("suffix", ["json", "yaml", "csv"])
def test_the_columns_of_any_file_are_told(tmp_path, suffix: str) -> None:
    rows = [
        {
            "编号": str(n),
            "留言主题": f"第{n}号路停电",
            "留言详情": f"我家第{n}号路停电了请问几时来电",
            "答复意见": f"第{n}号路线路已经修好",
        }
        for n in range(5)
    ]
    file = tmp_path / f"file.{suffix}"
    if suffix == "csv":
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
        file.write_text("\n".join(lines), encoding="utf-8")
    else:
        file.write_text(json.dumps({"rows": rows} if suffix == "yaml" else rows), encoding="utf-8")
    read = questions.read(file)
    columns = questions.detect(read)
    assert columns == questions.Columns(("留言主题", "留言详情"), "答复意见")
    pairs, answers = questions.pairs([*read, read[0]], columns)
    assert len(answers) == 5
    assert [pair.answers for pair in pairs] == [frozenset({n}) for n in (0, 1, 2, 3, 4, 0)]


def test_columns_without_names_are_told_by_their_texts_and_numbers_never() -> None:
    rows = [{"x": "2026-01-01 10:00", "y": "怎么交电费呢", "z": "可以在网上或者营业厅交电费"}] * 3
    assert questions.detect(rows) == questions.Columns(("y",), "z")
    assert questions.detect(rows, ("z",)).answer == "y"
    with pytest.raises(questions.NoColumns):
        questions.detect([{"x": "12", "y": "13"}])


def test_the_command_prints_figures_for_any_file(tmp_path) -> None:
    import typer

    from open95598.foundation.search import commands

    file = tmp_path / "some.json"
    words = ["停电", "电费", "电表", "充电桩", "发票", "过户"]
    file.write_text(json.dumps([{"q": f"我想问{w}的事", "a": f"关于{w}，请到营业厅办理"} for w in words]))
    app = typer.Typer()
    app.command("measure")(commands.measure)
    app.command("other")(commands.status)
    told = CliRunner().invoke(app, ["measure", str(file), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert (found["questions"], found["answers"]) == (6, 6)
    assert [one["r_at_1"]["value"] for one in found["methods"]] == [1.0, 1.0, 1.0]
    wrong = CliRunner().invoke(app, ["measure", str(file), "--answer", "c"])
    assert wrong.exit_code == 1
