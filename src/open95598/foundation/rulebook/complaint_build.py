"""From the schema's parts of complaints to the values that are asked, and whether they make sense. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from open95598.foundation.rulebook import complaint_rows as rows

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.intake_check import At, Known
    from open95598.foundation.rulebook.schema import Book
    from open95598.foundation.rulebook.yamltext import Problem


def complaints(book: Book) -> rows.ComplaintRules:
    """Return what a rulebook says of complaints."""
    return rows.ComplaintRules(
        gradings=tuple(
            rows.GradingRule(g.code, g.grade, g.label, g.categories, g.channels, g.priorities, g.words, g.source)
            for g in book.gradings
        ),
        findings=tuple(rows.FindingRule(f.files, f.grades, f.source) for f in book.findings.evidence),
        changed_levels_up=book.findings.changed_levels_up,
        charges=tuple(
            rows.ChargeRule(c.code, c.charge, c.points, c.kinds, c.grades, c.clocks, c.source)
            for c in book.assessment
        ),
        appeals=rows.AppealRule(book.appeals.rounds, book.appeals.within_working_days, book.appeals.source),
    )  # fmt: skip


def problems_of(built: Built, at: At, known: Known) -> Iterator[Problem]:
    """Yield what is wrong. ``at(reason, *path)`` makes a problem; ``known``: codes of kinds, grades, clocks, …"""
    book = built.book
    known = {**known, "charges": {c.code for c in built.rulebook.lists.get("charges", ())}}
    for section in ("gradings", "assessment"):
        seen: set[str] = set()
        for number, part in enumerate(getattr(book, section)):
            if part.code in seen:
                yield at(f"the code {part.code!r} stands twice in {section!r}", section, number)
            seen.add(part.code)
    for number, grading in enumerate(book.gradings):
        yield from _unknown(at, known, "grades", (grading.grade,), "grade", "gradings", number, "grade")
        for what, word in (("categories", "category"), ("channels", "channel"), ("priorities", "priority")):
            yield from _unknown(at, known, what, getattr(grading, what), word, "gradings", number, what)
        if not (grading.categories or grading.channels or grading.priorities or grading.words):
            yield at(f"grading {grading.code!r} speaks for every complaint", "gradings", number)
    for number, files in enumerate(book.findings.evidence):
        yield from _unknown(at, known, "grades", files.grades, "grade", "findings", "evidence", number, "grades")
    for number, charge in enumerate(book.assessment):
        yield from _unknown(at, known, "charges", (charge.charge,), "charge", "assessment", number, "charge")
        for what, word in (("kinds", "kind"), ("grades", "grade"), ("clocks", "clock")):
            yield from _unknown(at, known, what, getattr(charge, what), word, "assessment", number, what)
    for (_i, one), (number, two) in combinations(enumerate(book.assessment), 2):
        if one.charge == two.charge and _same(one, two):
            reason = f"charges {one.code!r} and {two.code!r} both apply, neither is more specific"
            yield at(reason, "assessment", number)


def _unknown(at: At, known: Known, what: str, codes: tuple[str, ...], word: str, *path: Any) -> Iterator[Problem]:
    for code in codes:
        if code not in known[what]:
            yield at(f"unknown {word} {code!r}", *path)


def _same(one: Any, two: Any) -> bool:
    selectors = [(getattr(one, s), getattr(two, s)) for s in ("kinds", "grades", "clocks")]
    return all(bool(a) == bool(b) and (not a or not set(a).isdisjoint(b)) for a, b in selectors)
