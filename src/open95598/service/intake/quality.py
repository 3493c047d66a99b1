"""Counts the points of an order's record and answer by the rulebook's lines, each explained (H8, speech rules 1.2).
Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from open95598.foundation.rulebook.intake_rows import IntakeRules, QualityRule
from open95598.foundation.words import Label
from open95598.service.intake import facts, places
from open95598.service.intake.facts import Record

#: mobile, landline with or without area code, service numbers
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}|0\d{2,3}\d{7,8}|[2-8]\d{6,7}|400\d{7}|9\d{4}|1\d{4}")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Remark:
    """Why points were lost: ``code`` (``fact``, ``address``, ``no_address``, ``phone``, ``short``, ``phrase``,
    ``says``) with the rulebook's words for it, what was found in the text, and a number."""

    code: str
    label: Label | None = None
    found: str = ""
    number: int = 0


@dataclass(frozen=True)
class Line:
    """A line of the score: ``points`` of ``of``, with what was lost and why."""

    rule: QualityRule
    points: int
    of: int
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Score:
    """``points`` of 100, from its lines; lines that cannot be judged are left out. None: the rulebook has no lines."""

    points: int | None
    lines: tuple[Line, ...]

    @property
    def lost(self) -> tuple[Line, ...]:
        """The lines that lost points, the dearest first."""
        return tuple(sorted((x for x in self.lines if x.points < x.of), key=lambda x: x.points - x.of))


#: share of the points (0–1) with remarks; None: cannot be judged
_Judged = tuple[float, tuple[Remark, ...]] | None


def score(rules: IntakeRules, record: Record) -> Score:
    """Return the score of a record; lines about the answer count once there is one."""
    lines: list[Line] = []
    for rule in rules.rules(record.kind, record.lineage):
        if rule.part == "answer" and not record.answer.strip():
            continue
        judged = _CHECKS[rule.check](rules, rule, record)
        if judged is not None:
            share, remarks = judged
            lines.append(Line(rule, _points(rule.points, share), rule.points, remarks))
    whole = sum(line.of for line in lines)
    points = round(100 * sum(line.points for line in lines) / whole) if whole else None
    return Score(points, tuple(lines))


def _points(points: int, share: float) -> int:
    """Return a share of points; what is not whole is never full, what is not nothing may still be nothing."""
    return int(points * max(0.0, min(1.0, share)) + 1e-9)


def _facts(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    needed = rules.needed(record.kind, record.lineage)
    if not needed:
        return None
    gone = facts.missing(rules, record)
    return 1 - len(gone) / len(needed), tuple(Remark("fact", fact.label) for fact in gone)


def _fact(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    fact = next((f for f in rules.facts if f.code == rule.fact), None)
    if fact is None or facts.holds(record, fact):
        return 1.0, ()
    return 0.0, (Remark("fact", fact.label),)


def _address(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    needs = any("address" in fact.fields for fact in rules.needed(record.kind, record.lineage))
    if not record.address.strip():
        return (0.0, (Remark("no_address"),)) if needs else None
    share = places.precision(places.parse(record.address))
    return share, () if share == 1 else (Remark("address"),)


def _phone(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    if not record.contact_phone:
        return None if record.anonymous else (0.0, (Remark("phone"),))
    good = _PHONE.fullmatch(record.contact_phone) is not None
    return (1.0, ()) if good else (0.0, (Remark("phone"),))


def _text(rule: QualityRule, record: Record) -> str:
    return record.answer if rule.part == "answer" else record.description


def _length(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    length = len(_BLANK.sub("", _text(rule, record)))
    return (1.0, ()) if length >= rule.least else (length / rule.least, (Remark("short", number=rule.least),))


def _phrases(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    text = _text(rule, record)
    remarks = tuple(
        Remark("phrase", phrase.instead, found, phrase.cost)
        for phrase in rule.phrases
        if (found := next((words for words in phrase.find if words in text), ""))
    )
    return 1 - sum(remark.number for remark in remarks) / rule.points, remarks


def _says(rules: IntakeRules, rule: QualityRule, record: Record) -> _Judged:
    text = _text(rule, record)
    gone = [group for group in rule.says if not any(word in text for word in group.words)]
    return 1 - len(gone) / len(rule.says), tuple(Remark("says", group.label) for group in gone)


_CHECKS: dict[str, Callable[[IntakeRules, QualityRule, Record], _Judged]] = {
    "facts": _facts,
    "fact": _fact,
    "address": _address,
    "phone": _phone,
    "length": _length,
    "phrases": _phrases,
    "says": _says,
}
