"""YAML that remembers where everything stood, so that an error can name file and line. Pure.

A deliberately small YAML: mappings, lists, text, whole numbers, ``true``/``false``, ``null``. No anchors (a document
cannot blow up), no repeated keys, and ``12:00`` or ``2026-01-01`` stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

_WHOLE = re.compile(r"-?(0|[1-9]\d*)")


@dataclass(frozen=True)
class Mark:
    """A place in a file; ``line`` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """Something wrong at a place."""

    mark: Mark
    reason: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.reason}"


class Broken(Exception):
    """The rulebook cannot be used; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class MarkedDict(dict[str, Any]):
    """A mapping that knows where it and each of its keys stood."""

    mark: Mark
    marks: dict[str, Mark]


class MarkedList(list[Any]):
    """A list that knows where it and each of its items stood."""

    mark: Mark
    marks: list[Mark]


def load(text: str, file: str) -> MarkedDict:
    """Parse one file whose top level is a mapping; raise ``Broken`` naming the line."""
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
                raise Broken(
                    [
                        Problem(
                            Mark(file, event.start_mark.line + 1),
                            "anchors and aliases are not allowed",
                        )
                    ]
                )
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        raise Broken([Problem(Mark(file, at.line + 1 if at else 1), error.problem or "not YAML")]) from None
    except yaml.YAMLError as error:  # an unreadable character
        raise Broken([Problem(Mark(file, 1), str(error).splitlines()[0])]) from None
    if node is None:
        raise Broken([Problem(Mark(file, 1), "the file is empty")])
    value = _value(node, file)
    if not isinstance(value, MarkedDict):
        raise Broken([Problem(Mark(file, 1), "the top level must be a mapping of sections")])
    return value


def _value(node: yaml.Node, file: str) -> Any:
    mark = Mark(file, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found = MarkedDict()
        found.mark, found.marks = mark, {}
        for key_node, value_node in node.value:
            at = Mark(file, key_node.start_mark.line + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                raise Broken([Problem(at, "a key must be plain text")])
            if key_node.value in found:
                raise Broken([Problem(at, f"the key {key_node.value!r} stands here twice")])
            found[key_node.value] = _value(value_node, file)
            found.marks[key_node.value] = at
        return found
    if isinstance(node, yaml.SequenceNode):
        items = MarkedList(_value(child, file) for child in node.value)
        items.mark = mark
        items.marks = [Mark(file, child.start_mark.line + 1) for child in node.value]
        return items
    assert isinstance(node, yaml.ScalarNode)
    text = node.value
    if node.style:  # quoted or block text (the C parser says "" for plain, the other None)
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _WHOLE.fullmatch(text) else text


def mark_of(value: Any, path: tuple[Any, ...]) -> Mark:
    """Return the deepest known place on the way ``path`` (keys and indexes) down into a marked value."""
    here: Mark = value.mark
    for step in path:
        if (isinstance(value, MarkedDict) and step in value.marks) or (
            isinstance(value, MarkedList) and isinstance(step, int) and step < len(value)
        ):
            here = value.marks[step]
        else:
            break
        value = value[step]
    return here


def merge(base: Any, over: Any) -> Any:
    """Lay an overlay over a base, both marked; neither is changed.

    Mappings merge key by key; lists whose items carry ``code`` merge item by item (same code: merged; new code:
    added after the others; ``drop: true``: taken out); anything else is replaced.
    """
    if isinstance(base, MarkedDict) and isinstance(over, MarkedDict):
        merged = MarkedDict(base)
        merged.mark, merged.marks = base.mark, {**base.marks, **over.marks}
        for key, value in over.items():
            merged[key] = merge(base[key], value) if key in base else value
        return merged
    if isinstance(base, MarkedList) and isinstance(over, MarkedList) and _coded(base) and _coded(over):
        items = {item["code"]: (item, mark) for item, mark in zip(base, base.marks, strict=True)}
        for item, mark in zip(over, over.marks, strict=True):
            code = item["code"]
            if item.get("drop") is True:
                if code not in items:
                    raise Broken([Problem(mark, f"nothing with the code {code!r} to drop")])
                del items[code]
            elif code in items:
                items[code] = (merge(items[code][0], item), mark)
            else:
                items[code] = (item, mark)
        result = MarkedList(item for item, _ in items.values())
        result.mark, result.marks = over.mark, [mark for _, mark in items.values()]
        return result
    return over


def _coded(items: MarkedList) -> bool:
    return all(isinstance(item, MarkedDict) and isinstance(item.get("code"), str) for item in items)
