"""What the rulebook says of intake, as readable tables: triage forms, needed facts, the score of an order."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.intake_rows import QualityRule, TriageForm
from open95598.foundation.rulebook.queries import Line, Table, Words, listed, say

DOES = {
    "dispatch": gettext_lazy("Dispatch"),
    "self_help": gettext_lazy("Self-help"),
    "information": gettext_lazy("Information"),
}
PARTS = {"intake": gettext_lazy("Record"), "answer": gettext_lazy("Answer")}


def triage(built: Built) -> list[Table]:
    """The triage forms: questions with where each answer leads, and the outcomes."""
    words = Words(built.rulebook)
    tables = []
    for form in built.rulebook.intake.triage:
        heads = (_("Question"), _("Answers"))
        lines = tuple(
            Line((say(q.ask), _answers(form, number)), q.source, q.code, say(q.hint))
            for number, q in enumerate(form.questions)
        )
        tables.append(Table(say(form.label), heads, lines))
        ends = tuple(
            Line(
                (
                    say(o.label),
                    str(DOES[o.does]),
                    words.category(o.category or o.fallback),
                    words.choice("priorities", o.priority) if o.priority else "",
                    say(o.say),
                ),
                o.source,
                o.code,
                say(o.hint),
            )
            for o in form.outcomes
        )
        ends_heads = (_("Outcome"), _("What it does"), _("Category"), _("Priority"), _("Words to say"))
        tables.append(Table(f"{say(form.label)} · {_('Outcomes')}", ends_heads, ends))
    return tables


def _answers(form: TriageForm, number: int) -> str:
    parts = []
    for answer in form.questions[number].answers:
        question, outcome = form.question(answer.to), form.outcome(answer.to)
        target = say(question.ask) if question else say(outcome.label) if outcome else answer.to
        parts.append(f"{say(answer.label)} → {target}")
    return listed(parts)


def needed(built: Built) -> list[Table]:
    """Which orders must say what, how each fact is found, and how the score is counted."""
    words, intake = Words(built.rulebook), built.rulebook.intake
    labels = {fact.code: say(fact.label) for fact in intake.facts}
    needs = tuple(
        Line(
            (
                words.scope(part),
                listed(labels[code] for code in part.facts),
                _("Not registered without") if part.refuse else _("Shown as a gap"),
            ),
            part.source,
            part.code,
        )
        for part in built.book.needed_facts
    )
    facts = tuple(Line((say(f.label), say(f.ask)), f.source, f.code) for f in intake.facts)
    score = tuple(
        Line((str(PARTS[r.part]), say(r.label), str(r.points), words.scope(r), _details(r)), r.source, r.code)
        for r in intake.quality
    )
    return [
        Table(_("Needed facts"), (_("Applies to"), _("Facts"), _("When one is missing")), needs),
        Table(_("Facts"), (_("Fact"), _("Question that brings it out")), facts),
        Table(
            _("Score of an order"),
            (_("Judged"), _("Line"), _("Points"), _("Applies to"), _("What costs points")),
            score,
        ),
    ]


def _details(rule: QualityRule) -> str:
    if rule.phrases:
        return listed(f"“{w}” −{p.cost}" for p in rule.phrases for w in p.find)
    if rule.says:
        return listed(say(group.label) for group in rule.says)
    return _("Under %(n)d characters") % {"n": rule.least} if rule.least else ""
