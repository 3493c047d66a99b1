"""Looks for sense in what a rulebook says of supervision and sampling: triggers that can never hold, unknown names,
forms without points for a kind, plans that draw nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.yamltext import Problem

At = Callable[..., Problem]
Known = Mapping[str, Collection[str]]
#: what a trigger needs, by what it waits for: one of these keys must say something, all others must not
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "overdue": ("clocks",),
    "urged": ("count",),
    "repeated": ("count",),
    "graded": ("grades",),
    "facts": ("channels", "priorities", "categories", "marks", "words"),
}
_KEYS = tuple(dict.fromkeys(key for keys in _NEEDS.values() for key in keys))
_SINGULAR = {
    "kinds": "kind", "clocks": "clock", "channels": "channel", "priorities": "priority", "categories": "category",
    "grades": "grade", "roles": "role",
}  # fmt: skip
#: supervisions the people ask for by hand; no trigger may take the name
BY_HAND = "by_hand"


def problems_of(built: Built, at: At, known: Known) -> Iterator[Problem]:
    """Yield what is wrong. ``at(reason, *path)`` makes a problem; ``known``: the codes that the rulebook has."""
    book = built.book
    for section in ("supervision", "supervision_told", "qa_forms", "sampling"):
        yield from _twice([part.code for part in getattr(book, section)], at, section)
    yield from _triggers(built, at, known)
    for number, told in enumerate(book.supervision_told):
        yield from _unknown(told, ("roles",), at, known, "supervision_told", number)
    yield from _forms(built, at, known)
    yield from _plans(built, at, known)


def _triggers(built: Built, at: At, known: Known) -> Iterator[Problem]:
    marks = {c.code for c in built.rulebook.lists.get("order_marks", ())}
    for number, part in enumerate(built.book.supervision):
        here = ("supervision", number)
        names = ("kinds", "clocks", "channels", "priorities", "categories", "grades")
        yield from _unknown(part, names, at, known, *here)
        for code in part.marks:
            if code not in marks:
                yield at(f"unknown mark {code!r}", *here, "marks")
        if part.code == BY_HAND:
            yield at(f"{BY_HAND!r} stands for what people ask for by hand", *here, "code")
        wanted = _NEEDS[part.when]
        if not any(getattr(part, key) for key in wanted):
            yield at(f"{part.when!r} never holds without {' or '.join(wanted)}", *here, "when")
        for key in _KEYS:
            if key not in wanted and getattr(part, key):
                yield at(f"{key!r} has no meaning for {part.when!r}", *here, key)
    if built.book.supervision and not built.book.supervision_told:
        yield at("nobody is told of a supervision: section 'supervision_told' is missing", "supervision")


def _forms(built: Built, at: At, known: Known) -> Iterator[Problem]:
    for number, form in enumerate(built.book.qa_forms):
        here = ("qa_forms", number)
        yield from _twice([p.code for p in form.points] + [e.code for e in form.fatal], at, *here)
        for index, point in enumerate(form.points):
            yield from _unknown(point, ("kinds",), at, known, *here, "points", index)
        for kind in sorted(known["kinds"]):
            if not built.rulebook.oversight.forms[number].lines(kind):
                yield at(f"the form {form.code!r} has no line for {kind!r}", *here, "points")


def _plans(built: Built, at: At, known: Known) -> Iterator[Problem]:
    forms = {form.code for form in built.book.qa_forms}
    results = {c.code for c in built.rulebook.lists.get("results", ())}
    for number, plan in enumerate(built.book.sampling):
        here = ("sampling", number)
        yield from _unknown(plan, ("kinds", "categories"), at, known, *here)
        if plan.form not in forms:
            yield at(f"unknown form {plan.form!r}", *here, "form")
        for code in plan.results:
            if code not in results:
                yield at(f"unknown result {code!r}", *here, "results")
        if plan.least > plan.most:
            yield at("'least' is more than 'most'", *here, "least")
        if plan.substantiated and set(plan.kinds) != {"complaint"}:
            yield at("only complaints are found substantiated or not: 'kinds' must be [complaint]", *here, "kinds")


def _unknown(part: Any, names: tuple[str, ...], at: At, known: Known, *path: Any) -> Iterator[Problem]:
    for what in names:
        for code in getattr(part, what):
            if code not in known[what]:
                yield at(f"unknown {_SINGULAR[what]} {code!r}", *path, what)


def _twice(codes: list[str], at: At, *path: Any) -> Iterator[Problem]:
    for number, code in enumerate(codes):
        if code in codes[:number]:
            yield at(f"the code {code!r} stands twice in {path[-1]!r}", *path, number)
