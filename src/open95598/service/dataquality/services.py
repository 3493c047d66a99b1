"""Looking through the registry: what is found is opened as a case once, what is found no more closes and says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.services import Request
from open95598.foundation import bulk
from open95598.registry.customers.accounts import day_of
from open95598.service.dataquality import checks, scanning
from open95598.service.dataquality.checks import About, Check
from open95598.service.dataquality.flows import KIND
from open95598.service.dataquality.models import DataFinding
from open95598.service.dataquality.rows import Seen

HOUSE = Actor.house("dataquality")
#: new cases of one check that a run opens at most: a registry that was never looked at is mended piece by piece
MOST_NEW = 1000
#: findings looked up, opened or closed in one transaction
CHUNK = 200
_WHY = "the house looks through its registry"


@dataclass
class Report:
    """What a run did, by the checks' codes. ``held_back``: new ones that wait for a later run (``MOST_NEW``)."""

    seen: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)


def run(now: datetime, codes: Collection[str] = (), most: int = MOST_NEW) -> Report:
    """Look through the whole registry with all checks, or those of ``codes``; return what was done.

    Findings that are open and were not seen are closed, but of a check only when its rows were read to the end: a run
    that is broken off closes nothing. Two runs at once open nothing twice.
    """
    report = Report()
    wanted = [check for check in checks.every() if not codes or check.code in codes]
    for about, read in scanning.READERS.items():
        its = [check for check in wanted if check.about == about]
        if not its:
            continue
        still: set[str] = set()
        for batch in bulk.chunked(_look(its, read(None), day_of(now)), CHUNK):
            still |= _note(batch, report, most, now)
        _close(its, still, report, now)
    return report


def look_again(case_ids: Sequence[int], now: datetime) -> int:
    """Look again at these findings only: close those that are gone, send back what was said to be corrected and is not.

    Return how many were closed. A finding whose check is no longer declared stays as it is.
    """
    rows = DataFinding.objects.system(_WHY).filter(pk__in=case_ids, is_open=True).select_related("case")
    closed = 0
    for row in rows:
        check = checks.get(row.rule)
        if check is None:
            continue
        there = any(seen.key == row.key for seen in _look_at(row, check, day_of(now)))
        if there and row.case.state == "corrected":
            casework.perform_many([Request(row.pk, "still_there")], HOUSE, now, partial=True)
        elif not there:
            closed += _end([(row.pk, row.case.state)], now)
    return closed


def _look(its: Sequence[Check], rows: Iterable[Any], today: date) -> Iterable[tuple[Check, Seen]]:
    for row in rows:
        for check in its:
            for seen in check.look(row, today):
                yield check, seen


def _look_at(row: DataFinding, check: Check, today: date) -> Iterable[Seen]:
    """Ask a check about what a finding is about, and what hangs together with it."""
    by_account = check.about in (About.ACCOUNT, About.METERS)
    ids = [row.account_id] if by_account else [row.customer_id, row.other_id]
    known = [pk for pk in ids if pk is not None]
    for each in scanning.READERS[check.about](known):
        yield from check.look(each, today)


def _note(batch: Sequence[tuple[Check, Seen]], report: Report, most: int, now: datetime) -> set[str]:
    """Open what is new of a batch; return the keys of those that were open already or are now."""
    report.seen.update(check.code for check, _seen in batch)
    with transaction.atomic():
        with connection.cursor() as cursor:  # two runs at once: the second one finds what the first has opened
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('dataquality.open', 95598))")
        rows = DataFinding.objects.system(_WHY).filter(key__in={seen.key for _check, seen in batch})
        known = list(rows.values_list("key", "is_open", "case__state", "shape"))
        still = {key for key, is_open, _state, _shape in known if is_open}
        dismissed = {(key, shape) for key, _open, state, shape in known if state == "dismissed"}
        openings = {}
        for check, seen in batch:
            if seen.key in still or seen.key in openings or (seen.key, seen.shape) in dismissed:
                continue
            if report.opened[check.code] >= most:
                report.held_back[check.code] += 1
                continue
            report.opened[check.code] += 1
            openings[seen.key] = _opening(check, seen)
        if openings:
            casework.open_many(list(openings.values()), HOUSE, now)
    return still | set(openings)


def _opening(check: Check, seen: Seen) -> casework.Opening:
    fields = {
        "rule": check.code, "key": seen.key, "shape": seen.shape, "customer_id": seen.customer_id,
        "other_id": seen.other_id, "account_id": seen.account_id, "facts": dict(seen.facts),
    }  # fmt: skip
    return casework.Opening(KIND, seen.unit_id, fields, data={"finding": check.code, "customer": seen.customer_id})


def _close(its: Sequence[Check], still: Collection[str], report: Report, now: datetime) -> None:
    rows = DataFinding.objects.system(_WHY).filter(is_open=True, rule__in=[check.code for check in its])
    rows = rows.filter(case__opened_at__lt=now).order_by("pk")
    gone = [
        (pk, code, state) for pk, code, key, state in rows.values_list("pk", "rule", "key", "case__state")
        if key not in still
    ]  # fmt: skip
    for chunk in bulk.chunked(gone, CHUNK):
        report.closed.update(code for _pk, code, _state in chunk)
        _end([(pk, state) for pk, _code, state in chunk], now)


def _end(rows: Sequence[tuple[int, str]], now: datetime) -> int:
    """Close findings that are there no more, each as its state asks; what changed meanwhile is left to the next run."""
    wanted = [Request(pk, "not_there" if state == "corrected" else "seen_no_more") for pk, state in rows]
    return sum(done.refusal is None for done in casework.perform_many(wanted, HOUSE, now, partial=True))
