"""Which grade of complaint the rules suggest, and why (DOMAIN 2.4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from open95598.foundation.rulebook.complaint_rows import ComplaintRules, GradingRule


@dataclass(frozen=True)
class Reason:
    """A rule that speaks for a grade, and the words it found in the text (empty: it did not look for words)."""

    rule: GradingRule
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggested:
    """The highest grade that any rule speaks for, and every rule that speaks for that one."""

    grade: str
    reasons: tuple[Reason, ...] = ()


def suggest(
    rules: ComplaintRules,
    grades: Sequence[str],
    *,
    lineage: Sequence[str] = (),
    channel: str = "",
    priority: str = "",
    text: str = "",
) -> Suggested:
    """Return the suggested grade of a complaint with its reasons; the lowest one when no rule speaks for another.

    ``grades``: the codes, the lowest first. ``lineage``: its category's codes from the top. ValueError without grades.
    """
    if not grades:
        raise ValueError("there are no grades")
    found: dict[str, list[Reason]] = {}
    for rule in rules.gradings:
        words = tuple(word for word in rule.words if word in text)
        if (
            (not rule.categories or not set(rule.categories).isdisjoint(lineage))
            and (not rule.channels or channel in rule.channels)
            and (not rule.priorities or priority in rule.priorities)
            and (not rule.words or words)
        ):
            found.setdefault(rule.grade, []).append(Reason(rule, words))
    for grade in reversed(grades):
        if grade in found:
            return Suggested(grade, tuple(found[grade]))
    return Suggested(grades[0])
