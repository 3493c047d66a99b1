"""All writes of the ledger: a charge is entered, an entry is reversed. Nothing is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import registry, work
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment.models import LedgerEntry
from open95598.foundation.errors import Impossible, NotFound
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.notices.services import notify
from open95598.foundation.rulebook import store
from open95598.foundation.units import queries as tree
from open95598.foundation.words import Label


@dataclass(frozen=True)
class Charge:
    """Something that somebody answers for.

    ``charge``: a code of the rulebook's list ``charges``; its points are the rulebook's (section ``assessment``).
    ``key`` says what happened (``late/17/answer/1``): however often it is entered, it stands in the ledger once.
    ``facts``: codes that explain it (``clock``), nothing personal; ``reason``: words, when somebody judged.
    """

    charge: str
    unit_id: int
    key: str
    case_id: int | None = None
    person_id: int | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def enter(charge: Charge, actor: Actor, now: datetime) -> LedgerEntry | None:
    """Write a charge into the ledger, in the caller's transaction; return the entry (the one there is for its key).

    None when the rulebook gives such a charge no points. ``now``: aware UTC, its local month is the entry's period.
    The caller has checked the right to charge. Raises ``NotFound`` for an unknown unit or case.
    """
    unit = tree.get(charge.unit_id)
    rules = store.current(now, tuple(unit.lineage))
    kind, about = _about(charge.case_id)
    rule = rules.complaints.charge(
        charge.charge, kind=kind, grade=about.get("grade", ""), clock=str(charge.facts.get("clock", ""))
    )
    if rule is None:
        return None
    facts = {**charge.facts, **({"grade": about["grade"]} if about.get("grade") else {})}
    with transaction.atomic():
        entry, new = LedgerEntry.objects.get_or_create(
            key=charge.key,
            defaults={
                "at": now,
                "period": period_of(now),
                "unit": unit,
                "scope": list(unit.lineage),
                "person_id": charge.person_id,
                "case_id": charge.case_id,
                "number": about.get("number", ""),
                "charge": charge.charge,
                "rule": rule.code,
                "rulebook_version": rules.version,
                "points": rule.points,
                "reason": charge.reason,
                "facts": facts,
                "by_id": actor.person_id,
                "by_name": actor.name,
            },
        )
        if new:
            _tell(entry, "assessment.entered", actor, now)
            _ring(entry, rules, now)
    return entry


def reverse(entry_id: int, reason: str, actor: Actor, now: datetime, *, key: str = "") -> LedgerEntry:
    """Take an entry's points back by an entry of its own, in the period of ``now``; return that one.

    The caller has checked the right to. Raises ``NotFound``, ``Impossible`` for a reversal or an entry reversed before.
    """
    with transaction.atomic():
        entry = LedgerEntry.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            raise NotFound(_("There is no such entry."))
        if entry.reverses_id is not None:
            raise Impossible(_("A reversal is not reversed."))
        if LedgerEntry.objects.filter(reverses=entry).exists():
            raise Impossible(_("This entry was reversed already."))
        back = LedgerEntry.objects.create(
            at=now,
            period=period_of(now),
            unit_id=entry.unit_id,
            scope=entry.scope,
            person_id=entry.person_id,
            case_id=entry.case_id,
            number=entry.number,
            charge=entry.charge,
            rule=entry.rule,
            rulebook_version=entry.rulebook_version,
            points=-entry.points,
            reason=reason,
            facts=entry.facts,
            by_id=actor.person_id,
            by_name=actor.name,
            key=key or f"reversal/{entry.pk}",
            reverses=entry,
        )
        _tell(back, "assessment.reversed", actor, now)
        return back


def period_of(at: datetime) -> str:
    """Return the local month of an instant, as ``2026-03``."""
    return f"{at.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m}"


def _about(case_id: int | None) -> tuple[str, Mapping[str, Any]]:
    """Return the kind of a case, and its number and grade as its own room tells them."""
    if case_id is None:
        return "", {}
    case = Case.objects.system("what a charge is about").filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("There is no such case."))
    beside, row = registry.typed(case.kind), work.load_typed([case])[case.pk]
    return case.kind, {**beside.limit_facts(row), **beside.summary(row)}


def _ring(entry: LedgerEntry, rules: Any, now: datetime) -> None:
    """Tell the person who was charged, without naming the order: they may be recused from it."""
    if entry.person_id is None:
        return
    what, points = rules.choice("charges", entry.charge).label, f"{entry.points.normalize():f}"
    days = rules.complaints.appeals.within_days
    notify(
        [entry.person_id],
        "assessment.entered",
        Label(f"考核：{what.zh}，{points}分", f"Charged: {what.en}, {points} point(s)"),
        Label(
            f"在“考核”中查看；{days}个工作日内可申诉。", f"See “Assessment”; you may appeal within {days} working days."
        ),
        now=now,
        key=f"assessment/{entry.pk}",
    )


def _tell(entry: LedgerEntry, kind: str, actor: Actor, now: datetime) -> None:
    """Write the entry into the journal's stream of its unit, and say it."""
    stream = f"assessment/{entry.unit_id}"
    data = {
        "entry": entry.pk,
        "charge": entry.charge,
        "rule": entry.rule,
        "points": str(entry.points),
        "unit": entry.unit_id,
        "period": entry.period,
        "key": entry.key,
    }
    data |= {"person": entry.person_id} if entry.person_id else {}
    data |= {"number": entry.number} if entry.number else {}
    data |= {"reverses": entry.reverses_id} if entry.reverses_id else {}
    draft = Draft(
        head=Stream(),  # set by append_to_stream
        stream=stream,
        kind=kind,
        at=now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        data={**data, "facts": entry.facts, "via": actor.via},
        personal={"reason": entry.reason} if entry.reason else {},
    )
    append_to_stream(stream, [draft])
    say([Said(type=kind, key=stream, at=now, payload=data)])
