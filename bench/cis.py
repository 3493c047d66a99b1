"""Taking facts of accounts in from the billing system: ``python -m bench.cis --size 20000``.

A registry by the product's own generator, the reference billing system with a year of bills for each account. Three
ways in, the product's own code from document to row, without a network between: the first comparison of everything, the
change feed in pages of 1,000, and signed pushes of 100 documents by two processes at once (the same accounts: each
document is taken once, whoever comes first; the newest of an account stands at the end, which is checked).
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bench import fill, place, registry, results
from bench.results import Row

GROUP = "Facts from the billing system"
SECRET, TOKEN = "a secret of both", "t"
PUSHED, PUSHERS = 100, 2


def _feed(name: str, path: str, size: int, keep: Any) -> None:
    """Compare everything once, then take as many changes as there are accounts by the feed."""
    place.use(name)
    import httpx
    from django.conf import settings
    from django.db import connection

    settings.CIS = {"url": "http://cis.bench", "token": TOKEN, "secret": SECRET, "page": 1000}
    from open95598.exchange.cis import config, pulling
    from open95598.exchange.cis.asking import Cis
    from open95598.exchange.cis.reference import inventing, running
    from open95598.exchange.cis.reference.serving import Application
    from open95598.exchange.cis.reference.store import Store
    from open95598.foundation import clock

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cis_link, cis_kept, cis_pushed, cis_tally, cis_seen, customers_accountfacts CASCADE")
        cursor.execute("SELECT number FROM customers_customeraccount WHERE closed_on IS NULL ORDER BY number")
        numbers = [number for (number,) in cursor.fetchall()][:size]
    store, dice = Store(path), Random(5)
    running.fill(store, numbers, 5)
    puller = pulling.Puller(Cis(config.current(), httpx.WSGITransport(app=Application(Path(path), TOKEN))))

    def all_of(what: str) -> None:
        began = time.perf_counter()
        while puller.round(clock.now()):
            pass
        keep.append((what, len(numbers), time.perf_counter() - began))

    all_of("first comparison")
    for start in range(0, len(numbers), 1000):
        now = clock.now()
        known = [store.account(number) for number in numbers[start : start + 1000]]
        store.change([inventing.happens(dice, before, now) for before in known if before])
    all_of("change feed")
    store.close()


def _push(name: str, path: str, half: int, ready: Any, keep: Any) -> None:
    """Push documents of all accounts, in an order of one's own; ``ready``: all begin at once."""
    place.use(name)
    from django.conf import settings

    settings.CIS = {"url": "http://cis.bench", "token": TOKEN, "secret": SECRET}
    from open95598.exchange.cis import pushing
    from open95598.exchange.cis.reference import running
    from open95598.exchange.cis.reference.store import Store
    from open95598.foundation import clock
    from open95598.foundation.notices import signing

    store, dice = Store(path), Random(half)
    documents = [store.account(number) for number in store.numbers()]
    epoch = store.epoch
    store.close()
    # the newer half of what is pushed comes from each process for the accounts of the other one as well
    told = [d | {"version": d["version"] + 1 + half} for d in documents if d]
    dice.shuffle(told)
    batches = [running.pushed(SECRET, epoch, told[n : n + PUSHED]) for n in range(0, len(told), PUSHED)]
    ready.wait()
    times, applied, began = [], 0, time.perf_counter()
    for body, headers in batches:
        start = time.perf_counter()
        applied += pushing.take(body, headers[signing.HEADER], clock.now())["applied"]
        times.append(time.perf_counter() - start)
    keep.append((times, len(told), applied, time.perf_counter() - began))


def _newest(name: str) -> tuple[int, int]:
    with place.owner(name) as connection:
        row = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE sequence = %s) FROM customers_accountfacts", [2 + PUSHERS]
        ).fetchone()
    assert row is not None
    return int(str(row[0])), int(str(row[1]))


def measure(size: int) -> list[Row]:
    """Return a row a way in."""
    registry.ensure(size)
    name, context = registry.database_of(size), get_context("spawn")
    rows: list[Row] = []
    with context.Manager() as manager, TemporaryDirectory(dir=place.HOME) as folder:
        path, kept, pushed = str(Path(folder) / "cis.sqlite"), manager.list(), manager.list()
        fill.in_child(context, _feed, name, path, size, kept)
        rows += [
            Row(GROUP, what, size=size, count=count, rate=count / seconds, value="facts a second")
            for what, count, seconds in kept
        ]
        ready = manager.Barrier(PUSHERS)
        children = [context.Process(target=_push, args=(name, path, n, ready, pushed)) for n in range(PUSHERS)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        came = list(pushed)
    if len(came) != PUSHERS:
        raise RuntimeError("a pushing process failed")
    seconds = max(told[3] for told in came)
    row = results.timed(GROUP, f"pushes of {PUSHED}", [t for told in came for t in told[0]], seconds, size=size,
                        clients=PUSHERS)  # fmt: skip
    there, newest = _newest(name)
    row.value = f"{sum(told[1] for told in came) / seconds:,.0f} facts a second"
    row.note = f"{newest:,} of {there:,} accounts hold the newest document"
    return [*rows, row]


def main() -> None:
    """Measure and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small size")
    parser.add_argument("--size", type=int, default=0, help="accounts")
    given = parser.parse_args()
    place.start_server()
    size = given.size or (2_000 if given.quick else 20_000)
    results.save("cis", measure(size), quick=given.quick, method=__doc__ or "")


if __name__ == "__main__":
    main()
