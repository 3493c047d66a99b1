"""Documents are taken in: one way for the feed, pushes and comparisons; what cannot be is kept to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.db import transaction

from open95598.exchange.cis import config, following, protocol
from open95598.exchange.cis.models import Kept, Pushed, Tally
from open95598.exchange.cis.protocol import Read
from open95598.foundation import bulk
from open95598.foundation.notices import signing
from open95598.registry.customers.filling import fill
from open95598.registry.customers.models import CustomerAccount

#: rows to look at, at most: whoever connects a billing system before the accounts are here compares again afterwards
MOST_KEPT = 20_000
#: how long the minutes' figures are kept
TALLIES = timedelta(days=7)
_KEEP = """
    INSERT INTO cis_kept AS kept (number, why, document, generation, sequence, first_at, last_at, times)
    SELECT number, why, document, %s, sequence, %s, %s, 1
    FROM jsonb_to_recordset(%s::jsonb) AS told(number varchar, why varchar, sequence int8, document jsonb)
    ORDER BY number
    ON CONFLICT (number) DO UPDATE SET why = excluded.why, document = excluded.document,
        generation = excluded.generation, sequence = excluded.sequence,
        last_at = excluded.last_at, times = kept.times + 1
    WHERE kept.document IS NULL
        OR (excluded.generation, excluded.sequence) > (kept.generation, kept.sequence)
"""
_KEEP_BAD = """
    INSERT INTO cis_kept AS kept (number, why, generation, sequence, first_at, last_at, times)
    SELECT DISTINCT ON (number) number, why, 0, 0, %s, %s, 1
    FROM jsonb_to_recordset(%s::jsonb) AS told(number varchar, why varchar) WHERE number <> '' ORDER BY number
    ON CONFLICT (number) DO UPDATE SET why = excluded.why, last_at = excluded.last_at, times = kept.times + 1
"""
_TALLY = """
    INSERT INTO cis_tally AS kept (minute, way, applied, passed, unknown, bad, refused)
    VALUES (date_trunc('minute', %s), %s, %s, %s, %s, %s, %s)
    ON CONFLICT (minute, way) DO UPDATE SET applied = kept.applied + excluded.applied,
        passed = kept.passed + excluded.passed, unknown = kept.unknown + excluded.unknown,
        bad = kept.bad + excluded.bad, refused = kept.refused + excluded.refused
    RETURNING refused
"""


@dataclass(frozen=True)
class Taken:
    """What became of documents: ``passed`` over as known already; ``unknown``: of no account that is here."""

    applied: int
    passed: int
    unknown: int
    bad: int


def take(read: Read, way: str, generation: int, now: datetime, *, confirmed: bool = False) -> Taken:
    """Take documents in, in the caller's transaction. ``way``: feed, push or compare; ``confirmed``: see ``fill``."""
    found = following.before(read, now)
    filled = fill(read.told, config.SOURCE, generation, now, confirmed=confirmed)
    following.after(read, found, now)
    unknown = {one.number for one in filled.unknown}
    here = [one.number for one in read.told if one.number not in unknown]
    # what is here, or is kept no more by the billing system, needs no look any more
    done = [*here, *(one.number for one in filled.unknown if one.gone)]
    Kept.objects.filter(number__in=done, generation__lte=generation).delete()
    _keep(read, filled.unknown, found.failed, generation, now)
    taken = Taken(filled.applied, filled.passed, len(unknown), len(read.bad))
    tally(way, now, taken)
    return taken


def adopt(now: datetime) -> int:
    """Take in what was kept of accounts that are here by now; return how many. Forgets old figures and pushes' ids."""
    with transaction.atomic():
        Tally.objects.filter(minute__lt=now - TALLIES).delete()
        Pushed.objects.filter(at__lt=now - 3 * signing.WINDOW).delete()
        numbers = CustomerAccount.objects.system("accounts that have come").filter(
            number__in=Kept.objects.exclude(document=None).values("number")
        )
        waiting = Kept.objects.filter(number__in=list(numbers.values_list("number", flat=True)[:1000]))
        by_life: dict[int, list[Kept]] = defaultdict(list)
        for kept in waiting.exclude(document=None).select_for_update():
            by_life[kept.generation].append(kept)
        applied = 0
        for generation, rows in by_life.items():
            read = protocol.read(kept.document for kept in rows if kept.document)
            applied += take(read, "feed", generation, now).applied
        return applied


def tally(way: str, now: datetime, taken: Taken | None = None, refused: int = 0) -> int:
    """Add to the minute's figures; return how many pushes were refused in this minute."""
    told = taken or Taken(0, 0, 0, 0)
    values = [now, way, told.applied, told.passed, told.unknown, told.bad, refused]
    return int(bulk.fetch(_TALLY, values)[0][0])


def _keep(
    read: Read, unknown: tuple[protocol.Told, ...], failed: Mapping[str, str], generation: int, now: datetime
) -> None:
    rows = [
        {
            "number": one.number,
            "why": failed.get(one.number, ""),
            "sequence": one.sequence,
            "document": read.given[one.number, one.sequence].model_dump(mode="json"),
        }
        for one in unknown
        if not one.gone
    ]
    bad = [{"number": one.number, "why": one.why} for one in read.bad]
    if (rows or bad) and Kept.objects.count() < MOST_KEPT:
        if rows:
            bulk.execute(_KEEP, [generation, now, now, orjson.dumps(rows, default=str).decode()])
        if bad:
            bulk.execute(_KEEP_BAD, [now, now, orjson.dumps(bad).decode()])
