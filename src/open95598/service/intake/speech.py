"""Looks over words that go to a customer by the speech rules (1.2), and says what would be better. Pure.

The rules are those by which an answer is scored afterwards (``quality``, lines of the part "answer"): what the coach
says while somebody writes is what an auditor would find.
"""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.rulebook.intake_rows import IntakeRules
from open95598.foundation.words import Label


@dataclass(frozen=True)
class Advice:
    """Words that should not go out: where they begin (characters), what they are, what to say instead, by which rule;
    ``cost``: points of the score that they cost."""

    at: int
    found: str
    instead: Label | None
    rule: Label
    cost: int


def advise(rules: IntakeRules, text: str, kind: str = "", lineage: tuple[str, ...] = ()) -> tuple[Advice, ...]:
    """Return what stands against a text, in its order; each place once, by the longest words that fit there.

    ``kind`` and ``lineage`` (the category's codes from the top) of the order that it is about; "" and (): any.
    """
    found: dict[int, Advice] = {}
    for rule in rules.quality:
        if rule.part != "answer" or rule.check != "phrases" or (kind and not rule.applies(kind, lineage)):
            continue
        for phrase in rule.phrases:
            for words in phrase.find:
                at = text.find(words)
                while at >= 0:
                    if at not in found or len(found[at].found) < len(words):
                        found[at] = Advice(at, words, phrase.instead, rule.label, phrase.cost)
                    at = text.find(words, at + len(words))
    kept: list[Advice] = []
    for at in sorted(found):
        if not kept or at >= kept[-1].at + len(kept[-1].found):
            kept.append(found[at])
    return tuple(kept)
