"""What is asked, needed and judged when an order is taken, as frozen values: triage forms, facts, quality rules. Pure.

``service.intake`` walks the forms and counts the points; here stands only what the rulebook declares (H14, H8, 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from open95598.foundation.words import Label

#: what an outcome of a triage does with the order
DISPATCH, SELF_HELP, INFORMATION = "dispatch", "self_help", "information"


@dataclass(frozen=True)
class TriageAnswer:
    """One answer to choose; ``to`` is the question or the outcome that follows. What it says of the order is kept
    (``category``, ``priority``, ``ownership``; "" = nothing)."""

    code: str
    label: Label
    to: str
    category: str = ""
    priority: str = ""
    ownership: str = ""


@dataclass(frozen=True)
class TriageQuestion:
    """What the seat asks. ``skip_to``: where it goes on when it is skipped; "" = it must be answered."""

    code: str
    ask: Label
    answers: tuple[TriageAnswer, ...]
    skip_to: str = ""
    #: for the seat: what to look up, what not to ask for
    hint: Label | None = None
    source: str = ""
    #: the question as customers read it on their own page; None: it is asked by telephone only
    customer: Label | None = None

    def answer(self, code: str) -> TriageAnswer | None:
        """Return the answer of that code."""
        return next((a for a in self.answers if a.code == code), None)


@dataclass(frozen=True)
class TriageOutcome:
    """Where a triage ends: ``does`` is ``dispatch``, ``self_help`` or ``information``.

    ``category`` and ``ownership`` stand above what the answers say, ``fallback`` is the category when none said one;
    ``priority`` is the least. ``say`` is what the seat says; ``hint`` tells the dispatcher who is wanted there.
    """

    code: str
    does: str
    label: Label
    say: Label | None = None
    category: str = ""
    fallback: str = ""
    priority: str = ""
    ownership: str = ""
    hint: Label | None = None
    source: str = ""


@dataclass(frozen=True)
class TriageForm:
    """A guided form: questions and outcomes, from ``first`` on. Without a loop, every path ends (``check``)."""

    code: str
    label: Label
    kinds: tuple[str, ...]
    first: str
    questions: tuple[TriageQuestion, ...]
    outcomes: tuple[TriageOutcome, ...]
    source: str = ""

    @cached_property
    def _questions(self) -> dict[str, TriageQuestion]:
        return {q.code: q for q in self.questions}

    @cached_property
    def _outcomes(self) -> dict[str, TriageOutcome]:
        return {o.code: o for o in self.outcomes}

    def question(self, code: str) -> TriageQuestion | None:
        """Return the question of that code."""
        return self._questions.get(code)

    def outcome(self, code: str) -> TriageOutcome | None:
        """Return the outcome of that code."""
        return self._outcomes.get(code)

    def ways(self, question: TriageQuestion) -> Iterator[str]:
        """Yield where one can go from a question."""
        yield from (answer.to for answer in question.answers)
        if question.skip_to:
            yield question.skip_to


@dataclass(frozen=True)
class Fact:
    """A fact that orders may have to name, and how it is found: a filled field, an answered question of a triage, a
    word or a pattern in what the customer said. Any one is enough."""

    code: str
    label: Label
    #: the question that brings it out
    ask: Label
    fields: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: str = ""
    #: an anonymous customer need not give it
    unless_anonymous: bool = False
    source: str = ""

    @cached_property
    def regex(self) -> re.Pattern[str] | None:
        """The compiled pattern."""
        return re.compile(self.pattern) if self.pattern else None


@dataclass(frozen=True)
class FactNeed:
    """Which facts the orders of some kinds or categories need; ``refuse``: without them nothing is registered."""

    facts: tuple[str, ...]
    refuse: bool = False
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Phrase:
    """Words that cost points; ``instead`` is what one says."""

    find: tuple[str, ...]
    cost: int
    instead: Label | None = None


@dataclass(frozen=True)
class WordGroup:
    """Something that a text should say, and the words by which one sees that it does."""

    label: Label
    words: tuple[str, ...]


@dataclass(frozen=True)
class QualityRule:
    """One line of the score of an order: what is looked at (``check``), of which part, for how many points.

    ``part``: ``intake`` (judged from the beginning) or ``answer`` (judged once there is one). ``check``: ``facts``
    (all needed ones), ``fact`` (one named), ``address``, ``phone``, ``length``, ``phrases``, ``says``.
    """

    code: str
    label: Label
    part: str
    check: str
    points: int
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    fact: str = ""
    least: int = 0
    phrases: tuple[Phrase, ...] = ()
    says: tuple[WordGroup, ...] = ()
    source: str = ""

    def applies(self, kind: str, lineage: tuple[str, ...]) -> bool:
        """Say whether orders of this kind and category (its codes from the top) are judged by it."""
        return (not self.kinds or kind in self.kinds) and (
            not self.categories or not set(self.categories).isdisjoint(lineage)
        )


@dataclass(frozen=True)
class IntakeRules:
    """All of it; empty in rulebooks that say nothing of it."""

    triage: tuple[TriageForm, ...] = ()
    facts: tuple[Fact, ...] = ()
    needs: tuple[FactNeed, ...] = ()
    quality: tuple[QualityRule, ...] = ()

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        return {fact.code: fact for fact in self.facts}

    def form(self, code: str) -> TriageForm | None:
        """Return the triage form of that code."""
        return next((form for form in self.triage if form.code == code), None)

    def form_of(self, kind: str) -> TriageForm | None:
        """Return the form with which orders of a kind are triaged."""
        return next((form for form in self.triage if kind in form.kinds), None)

    def needed(self, kind: str, lineage: tuple[str, ...] = (), *, refuse: bool | None = None) -> tuple[Fact, ...]:
        """Return the facts that an order of a kind and category needs, each once, in the order of the rules.

        ``refuse``: only those without which nothing is registered (True), or only the others (False).
        """
        codes: dict[str, bool] = {}
        for need in self.needs:
            if (need.kinds and kind not in need.kinds) or (
                need.categories and set(need.categories).isdisjoint(lineage)
            ):
                continue
            for code in need.facts:
                codes[code] = codes.get(code, False) or need.refuse
        return tuple(self._facts[code] for code, hard in codes.items() if refuse is None or hard == refuse)

    def rules(self, kind: str, lineage: tuple[str, ...] = ()) -> tuple[QualityRule, ...]:
        """Return the lines by which an order of a kind and category is judged."""
        return tuple(rule for rule in self.quality if rule.applies(kind, lineage))
