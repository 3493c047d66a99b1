"""A file of questions and answers: which columns are which, and what is right for each question. Pure but for reading.

Tables (.xlsx, .xls, .csv, .tsv) have a question and its answer in a row. JSON and YAML hold a list of such rows (bare,
or under one key). The same answer in several rows is one answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from open95598.foundation.search.documents import Document
from open95598.foundation.search.evaluation import Pair

TITLES = ("主题", "标题", "title", "subject")
QUESTIONS = (
    "问题", "提问", "问句", "标准问", "详情", "留言", "诉求", "内容", "question", "query", "message", "text", "q",
)  # fmt: skip
ANSWERS = ("答案", "答复意见", "答复内容", "答复", "回复", "回答", "解答", "answer", "reply", "response", "a")


class NoColumns(ValueError):
    """The columns could not be told; ``args[0]`` says which (``question`` or ``answer``)."""


@dataclass(frozen=True)
class Columns:
    """The columns: those of the question in reading order (a title before its text), and the answer's."""

    questions: tuple[str, ...]
    answer: str


def read(path: Path, sheet: str = "") -> list[dict[str, str]]:
    """Return the rows of a file as texts by column. Raises ``ValueError``, ``foundation.errors.Refused``."""
    if path.suffix.lower() in {".json", ".yaml", ".yml"}:
        return _rows(_load(path))
    from open95598.foundation.transfer.reading import read_table

    table = read_table(str(path), sheet=sheet or None)
    return [{header: _text(row.cells.get(header)) for header in table.headers} for row in table]


def _load(path: Path) -> Any:
    content = path.read_text(encoding="utf-8")
    if path.suffix.lower() == ".json":
        return json.loads(content)
    import yaml

    return yaml.safe_load(content)


def _rows(value: Any) -> list[dict[str, str]]:
    if isinstance(value, Mapping):
        lists = [each for each in value.values() if isinstance(each, list)]
        value = lists[0] if len(lists) == 1 else value
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise ValueError("the file holds no list of rows")
    return [{str(name): _text(cell) for name, cell in row.items()} for row in value]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def detect(rows: Sequence[Mapping[str, str]], given: tuple[str, ...] = (), answer: str = "") -> Columns:
    """Tell the columns that are not given by their names, else by what is in them: of the two with the longest texts
    the first is the question. Raises ``NoColumns``.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    filled = {name: [row[name] for row in rows if row.get(name)] for name in names}
    lengths = {name: mean(map(len, texts)) for name, texts in filled.items() if texts and _says(texts)}
    answer = answer or _named([name for name in lengths if name not in given], ANSWERS)
    rest = [name for name in lengths if name != answer and name not in given]
    question = "" if given else _named(rest, QUESTIONS)
    longest = sorted(rest, key=lambda name: -lengths[name])
    if not answer:
        able = [name for name in longest if name != question][: 1 if question or given else 2]
        answer = max(able, key=names.index, default="")
    if not given and not question:
        question = next((name for name in longest if name != answer), "")
    if not answer or not (given or question):
        raise NoColumns("question" if answer else "answer")
    if given:
        return Columns(given, answer)
    title = _named([name for name in rest if name not in (question, answer)], TITLES)
    return Columns(tuple(filter(None, (title, question))), answer)


def _says(texts: Sequence[str]) -> bool:
    """Say whether a column holds texts and not numbers, times or codes."""
    return mean(sum(char.isalpha() for char in text) / len(text) for text in texts[:200]) > 0.5


def _named(names: Any, wanted: Sequence[str]) -> str:
    plain = {name: name.strip().casefold() for name in names}
    for how in (str.__eq__, str.endswith, str.__contains__):
        for want in wanted:
            if len(want) > 1 or how is str.__eq__:
                for name, text in plain.items():
                    if how(text, want):
                        return str(name)
    return ""


def pairs(
    rows: Sequence[Mapping[str, str]], columns: Columns, source: str = "measured"
) -> tuple[list[Pair], list[Document]]:
    """Return the questions with the numbers of their answers, and the answers. Rows that lack one are left out."""
    numbers: dict[str, int] = {}
    found = []
    for row, cells in enumerate(rows, 1):
        question = "\n".join(filter(None, (cells.get(name, "") for name in columns.questions)))
        answer = cells.get(columns.answer, "")
        if question and answer:
            found.append(Pair(question, frozenset({numbers.setdefault(answer, len(numbers))}), row))
    return found, [Document(source, number, "", text) for text, number in numbers.items()]
