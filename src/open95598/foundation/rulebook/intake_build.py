"""From the schema's parts of intake to the values that the engines use. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from open95598.foundation.rulebook import intake_rows as rows
from open95598.foundation.rulebook import intake_schema as parts

if TYPE_CHECKING:
    from open95598.foundation.rulebook.schema import Book


def intake(book: Book) -> rows.IntakeRules:
    """Return what a rulebook says of intake."""
    return rows.IntakeRules(
        triage=tuple(_form(part) for part in book.triage),
        facts=tuple(
            rows.Fact(f.code, f.label, f.ask, tuple(f.fields), f.questions, f.words, f.pattern, f.unless_anonymous,
                      f.source)
            for f in book.facts
        ),
        needs=tuple(rows.FactNeed(n.facts, n.refuse, n.kinds, n.categories, n.source) for n in book.needed_facts),
        quality=tuple(_quality(part) for part in book.quality),
    )  # fmt: skip


def _form(part: parts.TriagePart) -> rows.TriageForm:
    return rows.TriageForm(
        part.code,
        part.label,
        part.kinds,
        part.first,
        tuple(
            rows.TriageQuestion(
                q.code,
                q.ask,
                tuple(
                    rows.TriageAnswer(a.code, a.label, a.to, a.category or "", a.priority or "", a.ownership or "")
                    for a in q.answers
                ),
                q.skip_to or "",
                q.hint,
                q.source,
                q.customer,
            )
            for q in part.questions
        ),
        tuple(
            rows.TriageOutcome(
                o.code,
                o.does,
                o.label,
                o.say,
                o.category or "",
                o.fallback or "",
                o.priority or "",
                o.ownership or "",
                o.hint,
                o.source,
            )
            for o in part.outcomes
        ),
        part.source,
    )


def _quality(part: parts.QualityPart) -> rows.QualityRule:
    return rows.QualityRule(
        part.code,
        part.label,
        part.part,
        part.check,
        part.points,
        part.kinds,
        part.categories,
        part.fact or "",
        part.least or 0,
        tuple(rows.Phrase(p.find, p.cost, p.instead) for p in part.phrases),
        tuple(rows.WordGroup(s.label, s.words) for s in part.says),
        part.source,
    )
