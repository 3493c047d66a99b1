"""The triage of an order: walked by the rules, kept on the order, told in words (H14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.service.intake import triage
from open95598.service.intake.triage import Position, Said


def walk(rules: Any, form: Any, said: Sequence[Said]) -> Position:
    """Return where a walk stands under a rulebook. Raises ``Invalid`` naming the step that does not fit."""
    skips = {choice.code for choice in rules.lists.get("triage_skips", ())}
    ranks = [choice.code for choice in rules.choices("priorities")]
    try:
        return triage.walk(form, said, skips=skips, ranks=ranks)
    except triage.Wrong as wrong:
        question = form.question(wrong.expected)
        options = {
            "order": _("Step %(step)s: the question %(question)s comes there."),
            "answer": _("Step %(step)s: choose one of %(answers)s."),
            "skip": _("Step %(step)s: this question must be answered, or skipped for one of %(skips)s."),
            "over": _("Step %(step)s: the triage has ended before."),
        }
        reason = options[wrong.why] % {
            "step": wrong.place + 1,
            "question": wrong.expected,
            "answers": ", ".join(a.code for a in question.answers) if question else "",
            "skips": ", ".join(sorted(skips)),
        }
        raise Invalid(_("Some fields need your attention."), fields={"triage": reason}) from None


def checked(rules: Any, kind: str, said: Sequence[Said]) -> Position | None:
    """Return the walk of a new order of a kind; None when nothing was said.

    An outcome may name a category of another kind (paid but still dark is a service request); then the order must be
    of that kind. Raises ``Invalid``.
    """
    if not said:
        return None
    form = rules.intake.form_of(kind) or next(iter(rules.intake.triage), None)
    if form is None:
        raise Invalid(
            _("Some fields need your attention."), fields={"triage": _("The rulebook has no triage for this kind.")}
        )
    position = walk(rules, form, said)
    fitting = rules.category(position.category).kind if position.category else ""
    if kind not in form.kinds and kind != fitting:
        raise Invalid(
            _("Some fields need your attention."), fields={"triage": _("This triage is not one of this kind of order.")}
        )
    return position


def completed(data: Mapping[str, Any], position: Position | None, rules: Any) -> dict[str, Any]:
    """Return the facts of a new order with category and priority from its triage where they were not given.

    Raises ``Invalid`` when the triage leads to a category of another kind than the order's, and none was given.
    """
    facts = dict(data)
    if position is None or position.outcome is None:
        return facts
    if not facts.get("category") and position.category:
        kind = rules.category(position.category).kind
        if kind != facts.get("kind"):
            reason = _("The triage leads to an order of the kind %(kind)s.") % {"kind": kind}
            raise Invalid(_("Some fields need your attention."), fields={"kind": reason})
        facts["category"] = position.category
    if not facts.get("priority") and position.priority:
        facts["priority"] = position.priority
    return facts


def restored(kept: Mapping[str, Any] | None, rules: Any) -> Position | None:
    """Return the walk that was kept on an order, under the rulebook it was walked by; None when it does not fit."""
    form = rules.intake.form(kept["form"]) if kept else None
    if kept is None or form is None:
        return None
    try:
        return walk(rules, form, triage.from_data(kept["answers"]))
    except Invalid:
        return None


@dataclass(frozen=True)
class Told:
    """A question and what was answered, as labels; ``skipped``: the reason."""

    ask: Any
    answer: Any
    skipped: bool = False


def told(position: Position, rules: Any) -> list[Told]:
    """Return the walk in words."""
    skips = {choice.code: choice.label for choice in rules.lists.get("triage_skips", ())}
    return [
        Told(s.question.ask, s.answer.label)
        if s.answer
        else Told(s.question.ask, skips.get(s.skipped, s.skipped), True)
        for s in position.steps
    ]


def document(form: Any) -> dict[str, Any]:
    """Return a form as data: enough to walk it from nothing else."""
    return {
        "form": form.code,
        "label": _label(form.label),
        "kinds": list(form.kinds),
        "first": form.first,
        "questions": [
            {
                "question": q.code,
                "ask": _label(q.ask),
                "hint": _label(q.hint),
                "skip_to": q.skip_to or None,
                "answers": [{"answer": a.code, "label": _label(a.label), "to": a.to} for a in q.answers],
            }
            for q in form.questions
        ],
        "outcomes": [
            {"outcome": o.code, "does": o.does, "label": _label(o.label), "say": _label(o.say), "hint": _label(o.hint)}
            for o in form.outcomes
        ],
    }


def _label(words: Any) -> dict[str, str] | None:
    return {"zh": words.zh, "en": words.en} if words else None


def path_of(position: Position) -> str:
    """Return a walk as the seat's form carries it: ``danger=none;dark=!line`` (``!``: skipped, why)."""
    return ";".join(f"{s.question.code}={s.answer.code if s.answer else '!' + s.skipped}" for s in position.steps)


def from_path(text: str) -> list[Said]:
    """Return what was said from the seat's form; what cannot be read is left out."""
    said = []
    for part in text[:4000].split(";"):
        question, found, answer = part.partition("=")
        if found:
            skipped = answer.startswith("!")
            said.append(Said(question, "" if skipped else answer, answer[1:] if skipped else ""))
    return said
