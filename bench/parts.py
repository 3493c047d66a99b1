"""The parts by themselves: calendar, journal, seals, events. ``python -m bench.parts``

One process, one connection, no HTTP. Journal and events are written in transactions of a thousand, fsync on; what was
written is taken away again. Verification and sealing go over the journal of the loaded orders and are given for a
million entries.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

from bench import fill, place, results
from bench.results import Row

GROUP = "Parts"
BATCH = 1_000


def measure(size: int, *, quick: bool) -> list[Row]:
    """Measure each part."""
    name = fill.database_of(size)
    place.use(name)
    batches = 10 if quick else 50
    try:
        return [_calendar(), _append(batches), _say(batches), *_seal_and_verify(name)]
    finally:
        fill.tidy(name)
        _unseal(name)


def _rate(name: str, count: int, act: Callable[[], None], note: str = "") -> Row:
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    return Row(GROUP, name, count=count, rate=count / seconds, note=note)


def _calendar() -> Row:
    from open95598.foundation import clock
    from open95598.foundation.calendars import store

    calendar = store.get("cn")
    dice, now, count = Random(1), clock.now(), 20_000
    wanted = [(now - timedelta(minutes=dice.randrange(500_000)), dice.randrange(1, 10_000)) for _ in range(count)]
    calendar.add(*wanted[0])

    def add() -> None:
        for start, minutes in wanted:
            calendar.add(start, minutes)

    return _rate("working time added to an instant", count, add, "up to about twenty working days")


def _append(batches: int) -> Row:
    from django.db import transaction

    from open95598.foundation import clock
    from open95598.foundation.journal.models import Stream
    from open95598.foundation.journal.services import Draft, append

    now = clock.now()
    heads = [Stream(key=f"bench/{number}") for number in range(BATCH)]

    def write() -> None:
        for round_ in range(batches):
            with transaction.atomic():
                append([Draft(head=h, stream=h.key, kind="bench.noted", at=now, actor_name="bench",
                              data={"round": round_, "state": "accepted"}) for h in heads])  # fmt: skip

    return _rate("journal entries appended", batches * BATCH, write, "heads not saved")


def _say(batches: int) -> Row:
    from django.db import transaction

    from open95598.foundation import clock
    from open95598.foundation.events.services import Said, say

    now = clock.now()

    def speak() -> None:
        for _ in range(batches):
            with transaction.atomic():
                say([Said("bench.noted", f"bench/{n}", now, payload={"state": "accepted"}) for n in range(BATCH)])

    return _rate("events said", batches * BATCH, speak, "nobody subscribes")


def _seal_and_verify(name: str) -> list[Row]:
    from open95598.foundation import clock
    from open95598.foundation.journal import sealer, verify

    fill.tidy(name)
    with place.owner(name) as connection:
        (count,) = connection.execute("SELECT count(*) FROM journal_entry").fetchone() or (0,)
    mark = sealer.set_mark()
    assert mark is not None
    began = time.perf_counter()
    sealer.seal(mark, clock.now())
    sealing = time.perf_counter() - began
    began = time.perf_counter()
    report = verify.verify()
    verifying = time.perf_counter() - began
    if report.findings or report.unsealed:
        raise RuntimeError(f"the journal does not verify: {report.findings[:3]}")
    return [
        Row(GROUP, what, count=int(count), rate=count / seconds, value=f"{seconds * 1e6 / count:.1f} s per million")
        for what, seconds in (
            ("journal entries sealed", sealing),
            ("journal entries verified, seals and all", verifying),
        )
    ]


def _unseal(name: str) -> None:
    with place.owner(name) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM journal_block")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="archived orders")
    parser.add_argument("--quick", action="store_true", help="fewer entries")
    given = parser.parse_args()
    os.environ["OPEN95598_POOL"] = "2"
    place.start_server()
    fill.ensure(given.size)
    results.save("parts", measure(given.size, quick=given.quick), quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
