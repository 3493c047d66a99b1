"""Reads a statute in Markdown, article by article. Pure.

A file says the title as its first heading, then when it was enacted and amended, chapters as headings below, and
articles as paragraphs that begin with 第…条 and a space; what follows up to the next article or heading belongs to the
article. Some old rules number their paragraphs 一、二、… instead. The day of the version stands in the file's name, in
brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_TITLE = re.compile(r"#\s+(.+)")
_HEADING = re.compile(r"#{2,6}\s+(.+)")
_ARTICLE = re.compile(r"(第([一二三四五六七八九十百千零〇两\d]+)条)[\s　]+")
_ITEM = re.compile(r"(([一二三四五六七八九十]+)、)\s*(?=\S)")
_NAMED = re.compile(r"[(（](\d{4}-\d{2}-\d{2})[)）]")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_STATE = "中华人民共和国"


class NotALaw(ValueError):
    """The text has no title or no article; the message says which, the ``line`` where (1: the whole file)."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Article:
    """One article; ``label`` is what the statute calls it (第三十条)."""

    number: int
    label: str
    chapter: str
    text: str


@dataclass(frozen=True)
class Statute:
    """A statute as a file has it; ``version_on`` None when the file's name says no day."""

    title: str
    enacted: str
    version_on: date | None
    articles: tuple[Article, ...]


def short(title: str) -> str:
    """Return a law's title as people name it: without 《》 and without what stands before it in full only."""
    return title.strip().strip("《》").removeprefix(_STATE)


def number_of(text: str) -> int:
    """Read a Chinese or Arabic number up to 9,999. Raises ``ValueError``."""
    if text.isascii() and text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
        else:
            raise ValueError(f"not a number: {text!r}")
    return total + digit


def read(text: str, name: str) -> Statute:
    """Read a file's text; ``name`` is the file's. Raises ``NotALaw`` with the line."""
    title, before, articles = "", [], list[Article]()
    chapters: dict[int, str] = {}
    pending: tuple[str, int, list[str]] | None = None
    by_item = not re.search(r"^第[^\s条]{1,8}条", _COMMENT.sub("", text), re.MULTILINE)

    def close() -> None:
        nonlocal pending
        if pending is not None:
            label, number, lines = pending
            chapter = " ".join(chapters[level] for level in sorted(chapters))
            articles.append(Article(number, label, chapter, "\n".join(filter(None, lines))))
        pending = None

    for at, line in _lines(text):
        if not title and (found := _TITLE.fullmatch(line)):
            title = _plain(found[1])
        elif found := _HEADING.fullmatch(line):
            close()
            level = len(line) - len(line.lstrip("#"))
            chapters = {k: v for k, v in chapters.items() if k < level} | {level: _plain(found[1])}
        elif found := (_ITEM if by_item else _ARTICLE).match(line):
            close()
            pending = (found[1].rstrip("、"), number_of(found[2]), [line[found.end() :].strip()])
        elif pending is not None:
            pending[2].append(line)
        elif not title:
            raise NotALaw("the file does not begin with a heading that says the title", at)
        else:
            before.append(line)
    close()
    if not title:
        raise NotALaw("the file does not begin with a heading that says the title")
    if not articles:
        raise NotALaw("the file has no article")
    labels = [a.label for a in articles]
    if double := next((label for n, label in enumerate(labels) if label in labels[:n]), None):
        raise NotALaw(f"the article {double} stands in the file twice")
    return Statute(title, "\n".join(before), _day(name), tuple(articles))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    hidden = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text.removeprefix("\ufeff"))
    for at, line in enumerate(hidden.splitlines(), start=1):
        if stripped := line.strip().strip("　"):
            yield at, stripped


def _plain(text: str) -> str:
    return " ".join(text.replace("　", " ").split())


def _day(name: str) -> date | None:
    found = _NAMED.search(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
