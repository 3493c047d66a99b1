"""Two connections push documents of the same accounts at once, in opposite orders: none waits for the other for ever,
each document counts once, the newest stands."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connections
from tests import world as worlds
from tests.integration.cis.conftest import NUMBERS, SECRET
from tests.registered import fill
from tests.world import MONDAY

from open95598.exchange.cis import links, pushing
from open95598.exchange.cis.reference import inventing, running
from open95598.exchange.cis.reference.store import Store
from open95598.foundation import clock
from open95598.foundation.notices import signing
from open95598.registry.customers.models import AccountFacts

ROUNDS = 12


@pytest.mark.django_db(transaction=True)
def test_two_push_the_same_accounts(settings: Any, tmp_path: Path) -> None:
    fill(worlds.small())
    settings.CIS = {"url": "http://cis.test", "token": "t", "secret": SECRET}
    store, dice = Store(tmp_path / "cis.sqlite"), Random(4)
    store.change([inventing.account(dice, number, MONDAY) for number in NUMBERS])
    known = [document for number in NUMBERS if (document := store.account(number))]
    link = links.row()
    link.epoch, link.generation, link.compare_why = store.epoch, 1, ""
    link.save()
    ready, failed, applied = threading.Barrier(2), [], []

    def push(way: int) -> None:
        """Odd versions by one, even ones by the other; accounts in opposite orders; some come late."""
        versions = [2 * n + way for n in range(1, ROUNDS + 1)]
        Random(way).shuffle(versions)
        try:
            ready.wait()
            for version in versions:
                told = [document | {"version": version} for document in known[:: 1 if way else -1]]
                body, headers = running.pushed(SECRET, store.epoch, told)
                applied.append(pushing.take(body, headers[signing.HEADER], MONDAY)["applied"])
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    with clock.using(clock.FixedClock(MONDAY)):
        threads = [threading.Thread(target=push, args=(way,)) for way in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    store.close()
    assert not failed
    assert len(applied) == 2 * ROUNDS
    rows = AccountFacts.objects.system("test").filter(account__number__in=NUMBERS)
    assert set(rows.values_list("sequence", flat=True)) == {2 * ROUNDS + 1}
    assert rows.count() == len(NUMBERS)
