"""Warnings, breaches and escalations happen by themselves: in sets, exactly once, to the right people.

The sweeper takes clocks by ``next_at`` with SKIP LOCKED, so that a second one may stand by, and locks their cases so
that the journal's chain holds. There is no job per clock, and an hour without the sweeper only makes the next round
longer: each clock says what is true then, once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from open95598.casework import clocks as arithmetic
from open95598.casework import registry
from open95598.casework.models import Case, CaseClock
from open95598.casework.recipients import Directory
from open95598.casework.work import ladder_minutes, load_typed
from open95598.foundation import process
from open95598.foundation.calendars import store as calendars
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append
from open95598.foundation.rulebook import store as rulebooks
from open95598.foundation.rulebook.services import apply_amendments

BATCH = 5_000
#: what a sweep looks at of a case and of a clock: reading more of a hundred thousand rows would cost more than the rest
_CASE_SEEN = (
    "kind", "unit_id", "opened_by_unit_id", "owner_id", "scope", "recused_people", "rulebook_version", "journal_seq",
    "journal_head",
)  # fmt: skip
_CLOCK_SEEN = (
    "case_id", "name", "calendar", "due_at", "warn_at", "warned_at", "breached_at", "escalated", "next_at",
)  # fmt: skip

_TAKE = """
SELECT k.id, c.id FROM casework_caseclock k JOIN casework_case c ON c.id = k.case_id
WHERE k.next_at <= %s ORDER BY k.next_at LIMIT %s FOR NO KEY UPDATE OF k, c SKIP LOCKED
"""
_CLOCKS = """
UPDATE casework_caseclock k SET warned_at = u.warned_at, breached_at = u.breached_at, escalated = u.escalated,
       next_at = u.next_at
FROM unnest(%b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::int[], %b::timestamptz[])
     AS u(id, warned_at, breached_at, escalated, next_at) WHERE k.id = u.id
"""
_CASES = """
UPDATE casework_case c SET breached = c.breached OR u.breached, journal_seq = u.seq, journal_head = u.head
FROM unnest(%b::bigint[], %b::boolean[], %b::int[], %b::bytea[]) AS u(id, breached, seq, head) WHERE c.id = u.id
"""


@dataclass
class Tally:
    """What a sweep did: how many clocks warned, were missed, climbed a step."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        """How many things were said."""
        return sum(self.counts.values())


def sweep(now: datetime, *, batch: int = BATCH) -> Tally:
    """Say what every clock has to say at ``now`` (aware UTC), one journal entry and one event each, in batches."""
    tally = Tally()
    directory = Directory(now)
    while _sweep_batch(now, batch, directory, tally) == batch:
        pass
    return tally


def _sweep_batch(now: datetime, batch: int, directory: Directory, tally: Tally) -> int:
    """Do one transaction's worth; return how many clocks were taken."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [now, batch])
            taken = cursor.fetchall()
        if not taken:
            return 0
        cases = Case.objects.system("the sweeper").only(*_CASE_SEEN).in_bulk([case_id for _clock, case_id in taken])
        typed = load_typed(cases.values(), for_summary=True)
        clocks = CaseClock.objects.filter(pk__in=[clock_id for clock_id, _case in taken]).only(*_CLOCK_SEEN)
        drafts: list[Draft] = []
        said: list[Said] = []
        clock_rows: list[tuple[Any, ...]] = []
        breached: dict[int, bool] = {}
        for clock in clocks.order_by("next_at", "id"):
            case = cases[clock.case_id]
            spoken = speak(case, typed[case.pk], clock, directory, now)
            if spoken is None:  # a clock whose time was moved: look again when it says
                clock_rows.append(_clock_row(clock, clock.due_at if clock.breached_at is None else None))
                continue
            clock_rows.append(_clock_row(clock, clock.next_at))
            breached[case.pk] = breached.get(case.pk, False) or clock.breached_at is not None
            drafts.append(spoken.draft)
            said.append(spoken.said)
            tally.counts[spoken.kind] += 1
        append(drafts)
        say(said)
        _write(clock_rows, {pk: cases[pk] for pk in breached}, breached)
        return len(taken)


@dataclass(frozen=True)
class Spoken:
    """What a clock had to say: ``warned``, ``breached`` or ``escalated``, for the journal and as an event."""

    kind: str
    draft: Draft
    said: Said


def speak(case: Case, typed: Any, clock: CaseClock, directory: Directory, now: datetime) -> Spoken | None:
    """Let a clock say what is true at ``now``, and set on it what was said and when to look again (in memory).

    None when it was looked at too early.
    """
    rules = rulebooks.get(case.rulebook_version)
    found = arithmetic.look(
        calendars.get(clock.calendar),
        now,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
        warned=clock.warned_at is not None,
        breached=clock.breached_at is not None,
        escalated=clock.escalated,
        ladder_minutes=ladder_minutes(rules, case.kind, clock.name),
    )
    if found is None:
        return None
    if found.warned and clock.warned_at is None:
        clock.warned_at = now
    if found.breached and clock.breached_at is None:
        clock.breached_at = now
    clock.escalated, clock.next_at = found.escalated, found.next_at
    call = directory.call(case, rules, clock.name, found)
    data = {"clock": clock.name, "due_at": clock.due_at.isoformat(), "step": found.escalated}
    key, kind = f"case/{case.pk}", f"clock.{found.kind}"
    draft = Draft(
        head=case,
        stream=key,
        kind=kind,
        at=now,
        actor_name="sweeper",
        case_id=case.pk,
        data=data | {"told": call.recipients, "folded": found.warning_folded},
    )
    summary = registry.typed(case.kind).summary(typed)
    payload = {"case_id": case.pk, "kind": case.kind, "unit": case.unit_id, **summary, **data}
    payload |= {"recipients": call.recipients, "channels": call.channels}
    payload |= call.words(summary, clock.name, clock.due_at)
    return Spoken(found.kind, draft, Said(type=kind, key=key, at=now, case_id=case.pk, payload=payload))


def _clock_row(clock: CaseClock, next_at: datetime | None) -> tuple[Any, ...]:
    return (clock.pk, clock.warned_at, clock.breached_at, clock.escalated, next_at)


def _write(clock_rows: list[tuple[Any, ...]], cases: dict[int, Case], breached: dict[int, bool]) -> None:
    with connection.cursor() as cursor:
        if clock_rows:
            cursor.execute(_CLOCKS, [list(column) for column in zip(*clock_rows, strict=True)])
        if cases:
            cursor.execute(
                _CASES,
                [
                    list(cases),
                    [breached[pk] for pk in cases],
                    [c.journal_seq for c in cases.values()],
                    [bytes(c.journal_head) for c in cases.values()],
                ],
            )


def run() -> None:
    """Sweep every second until told to stop: the ``sweeper`` process."""
    process.loop("sweeper", _round, every=1.0)


def _round(now: datetime) -> int:
    return len(apply_amendments(now)) + sweep(now).total
