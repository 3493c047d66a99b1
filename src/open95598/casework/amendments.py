"""An amended rulebook reaches open cases only where it declares so; then their running clocks take the new limits.

Idempotent: a case that is pinned to the new version already is passed over, so a run that was interrupted goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from open95598.casework import registry
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.casework.work import CLOCK_FIELDS, Work, load_typed, save_rows
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.model import Amendment

_BATCH = 500


def apply(version: str, amendments: Sequence[Amendment], now: datetime) -> None:
    """Let the amendments that ``version`` (a layer's id) declares reach the open cases concerned, in batches."""
    for amendment in amendments:
        last = 0
        while last >= 0:
            last = _batch(amendment, last, now)


def _batch(amendment: Amendment, after: int, now: datetime) -> int:
    """Do one transaction's worth of cases with ids above ``after``; return the last id, or -1 at the end."""
    with transaction.atomic():
        rows = Case.objects.system("an amended rulebook").filter(is_open=True, pk__gt=after)
        if amendment.kinds:
            rows = rows.filter(kind__in=amendment.kinds)
        query = rows.select_related("unit").select_for_update(no_key=True, of=("self",)).order_by("pk")
        cases = list(query[:_BATCH])
        if not cases:
            return -1
        typed = load_typed(cases)
        clocks: dict[int, list[CaseClock]] = {}
        for clock in CaseClock.objects.filter(case__in=cases).exclude(state=ClockState.STOPPED):
            clocks.setdefault(clock.case_id, []).append(clock)
        works, drafts, said = [], [], []
        for case in cases:
            rules = store.current(now, tuple(case.unit.lineage))
            if rules.version == case.rulebook_version:
                continue
            flow = registry.flow(case.kind, case.flow_version)
            item = Work(case, typed[case.pk], flow, rules, case.unit, clocks.get(case.pk, []))
            changed = _relimit(item, amendment)
            was, case.rulebook_version = case.rulebook_version, rules.version
            works.append(item)
            reason = {"zh": amendment.reason.zh, "en": amendment.reason.en}
            data = {"from": was, "to": rules.version, "reason": reason, "clocks": changed}
            drafts.append(
                Draft(
                    head=case,
                    stream=f"case/{case.pk}",
                    kind="case.amended",
                    at=now,
                    actor_name="rulebook",
                    case_id=case.pk,
                    data=data,
                )
            )
            payload = {"kind": case.kind, "rulebook": rules.version}
            said.append(Said(type="case.amended", key=f"case/{case.pk}", at=now, case_id=case.pk, payload=payload))
        append(drafts)
        say(said)
        save_rows(
            [w.case for w in works],
            ("rulebook_version", "due_at", "due_clock", "warn_at", "journal_seq", "journal_head"),
        )
        save_rows([c for w in works for c in w.changed_clocks.values()], CLOCK_FIELDS)
        return cases[-1].pk


def _relimit(item: Work, amendment: Amendment) -> list[dict[str, object]]:
    """Give running clocks the new limits, counted from their start; return what changed."""
    changed: list[dict[str, object]] = []
    for clock in item.clocks:
        if clock.state != ClockState.RUNNING or (amendment.clocks and clock.name not in amendment.clocks):
            continue
        limit = item.limit(clock.name)
        if limit is None or limit.minutes == clock.limit_minutes:
            continue
        was = clock.due_at
        item.set_limit(clock, limit)
        changed.append({"clock": clock.name, "was": was.isoformat(), "due": clock.due_at.isoformat()})
    item.settle_clocks()
    return changed
