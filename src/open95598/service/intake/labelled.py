"""A labelled spreadsheet: which columns are text and label, and which rows say the same twice. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from open95598.service.intake import texts

LABEL_HEADERS = (
    "一级分类",
    "一级标签",
    "业务类别",
    "工单分类",
    "分类",
    "类别",
    "标签",
    "类型",
    "label",
    "category",
    "class",
    "target",
)
TITLE_HEADERS = ("主题", "标题", "题目", "title", "subject")
BODY_HEADERS = (
    "详情",
    "受理内容",
    "内容",
    "正文",
    "描述",
    "诉求",
    "文本",
    "评论",
    "留言",
    "text",
    "content",
    "description",
    "body",
    "review",
)
#: two texts that share so much of their runs of three characters are one message sent twice
NEAR = 0.8
_RUN = 3
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class NoColumns(ValueError):
    """The columns could not be told; ``args[0]`` says which (``label`` or ``text``)."""


@dataclass(frozen=True)
class Columns:
    """The headers of the columns: ``texts`` in reading order (a title before its body), and the label's."""

    texts: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Example:
    """One labelled text; ``row``: its number in the sheet."""

    row: int
    document: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Duplicate:
    """A row that was left out because another says the same."""

    row: int
    of: int
    near: bool
    #: the two rows have different labels
    conflict: bool


def detect(headers: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Columns:
    """Tell the columns by their headers, else by what is in them. Raises ``NoColumns``.

    A label has few values, each short and often repeated; texts are long and seldom repeated.
    """
    filled = {h: [r.get(h, "").strip() for r in rows if r.get(h, "").strip()] for h in headers}
    label = _by_name(headers, LABEL_HEADERS, lambda h: _is_label(filled[h])) or _best(headers, filled, _labelness)
    if not label:
        raise NoColumns("label")
    rest = [h for h in headers if h != label and not _by_name([h], LABEL_HEADERS, lambda _h: True)]
    body = _by_name(rest, BODY_HEADERS, lambda h: _is_text(filled[h])) or _best(rest, filled, _textness)
    title = _by_name([h for h in rest if h != body], TITLE_HEADERS, lambda h: _is_text(filled[h]))
    found = tuple(filter(None, (title, body)))
    if not found:
        raise NoColumns("text")
    return Columns(found, label)


def _by_name(headers: Iterable[str], names: Sequence[str], fits: Callable[[str], bool]) -> str:
    """Return the header that is, ends with, or holds one of the names, the earlier names first."""
    plain = {h: h.strip().casefold() for h in headers}
    for how in (str.__eq__, str.endswith, str.__contains__):
        for name in names:
            for header, text in plain.items():
                if how(text, name) and fits(header):
                    return header
    return ""


def _is_label(values: Sequence[str]) -> bool:
    return bool(values) and 2 <= len(set(values)) <= max(2, len(values) // 2) and mean(map(len, values)) <= 40


def _is_text(values: Sequence[str]) -> bool:
    return bool(values) and mean(map(len, values)) >= 4 and len(set(values)) > len(values) // 3


def _best(headers: Iterable[str], filled: Mapping[str, Sequence[str]], how: Callable[[Sequence[str]], float]) -> str:
    scored = [(how(filled[h]), h) for h in headers]
    best = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    return best[1] if best[0] > 0 else ""


def _labelness(values: Sequence[str]) -> float:
    """Return how much a column looks like a label: few, short, repeated values."""
    if not _is_label(values) or any(len(v) > 40 for v in values):
        return 0.0
    distinct = len(set(values))
    named = 2.0 if any(not v.replace(".", "").isdecimal() for v in values) else 1.0
    return named * (1 - distinct / len(values)) / (1 + abs(mean(map(len, values)) - 5) / 10)


def _textness(values: Sequence[str]) -> float:
    """Return how much a column looks like text: long, of Chinese characters or many words, seldom repeated."""
    if not _is_text(values):
        return 0.0
    wordy = mean(min(1.0, len(_CHINESE.findall(v)) / 4 + v.count(" ") / 8) for v in values[:500])
    return wordy * mean(min(len(v), 500) for v in values) * len(set(values)) / len(values)


def examples(rows: Iterable[tuple[int, Mapping[str, str]]], columns: Columns) -> list[Example]:
    """Return the rows that have a label and a text."""
    found = []
    for number, row in rows:
        document = tuple(row.get(h, "").strip() for h in columns.texts)
        label = row.get(columns.label, "").strip()
        if label and any(document):
            found.append(Example(number, document, label))
    return found


def without_duplicates(given: Sequence[Example], near: float = NEAR) -> tuple[list[Example], list[Duplicate]]:
    """Return the examples that say something new, in order, and those that say the same as an earlier one.

    The same: the body is equal without blanks and punctuation, or the sets of its runs of three characters overlap by
    ``near`` (Jaccard). Deterministic; candidates share one of their rarest runs, so that long lists stay quick.
    """
    bodies = [texts.bare(example.document[-1] or "".join(example.document)) for example in given]
    sets = [_runs(body) for body in bodies]
    counts = Counter(run for runs in sets for run in runs)
    exact: dict[str, int] = {}
    by_run: dict[str, list[int]] = defaultdict(list)
    kept: list[Example] = []
    left: list[Duplicate] = []
    for n, example in enumerate(given):
        # of two sets that overlap by ``near``, one must hold one of the other's (1 − near) rarest runs
        rare = sorted(sets[n], key=lambda run: (counts[run], run))
        prefix = rare[: len(rare) - int(near * len(rare)) + 1]
        same = exact.get(bodies[n])
        other = same if same is not None else _nearest(sets, n, {m for run in prefix for m in by_run[run]}, near)
        if other is not None:
            twin = given[other]
            left.append(Duplicate(example.row, twin.row, same is None, twin.label != example.label))
            continue
        exact[bodies[n]] = n
        for run in prefix:
            by_run[run].append(n)
        kept.append(example)
    return kept, left


def _runs(body: str) -> frozenset[str]:
    return frozenset(body[i : i + _RUN] for i in range(max(1, len(body) - _RUN + 1)))


def _nearest(sets: Sequence[frozenset[str]], n: int, candidates: set[int], near: float) -> int | None:
    best, found = near, None
    for m in sorted(candidates):
        small, large = sorted((len(sets[n]), len(sets[m])))
        if small < near * large:
            continue
        shared = len(sets[n] & sets[m])
        alike = shared / (small + large - shared)
        if alike >= best and (found is None or alike > best):
            best, found = alike, m
    return found
