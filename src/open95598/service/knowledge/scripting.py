"""Guided scripts: a declared tree of steps, walked by answers. Pure.

A script is data (``scripts/*.yaml``): every step says what to ask and which answers there are; an answer leads to the
next step or to an ending. An ending informs, lets the customer help themselves, or opens an order that is filled in.
Shared branches are allowed, going round is not: a conversation always ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from open95598.foundation.rulebook.parts import Code, Part, Row, Words
from open95598.foundation.rulebook.yamltext import Broken, Mark, MarkedDict, Problem, load
from open95598.foundation.words import Label
from open95598.service.knowledge.content import Name, parse, texts

#: digits that choose an answer
MOST_ANSWERS = 9


Step = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.\-]+=[a-z0-9_.\-]+$")]


class AnswerPart(Row):
    """An answer; ``to`` is a step or an ending. ``triage``: what it says in the triage of the order that a way may end
    in (``question=answer``), so that nobody is asked twice."""

    label: Words
    to: Code
    triage: tuple[Step, ...] = ()


class StepPart(Row):
    """A question, with what to say and what to be careful about. ``agent``: the agent looks it up, nobody is asked."""

    ask: Words
    warning: Words | None = None
    agent: bool = False
    answers: Annotated[tuple[AnswerPart, ...], Field(min_length=2, max_length=MOST_ANSWERS)]


class EndingPart(Row):
    """How a conversation ends. ``order``: the order that is filled in."""

    does: Literal["information", "self_help", "order"]
    label: Words
    say: Words
    warning: Words | None = None
    category: str = ""


class ScriptPart(Row):
    """One script. ``warns``: what nobody may forget: every way to an ending where customers do something themselves
    must pass a warning (K4: never the sockets)."""

    label: Words
    items: tuple[Name, ...] = ()
    warns: Words | None = None
    first: Code
    steps: Annotated[tuple[StepPart, ...], Field(min_length=1)]
    endings: Annotated[tuple[EndingPart, ...], Field(min_length=1)]


class _File(Part):
    scripts: tuple[ScriptPart, ...]


@dataclass(frozen=True)
class Script:
    """A script that holds together; ``digest`` changes with its text."""

    part: ScriptPart
    digest: str
    mark: Mark

    @property
    def code(self) -> str:
        """Its code."""
        return self.part.code

    @property
    def label(self) -> Label:
        """Its name."""
        return self.part.label

    def step(self, code: str) -> StepPart | None:
        """Return a step, None when there is none of that code."""
        return next((s for s in self.part.steps if s.code == code), None)

    def ending(self, code: str) -> EndingPart | None:
        """Return an ending, None when there is none of that code."""
        return next((e for e in self.part.endings if e.code == code), None)


@dataclass(frozen=True)
class Position:
    """Where a conversation stands: what was answered, and the next step or the ending that was reached."""

    path: tuple[tuple[StepPart, AnswerPart], ...]
    step: StepPart | None
    ending: EndingPart | None


class NoSuchAnswer(ValueError):
    """An answer that its step does not have, or one after the end."""


def walk(script: Script, answers: Sequence[str]) -> Position:
    """Return where these answers, in their order from the first step on, lead. Raises ``NoSuchAnswer``."""
    step, ending = script.step(script.part.first), None
    path: list[tuple[StepPart, AnswerPart]] = []
    for code in answers:
        chosen = next((a for a in step.answers if a.code == code), None) if step else None
        if step is None or chosen is None:
            raise NoSuchAnswer(code)
        path.append((step, chosen))
        step, ending = script.step(chosen.to), script.ending(chosen.to)
    return Position(tuple(path), step, ending)


def read(folder: Path) -> tuple[Script, ...]:
    """Read and check every ``*.yaml`` of a folder. Raises ``Broken`` with file, line and reason of all problems."""
    found: dict[str, Script] = {}
    problems: list[Problem] = []
    for name, text in texts(folder):
        try:
            raw = load(text, name)
            parts = parse(_File, raw).scripts
        except Broken as broken:
            problems += broken.problems
            continue
        for part, row, mark in zip(parts, raw["scripts"], raw["scripts"].marks, strict=True):
            problems += check(part, row, mark)
            if part.code in found:
                problems.append(Problem(mark, f"the script {part.code!r} stands here twice"))
            found[part.code] = Script(part, sha256(part.model_dump_json().encode()).hexdigest()[:16], mark)
    if problems:
        raise Broken(problems)
    return tuple(found[code] for code in sorted(found))


def check(part: ScriptPart, raw: Any, mark: Mark) -> list[Problem]:
    """Return what is wrong with a script: leads nowhere, never reached, goes round, does not warn, orders nothing."""
    where = _marks(raw, mark)
    problems = []
    names = [x.code for x in (*part.steps, *part.endings)]
    twice = sorted({c for c in names if names.count(c) > 1})
    problems += [Problem(where.get(c, mark), f"{c!r} stands here twice") for c in twice]
    steps = {s.code: s for s in part.steps}
    for step in part.steps:
        for answer in step.answers:
            if answer.to not in names:
                problems.append(Problem(where[step.code], f"{step.code}.{answer.code} is a dead end: no {answer.to!r}"))
        if len({a.code for a in step.answers}) < len(step.answers):
            problems.append(Problem(where[step.code], f"{step.code}: an answer stands here twice"))
    if part.first not in steps:
        return [*problems, Problem(mark, f"no first step {part.first!r}")]
    reached = _reached(part.first, steps)
    problems += [Problem(where[c], f"{c!r} is never reached") for c in dict.fromkeys(names) if c not in reached]
    problems += [Problem(where[c], f"going round: {c!r} leads back to itself") for c in _rounds(steps)]
    if part.warns:
        bare = _reached(part.first, {c: s for c, s in steps.items() if s.warning is None})
        unwarned = [e.code for e in part.endings if e.does == "self_help" and e.warning is None and e.code in bare]
        problems += [Problem(where[c], f"a way leads to {c!r} without a warning: {part.warns.zh}") for c in unwarned]
    for ending in part.endings:
        if (ending.does == "order") != bool(ending.category):
            reason = f"{ending.code}: an order needs a category, nothing else has one"
            problems.append(Problem(where[ending.code], reason))
    return problems


def _marks(raw: Any, mark: Mark) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for section in ("steps", "endings"):
        rows = raw.get(section) if isinstance(raw, MarkedDict) else None
        for row, at in zip(rows or (), getattr(rows, "marks", ()), strict=False):
            if isinstance(row, MarkedDict) and isinstance(row.get("code"), str):
                found.setdefault(row["code"], at)
    return found


def _reached(first: str, steps: Mapping[str, StepPart]) -> set[str]:
    seen, waiting = set[str](), [first]
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        if code in steps:
            waiting += [a.to for a in steps[code].answers]
    return seen


def _rounds(steps: Mapping[str, StepPart]) -> Iterator[str]:
    for code in steps:
        following = {c for a in steps[code].answers for c in _reached(a.to, steps)}
        if code in following:
            yield code


def triage(position: Position) -> str:
    """Return what a conversation says in the triage of an order, as the form writes it: ``question=answer;…``."""
    return ";".join(step for _step, answer in position.path for step in answer.triage)


def told(position: Position, language: str | None) -> str:
    """Return the conversation as the description of an order: each question with its answer, a line each."""
    return "\n".join(f"{step.ask.in_(language)} {answer.label.in_(language)}" for step, answer in position.path)
