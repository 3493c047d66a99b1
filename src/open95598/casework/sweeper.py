"""Warnings, breaches and escalations happen by themselves: in sets, exactly once, to the right people.

The sweeper takes clocks by ``next_at`` with SKIP LOCKED, so that several may work, and locks their cases so that the
journal's chain holds. There is no job per clock, and an hour without the sweeper only makes the next round longer: each
clock says what is true then, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from open95598.casework import clocks as arithmetic
from open95598.casework.models import Case, CaseClock
from open95598.casework.recipients import Directory
from open95598.casework.work import ladder_minutes
from open95598.foundation import bulk, process
from open95598.foundation.calendars import store as calendars
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append
from open95598.foundation.rulebook import store as rulebooks
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.rulebook.services import apply_amendments

#: so many at a time: whoever acts on a case meanwhile waits for less than a second
BATCH = 2_000
#: threads that share what does not fit one batch: one computes while the database works for the others
HANDS = 3

_TAKE = """
SELECT k.id, k.name, k.calendar, k.due_at, k.warn_at, k.warned_at, k.breached_at, k.escalated, k.next_at,
       c.id, c.kind, c.unit_id, c.opened_by_unit_id, c.owner_id, c.scope, c.recused_people,
       c.recused_units, c.rulebook_version, c.breached, c.journal_seq, c.journal_head
FROM casework_caseclock k JOIN casework_case c ON c.id = k.case_id
WHERE k.next_at <= %s ORDER BY k.next_at, k.id LIMIT %s FOR NO KEY UPDATE OF k, c SKIP LOCKED
"""
_CLOCKS = """
UPDATE casework_caseclock k
SET warned_at = u.warned_at, breached_at = u.breached_at, escalated = u.escalated, next_at = u.next_at
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::timestamptz[])
     AS u(id, warned_at, breached_at, escalated, next_at) WHERE k.id = u.id
"""
_CASES = """
UPDATE casework_case c SET breached = u.breached, journal_seq = u.seq, journal_head = decode(u.head, 'hex')
FROM unnest(%s::bigint[], %s::boolean[], %s::int[], %s::text[]) AS u(id, breached, seq, head) WHERE c.id = u.id
"""


@dataclass(slots=True)
class SeenClock:
    """What a sweep reads of a clock, and writes back: no model, as a hundred thousand may be due at once."""

    pk: int
    name: str
    calendar: str
    due_at: datetime
    warn_at: datetime
    warned_at: datetime | None
    breached_at: datetime | None
    escalated: int
    next_at: datetime | None


@dataclass(slots=True)
class SeenCase:
    """What a sweep reads of a clock's case."""

    pk: int
    kind: str
    unit_id: int
    opened_by_unit_id: int
    owner_id: int | None
    scope: list[int]
    recused_people: list[int]
    recused_units: list[int]
    rulebook_version: str
    breached: bool
    journal_seq: int
    journal_head: bytes


@dataclass
class Tally:
    """What a sweep did: how many clocks warned, were missed, climbed a step."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many things were said."""
        return self.counts.total()


def sweep(now: datetime, *, batch: int = BATCH, hands: int = 1) -> Tally:
    """Say what every clock has to say at ``now`` (aware UTC), one journal entry and one event each, in batches.

    A batch is a transaction. More ``hands`` are threads with connections of their own: not inside a transaction.
    """
    directory = Directory(now)
    counts = Counter[str]()
    if _sweep_batch(now, batch, directory, counts) == batch:
        if hands == 1:
            counts += _sweep_all(now, batch, directory)
        else:
            with ThreadPoolExecutor(hands) as pool:
                for part in [pool.submit(_in_thread, now, batch, directory) for _ in range(hands)]:
                    counts += part.result()
    return Tally(counts)


def _in_thread(now: datetime, batch: int, directory: Directory) -> Counter[str]:
    try:
        return _sweep_all(now, batch, directory)
    finally:
        connection.close()


def _sweep_all(now: datetime, batch: int, directory: Directory) -> Counter[str]:
    counts = Counter[str]()
    while _sweep_batch(now, batch, directory, counts) == batch:
        pass
    return counts


def _sweep_batch(now: datetime, batch: int, directory: Directory, counts: Counter[str]) -> int:
    """Do one transaction's worth; return how many clocks were taken."""
    with transaction.atomic():
        taken = _take(now, batch)
        if not taken:
            return 0
        rules = {version: rulebooks.get(version) for version in {case.rulebook_version for case, _clock in taken}}
        drafts: list[Draft] = []
        said: list[Said] = []
        for case, clock in taken:
            spoken = speak(case, rules[case.rulebook_version], clock, directory, now)
            if spoken is not None:
                case.breached |= clock.breached_at is not None
                drafts.append(spoken.draft)
                said.append(spoken.said)
                counts[spoken.kind] += 1
        append(drafts)
        say(said)
        _write(taken)
        return len(taken)


def _take(now: datetime, batch: int) -> list[tuple[SeenCase, SeenClock]]:
    """Return due clocks, the longest due first, with their cases, locked; what others hold is left to them."""
    width = len(SeenClock.__slots__)
    cases: dict[int, SeenCase] = {}  # a case with two due clocks is one, so that its entries chain
    taken = []
    for row in bulk.fetch(_TAKE, [now, batch]):
        case = cases.get(row[width]) or cases.setdefault(row[width], SeenCase(*row[width:]))
        taken.append((case, SeenClock(*row[:width])))
    return taken


def _write(taken: Sequence[tuple[SeenCase, SeenClock]]) -> None:
    marks = [(k.pk, k.warned_at, k.breached_at, k.escalated, k.next_at) for _case, k in taken]
    cases = {case.pk: case for case, _clock in taken}
    heads = [(c.pk, c.breached, c.journal_seq, c.journal_head) for c in cases.values()]
    bulk.execute(_CLOCKS, [bulk.array(column) for column in zip(*marks, strict=True)])
    bulk.execute(_CASES, [bulk.array(column) for column in zip(*heads, strict=True)])


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a clock had to say: ``warned``, ``breached`` or ``escalated``, for the journal and as an event."""

    kind: str
    draft: Draft
    said: Said


def speak(
    case: Case | SeenCase,
    rules: Rulebook,
    clock: CaseClock | SeenClock,
    directory: Directory,
    now: datetime,
) -> Spoken | None:
    """Let a clock say what is true at ``now``, and set on it what was said and when to look again (in memory).

    None when it was looked at too early: its time was moved.
    """
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
        clock.next_at = clock.due_at if clock.breached_at is None else None
        return None
    if found.warned and clock.warned_at is None:
        clock.warned_at = now
    if found.breached and clock.breached_at is None:
        clock.breached_at = now
    clock.escalated, clock.next_at = found.escalated, found.next_at
    call = directory.call(case, rules, clock.name, found)
    key, kind = f"case/{case.pk}", f"clock.{found.kind}"
    data = {"clock": clock.name, "due_at": clock.due_at.isoformat(), "step": found.escalated}
    draft = Draft(
        head=case,
        stream=key,
        kind=kind,
        at=now,
        actor_name="sweeper",
        case_id=case.pk,
        data={**data, "told": call.recipients, "folded": found.warning_folded},
    )
    payload = {
        "case_id": case.pk,
        "kind": case.kind,
        "unit": case.unit_id,
        **data,
        "recipients": call.recipients,
        "channels": call.channels,
    }
    return Spoken(found.kind, draft, Said(type=kind, key=key, at=now, case_id=case.pk, payload=payload))


def run() -> None:
    """Sweep every second until told to stop: the ``sweeper`` process."""
    process.loop("sweeper", _round, every=1.0)


def _round(now: datetime) -> int:
    return len(apply_amendments(now)) + sweep(now, hands=HANDS).total
