"""Every kind of entry that the code writes into the journal has a name on the screens, in both languages.

The kinds are read from the sources: what is given as ``kind`` to ``Draft``, or to a function that hands it on there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

import open95598
from open95598.casework import registry
from open95598.foundation.journal import hooks
from open95598.foundation.units.models import ChangeKind

PACKAGE = Path(open95598.__file__).parent
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
#: beginnings of kinds that are put together while running → what can follow them
FAMILIES = {
    "case.": {action.name for kind in registry.kinds() for action in registry.flow(kind).actions},
    "clock.": {"warned", "breached", "escalated"},
    "webhook.": {"subscribed", "proved", "tested", "paused", "ended"},
    "unit.": {f"{kind}d" for kind in ChangeKind.values},
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py")) if "locale" not in path.parts}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def given(call: ast.Call, place: int) -> ast.expr | None:
    """Return what a call hands over as the kind."""
    for keyword in call.keywords:
        if keyword.arg == "kind":
            return keyword.value
    return call.args[place] if len(call.args) > place else None


def tellers(trees: dict[Path, ast.Module]) -> dict[tuple[Path | None, str], int]:
    """Return the functions that write an entry whose kind they are told, with the place of that argument.

    A private one counts in its own module only.
    """
    found: dict[tuple[Path | None, str], int] = {(None, "Draft"): 2}
    functions = [(p, f) for p, tree in trees.items() for f in ast.walk(tree) if isinstance(f, Function)]
    while True:
        known = len(found)
        for path, function in functions:
            names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
            if "kind" not in names:
                continue
            for name, call in calls(function):
                place = found.get((path, name), found.get((None, name)))
                kind = given(call, place) if place is not None else None
                if isinstance(kind, ast.Name) and kind.id == "kind":
                    here = path if function.name.startswith("_") else None
                    found[here, function.name] = names.index("kind")
        if len(found) == known:
            return found


def literals(node: ast.AST | None, around: ast.AST) -> Iterator[str]:
    """Give the kinds that an expression can be; one that is put together ends in its fixed beginning."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body, around)
            yield from literals(other, around)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text
        case ast.Name(id=name):
            for other in ast.walk(around):
                if isinstance(other, ast.Assign):
                    for target in other.targets:
                        yield from _assigned(target, other.value, name, around)


def _assigned(target: ast.expr, value: ast.expr, name: str, around: ast.AST) -> Iterator[str]:
    if isinstance(target, ast.Name) and target.id == name:
        yield from literals(value, around)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part, given_ in zip(target.elts, value.elts, strict=True):
            yield from _assigned(part, given_, name, around)


@cache
def appended() -> dict[str, Path]:
    """Return every kind that the sources write, with one place where they do."""
    trees = modules()
    told = tellers(trees)
    found: dict[str, Path] = {}
    for path, tree in trees.items():
        for function in ast.walk(tree):
            if not isinstance(function, Function):
                continue
            for name, call in calls(function):
                place = told.get((path, name), told.get((None, name)))
                if place is None:
                    continue
                for text in literals(given(call, place), function):
                    if text in FAMILIES:
                        found |= dict.fromkeys((text + end for end in FAMILIES[text]), path)
                    elif KIND.fullmatch(text) or text.endswith("."):
                        found[text] = path
    return found


def test_the_sources_were_understood() -> None:
    assert {"person.hired", "unit.created", "import.started", "case.opened", "rulebook.published"} <= set(appended())
    assert [kind for kind in appended() if kind.endswith(".")] == [], "a family of kinds that the test must be told of"


def test_every_kind_has_a_name(subtests: pytest.Subtests) -> None:
    # not a parameter: to read all the sources takes seconds, which every worker would spend before its first test
    for kind, path in sorted(appended().items()):
        with subtests.test(kind):
            assert kind in hooks.names, f"{path} writes it: name it in journal.hooks.names"
            with translation.override("en"):
                english = str(hooks.names[kind])
            with translation.override("zh-hans"):
                chinese = str(hooks.names[kind])
            assert re.search(r"[\u4e00-\u9fff]", chinese)
            assert english and not re.search(r"[\u4e00-\u9fff]", english)
