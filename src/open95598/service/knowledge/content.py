"""Reads knowledge that is kept as files: categories, figures and items (``items/*.yaml``). Pure.

A figure is written ``{{name}}`` in an item's texts and stands in one place, the section ``figures``; the texts that
this module returns have the figures in them. Every error names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError

from open95598.foundation.rulebook.parts import Code, Many, Part, Row, Words
from open95598.foundation.rulebook.yamltext import Broken, Mark, MarkedDict, Problem, load, mark_of

#: an item's code: ``K4``, ``OUT-01``
ITEM_CODE = r"^[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8})?$"
_FIGURE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LARGEST = 2_000_000

M = TypeVar("M", bound=BaseModel)
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Lines = tuple[Line, ...]
Name = Annotated[str, StringConstraints(pattern=ITEM_CODE)]


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_date)]


class Figure(Row):
    """A figure that items quote. ``limit``: the rulebook's row that holds the same figure."""

    value: Line
    limit: str = ""


class Category(Row):
    """A category of items."""

    label: Words


class LawRef(Part):
    """An article of a law, by the law's title and the article's number."""

    law: Line
    article: Annotated[int, Field(ge=1, le=9999)]


class Item(Row):
    """One item: the answer first, what to say, what never to say, what the agent does."""

    code: Name  # capitals, unlike the rulebook's codes
    title: Line
    category: Code
    audience: Literal["internal", "public"] = "internal"
    keywords: Lines = ()
    questions: Lines = ()
    answer: Annotated[str, StringConstraints(min_length=1, max_length=8000, strip_whitespace=True)]
    say: Lines = ()
    never: Lines = ()
    do: Lines = ()
    orders: Many = ()
    laws: tuple[LawRef, ...] = ()
    see: tuple[Name, ...] = ()
    valid_from: Day = None
    valid_until: Day = None


class _File(Part):
    figures: tuple[Figure, ...] = ()
    categories: tuple[Category, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Content:
    """All knowledge of a folder, figures filled in; ``marks`` says where each item stands."""

    categories: tuple[Category, ...]
    figures: tuple[Figure, ...]
    items: tuple[Item, ...]
    marks: Mapping[str, Mark]


def read(folder: Path) -> Content:
    """Read every ``*.yaml`` of ``folder``. Raises ``Broken`` with all problems found, each with file, line, reason."""
    files: list[tuple[MarkedDict, _File]] = []
    problems: list[Problem] = []
    for name, text in texts(folder):
        try:
            raw = load(text, name)
            files.append((raw, parse(_File, raw)))
        except Broken as broken:
            problems += broken.problems
    if problems:
        raise Broken(problems)
    return _together(files)


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of every YAML file of a folder. Raises ``Broken``."""
    if not folder.is_dir():
        raise Broken([Problem(Mark(str(folder), 1), "no such folder")])
    for path in sorted(folder.glob("*.yaml")):
        if path.stat().st_size > _LARGEST:
            raise Broken([Problem(Mark(str(path), 1), "the file is larger than 2 MB")])
        try:
            yield path.name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise Broken([Problem(Mark(str(path), 1), "the file is not UTF-8 text")]) from None


def parse(model: type[M], raw: MarkedDict) -> M:
    """Make a value of ``model`` of a marked mapping. Raises ``Broken``, each problem at its own line."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Broken(
            [
                Problem(mark_of(raw, found["loc"]), f"{_way(found['loc'])}: {found['msg']}")
                for found in error.errors(include_url=False)
            ]
        ) from None


def _way(loc: Iterable[Any]) -> str:
    return ".".join(str(step) for step in loc) or "the file"


def _together(files: list[tuple[MarkedDict, _File]]) -> Content:
    problems: list[Problem] = []
    figures = _coded("figures", files, problems)
    categories = _coded("categories", files, problems)
    items = _coded("items", files, problems)
    values = {code: row.value for code, (row, _mark) in figures.items()}
    filled, used = [], set()
    for item, mark in items.values():
        wanted = set(_FIGURE.findall("\n".join(_texts(item))))
        used |= wanted
        problems += [Problem(mark, f"{item.code}: no figure named {name!r}") for name in sorted(wanted - set(values))]
        if item.category not in categories:
            problems.append(Problem(mark, f"{item.code}: no category {item.category!r}"))
        problems += [Problem(mark, f"{item.code}: no item {code!r}") for code in item.see if code not in items]
        if item.valid_from and item.valid_until and item.valid_until < item.valid_from:
            problems.append(Problem(mark, f"{item.code}: valid_until is before valid_from"))
        if wanted <= set(values):
            filled.append(_filled(item, values))
    unused = sorted(set(figures) - used)
    problems += [Problem(figures[name][1], f"the figure {name!r} is used by no item") for name in unused]
    if problems:
        raise Broken(problems)
    return Content(
        tuple(row for row, _ in categories.values()),
        tuple(row for row, _ in figures.values()),
        tuple(filled),
        {code: mark for code, (_row, mark) in items.items()},
    )


def _coded(section: str, files: list[tuple[MarkedDict, _File]], problems: list[Problem]) -> dict[str, tuple[Any, Mark]]:
    found: dict[str, tuple[Any, Mark]] = {}
    for raw, file in files:
        for row, mark in zip(getattr(file, section), raw[section].marks if section in raw else (), strict=True):
            if row.code in found:
                problems.append(Problem(mark, f"{row.code!r} stands here twice, first at {found[row.code][1]}"))
            found.setdefault(row.code, (row, mark))
    return found


def _texts(item: Item) -> Iterator[str]:
    yield from (item.title, item.answer, *item.say, *item.never, *item.do)


def _filled(item: Item, values: Mapping[str, str]) -> Item:
    def fill(text: str) -> str:
        return _FIGURE.sub(lambda found: values[found[1]], text)

    return item.model_copy(
        update={
            "title": fill(item.title),
            "answer": fill(item.answer),
            **{name: tuple(map(fill, getattr(item, name))) for name in ("say", "never", "do")},
        }
    )
