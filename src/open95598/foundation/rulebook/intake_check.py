"""Looks for sense in what a rulebook says of intake: forms that loop, dead ends, what is never reached, unknown names.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.intake_rows import DISPATCH, TriageForm
from open95598.foundation.rulebook.yamltext import Problem

At = Callable[..., Problem]
Known = Mapping[str, Collection[str]]
#: for each check of a quality rule: the key that it needs beside its points ("" = none)
_NEEDS = {"facts": "", "fact": "fact", "address": "", "phone": "", "length": "least", "phrases": "phrases",
          "says": "says"}  # fmt: skip


def problems_of(built: Built, at: At, known: Known) -> Iterator[Problem]:
    """Yield what is wrong. ``at(reason, *path)`` makes a problem; ``known``: the codes of kinds, categories,
    priorities and ownership."""
    book = built.book
    for section in ("triage", "facts", "needed_facts", "quality"):
        yield from _twice([part.code for part in getattr(book, section)], at, section)
    claimed: dict[str, str] = {}
    for number, form in enumerate(built.rulebook.intake.triage):
        yield from _form(built, form, at, known, number)
        for kind in form.kinds:
            if kind not in known["kinds"]:
                yield at(f"unknown kind {kind!r}", "triage", number, "kinds")
            if claimed.setdefault(kind, form.code) != form.code:
                yield at(f"kind {kind!r} is triaged by {claimed[kind]!r} already", "triage", number, "kinds")
    yield from _facts(built, at, known)
    yield from _quality(built, at, known)


def _twice(codes: list[str], at: At, *path: Any) -> Iterator[Problem]:
    for number, code in enumerate(codes):
        if code in codes[:number]:
            yield at(f"the code {code!r} stands twice in {path[-1]!r}", *path, number)


def _form(built: Built, form: TriageForm, at: At, known: Known, number: int) -> Iterator[Problem]:
    """Yield what is wrong with one form: its names, its ways, its ends."""
    part = built.book.triage[number]
    here = ("triage", number)
    yield from _twice([q.code for q in form.questions] + [o.code for o in form.outcomes], at, *here)
    places = {q.code for q in form.questions} | {o.code for o in form.outcomes}
    if form.question(form.first) is None:
        yield at(f"the first question {form.first!r} does not exist", *here, "first")
    for q_number, question in enumerate(form.questions):
        path = (*here, "questions", q_number)
        yield from _twice([a.code for a in question.answers], at, *path, "answers")
        if question.skip_to and question.skip_to not in places:
            yield at(f"dead end: {question.skip_to!r} is neither a question nor an outcome", *path, "skip_to")
        if question.skip_to and not built.rulebook.lists.get("triage_skips"):
            yield at("a question that may be skipped needs the list 'triage_skips' of reasons", *path, "skip_to")
        for a_number, answer in enumerate(question.answers):
            way = (*path, "answers", a_number)
            if answer.to not in places:
                yield at(f"dead end: {answer.to!r} is neither a question nor an outcome", *way, "to")
            yield from _names(part.questions[q_number].answers[a_number], at, known, *way)
    for o_number, outcome in enumerate(form.outcomes):
        path = (*here, "outcomes", o_number)
        yield from _names(part.outcomes[o_number], at, known, *path)
        if outcome.does == DISPATCH and not (outcome.category or outcome.fallback):
            yield at(f"the outcome {outcome.code!r} dispatches and needs a category or a fallback", *path)
        if outcome.does != DISPATCH and outcome.say is None:
            yield at(f"the outcome {outcome.code!r} needs the words to say", *path)
    reached = _reached(form)
    for what, codes in (("questions", [q.code for q in form.questions]), ("outcomes", [o.code for o in form.outcomes])):
        for index, code in enumerate(codes):
            if code not in reached:
                yield at(f"{code!r} is never reached", *here, what, index)
    loop = _loop(form)
    if loop:
        index = [q.code for q in form.questions].index(loop[0])
        yield at(f"a loop: {' → '.join(loop)}", *here, "questions", index)


def _names(part: Any, at: At, known: Known, *path: Any) -> Iterator[Problem]:
    for field, what in (
        ("category", "categories"), ("fallback", "categories"), ("priority", "priorities"), ("ownership", "ownership"),
    ):  # fmt: skip
        code = getattr(part, field, None)
        if code is not None and code not in known[what]:
            yield at(f"unknown {field} {code!r}", *path, field)


def _reached(form: TriageForm) -> set[str]:
    """Return the codes that one can come to from the first question."""
    found, waiting = {form.first}, [form.first]
    while waiting:
        question = form.question(waiting.pop())
        for code in form.ways(question) if question else ():
            if code not in found:
                found.add(code)
                waiting.append(code)
    return found


def _loop(form: TriageForm) -> list[str]:
    """Return the questions of a loop, the first again at the end; empty when there is none."""
    done: set[str] = set()

    def walk(code: str, way: list[str]) -> list[str]:
        if code in way:
            return [*way[way.index(code) :], code]
        question = form.question(code)
        if question is None or code in done:
            return []
        for target in form.ways(question):
            if found := walk(target, [*way, code]):
                return found
        done.add(code)
        return []

    return next((loop for q in form.questions if (loop := walk(q.code, []))), [])


def _facts(built: Built, at: At, known: Known) -> Iterator[Problem]:
    facts = {fact.code: fact for fact in built.rulebook.intake.facts}
    questions = {q.code for form in built.rulebook.intake.triage for q in form.questions}
    used: set[str] = {rule.fact for rule in built.rulebook.intake.quality}
    for number, fact in enumerate(built.rulebook.intake.facts):
        for code in fact.questions:
            if code not in questions:
                yield at(f"unknown question {code!r}", "facts", number, "questions")
        if not (fact.fields or fact.questions or fact.words or fact.pattern):
            yield at(f"nothing says how the fact {fact.code!r} is found", "facts", number)
    for number, need in enumerate(built.book.needed_facts):
        yield from _scope(need, at, known, "needed_facts", number)
        for code in need.facts:
            used.add(code)
            if code not in facts:
                yield at(f"unknown fact {code!r}", "needed_facts", number, "facts")
            elif need.refuse and not facts[code].fields:
                yield at(
                    f"only a field can be refused, and {code!r} is found in words", "needed_facts", number, "refuse"
                )
    for number, fact in enumerate(built.rulebook.intake.facts):
        if fact.code not in used:
            yield at(f"nothing needs the fact {fact.code!r}", "facts", number)


def _quality(built: Built, at: At, known: Known) -> Iterator[Problem]:
    facts = {fact.code for fact in built.rulebook.intake.facts}
    for number, part in enumerate(built.book.quality):
        yield from _scope(part, at, known, "quality", number)
        wanted = _NEEDS[part.check]
        if wanted and not getattr(part, wanted):
            yield at(f"the check {part.check!r} needs {wanted!r}", "quality", number)
        for key in set(filter(None, _NEEDS.values())) - {wanted}:
            if getattr(part, key):
                yield at(f"{key!r} has no meaning for the check {part.check!r}", "quality", number, key)
        if part.fact and part.fact not in facts:
            yield at(f"unknown fact {part.fact!r}", "quality", number, "fact")


def _scope(part: Any, at: At, known: Known, *path: Any) -> Iterator[Problem]:
    for what in ("kinds", "categories"):
        for code in getattr(part, what):
            if code not in known[what]:
                yield at(f"unknown {what[:-1] if what == 'kinds' else 'category'} {code!r}", *path, what)
