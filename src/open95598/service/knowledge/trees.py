"""A script as its page draws it: a tree; a branch that several answers lead to is drawn once. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from open95598.service.knowledge.scripting import AnswerPart, EndingPart, Script, StepPart


@dataclass(frozen=True)
class Branch:
    """What an answer leads to: a step with its own branches, or an ending. ``again``: drawn elsewhere already."""

    answer: AnswerPart | None
    step: StepPart | None
    ending: EndingPart | None
    branches: tuple[Branch, ...] = ()
    again: bool = False
    #: the conversation came through here
    passed: bool = False


def of(script: Script, passed: Collection[str] = ()) -> Branch:
    """Return the tree from the first step on."""
    drawn: set[str] = set()

    def grow(code: str, answer: AnswerPart | None) -> Branch:
        step = script.step(code)
        if step is None:
            return Branch(answer, None, script.ending(code))
        if code in drawn:
            return Branch(answer, step, None, again=True)
        drawn.add(code)
        below = tuple(grow(a.to, a) for a in step.answers)
        return Branch(answer, step, None, below, passed=code in passed)

    return grow(script.part.first, None)
