"""Walks a triage form: answers in, the next question or the outcome with its reasons out (H14). Pure.

The form is the rulebook's (``foundation.rulebook.intake_rows``); the checker holds that it has no loops, so every walk
ends. What was said is kept as plain data (``as_data``) and can be walked again under the same rulebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from open95598.foundation.rulebook.intake_rows import TriageAnswer, TriageForm, TriageOutcome, TriageQuestion

#: longer walks than any form has are a mistake of the sender
MOST = 50


@dataclass(frozen=True)
class Said:
    """What was said to one question: the code of the answer, or the code of the reason for which it was skipped."""

    question: str
    answer: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class Step:
    """A question that is behind us; ``answer`` None: it was skipped for that reason."""

    question: TriageQuestion
    answer: TriageAnswer | None
    skipped: str = ""


class Wrong(ValueError):
    """What was said does not fit the form. ``place``: index of what is wrong; ``why``: ``order`` (another question
    comes there), ``answer`` (not one of its answers), ``skip`` (must be answered, or no such reason), ``over`` (the
    form has ended before)."""

    def __init__(self, place: int, why: str, expected: str = "") -> None:
        super().__init__(f"{why} at {place}")
        self.place = place
        self.why = why
        #: the question that comes at that place
        self.expected = expected


@dataclass(frozen=True)
class Position:
    """Where a walk stands: exactly one of ``question`` (to be asked next) and ``outcome`` is given."""

    form: TriageForm
    steps: tuple[Step, ...]
    question: TriageQuestion | None
    outcome: TriageOutcome | None
    #: what the answers so far, and the outcome, say of the order; "" = nothing
    category: str = ""
    priority: str = ""
    ownership: str = ""

    @property
    def reasons(self) -> tuple[Step, ...]:
        """The answered steps that led here: why it is this outcome."""
        return tuple(step for step in self.steps if step.answer is not None)

    @property
    def answered(self) -> frozenset[str]:
        """The codes of the questions that were answered, not skipped."""
        return frozenset(step.question.code for step in self.reasons)


def walk(form: TriageForm, said: Sequence[Said], *, skips: Iterable[str], ranks: Sequence[str] = ()) -> Position:
    """Return where one stands after what was said, in order.

    ``skips``: the codes of the allowed reasons to skip; ``ranks``: priorities from the lowest to the highest: of those
    that answers and outcome name, the highest counts. Category and ownership are the outcome's, else what the last
    answer that names one says, else (category) the outcome's fallback. Raises ``Wrong``.
    """
    allowed = frozenset(skips)
    steps: list[Step] = []
    here = form.first
    for place, one in enumerate(said):
        question = form.question(here)
        if question is None or place >= MOST:
            raise Wrong(place, "over")
        if one.question != question.code:
            raise Wrong(place, "order", question.code)
        step, here = _step(question, one, allowed, place)
        steps.append(step)
    outcome = form.outcome(here)
    last = {name: _last(steps, name) for name in ("category", "ownership")}
    priorities = [s.answer.priority for s in steps if s.answer] + ([outcome.priority] if outcome else [])
    return Position(
        form,
        tuple(steps),
        form.question(here),
        outcome,
        (outcome.category if outcome else "") or last["category"] or (outcome.fallback if outcome else ""),
        max((p for p in priorities if p), key=lambda p: ranks.index(p) if p in ranks else -1, default=""),
        (outcome.ownership if outcome else "") or last["ownership"],
    )


def follow(form: TriageForm, given: Mapping[str, str], skipped: str) -> list[Said]:
    """Return the walk that answers given in no order make up: what a customer filled in on a page.

    ``given``: code of the answer by code of the question; ``skipped``: the reason that stands for what was not
    answered. It ends with the last answer that lies on the way, and before a question that must be answered and was
    not; answers beside the way and unknown codes are left out.
    """
    said: list[Said] = []
    here, sure = form.first, 0
    while (question := form.question(here)) is not None and len(said) < MOST:
        answer = question.answer(given.get(question.code, ""))
        if answer is None and not question.skip_to:
            break
        here = answer.to if answer else question.skip_to
        said.append(Said(question.code, answer.code) if answer else Said(question.code, skipped=skipped))
        sure = len(said) if answer else sure
    return said[:sure]


def _step(question: TriageQuestion, said: Said, allowed: frozenset[str], place: int) -> tuple[Step, str]:
    """Return the step that was taken and where it leads."""
    if said.skipped:
        if said.answer or not question.skip_to or said.skipped not in allowed:
            raise Wrong(place, "skip", question.code)
        return Step(question, None, said.skipped), question.skip_to
    answer = question.answer(said.answer)
    if answer is None:
        raise Wrong(place, "answer", question.code)
    return Step(question, answer), answer.to


def _last(steps: Iterable[Step], name: str) -> str:
    found = ""
    for step in steps:
        found = (getattr(step.answer, name) if step.answer else "") or found
    return found


def as_data(position: Position) -> dict[str, Any]:
    """Return what is kept on the order: codes only, nothing personal."""
    return {
        "form": position.form.code,
        "answers": [
            {"question": s.question.code} | ({"answer": s.answer.code} if s.answer else {"skipped": s.skipped})
            for s in position.steps
        ],
        "outcome": position.outcome.code if position.outcome else None,
        "does": position.outcome.does if position.outcome else None,
        "category": position.category or None,
        "priority": position.priority or None,
        "ownership": position.ownership or None,
    }


def from_data(answers: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Return what was said from its kept form, or as an API client sends it."""
    return [Said(str(a.get("question", "")), str(a.get("answer") or ""), str(a.get("skipped") or "")) for a in answers]
