"""The real reference billing system over HTTP, killed for an hour of simulated time while its store goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from tests.integration.cis.conftest import NUMBERS, ONE, Billing
from tests.integration.cis.test_pulling import same
from tests.world import MONDAY

from open95598.exchange.cis import links, pulling
from open95598.exchange.cis.asking import Cis
from open95598.exchange.cis.config import Config
from open95598.exchange.cis.models import Tally
from open95598.foundation import clock
from open95598.foundation.people import services as people
from open95598.registry.customers.models import AccountBill, AccountFacts


@contextmanager
def serving(path: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the reference billing system as a process of its own; give it and its port."""
    command = [sys.executable, "-m", "open95598.exchange.cis.reference", str(path), str(port), "t"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        yield child, int(child.stdout.readline().rsplit(":", 1)[1])
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_killed_for_an_hour_under_load(billing: Billing, tmp_path: Path) -> None:
    token = people.make_token(billing.registry.world.person("agent", "X11"), "test", (), MONDAY)
    api = Client(headers={"authorization": f"Bearer {token}"})
    page = Client(headers={"accept-language": "en"})
    page.force_login(billing.registry.world.person("agent", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    customer = f"/customers/{billing.registry.who['李小明'].pk}/"
    now = MONDAY

    def minute(puller: pulling.Puller) -> dict[str, Any]:
        """Let a minute pass: changes inside the billing system, its process here asks, the house is asked."""
        nonlocal now
        now += timedelta(minutes=1)
        for number in NUMBERS:
            billing.happens(number, now)
        puller.round(now)
        with clock.using(clock.FixedClock(now)):
            told = api.get(f"/api/v1/accounts/{ONE}/facts")
            shown = page.get(customer) if now.minute % 5 == 0 else None
        assert told.status_code == 200
        if shown is not None:
            assert ("has been away since" in shown.content.decode()) is (told.json()["away_since"] is not None)
        document: dict[str, Any] = told.json()
        return document

    with serving(tmp_path / "cis.sqlite") as (child, port):
        asked = Cis(Config(url=f"http://127.0.0.1:{port}", token="t", page=50, timeout=5))
        puller = pulling.Puller(asked)
        while puller.round(now):
            pass
        for _ in range(3):
            assert minute(puller)["age_seconds"] == 0
        child.kill()
        child.wait()
        heard = now
        for passed in range(1, 61):
            told = minute(puller)
            assert told["age_seconds"] == passed * 60
            assert told["stale"] is (passed > 60)
            assert told["away_since"] is not None
        assert minute(puller)["stale"] is True
        assert links.row().cursor == 16, "nothing was made up"
        assert heard == now - timedelta(minutes=61)
    with serving(tmp_path / "cis.sqlite", port) as (_child, _port):
        now += timedelta(minutes=2)
        while puller.round(now):
            pass
        same(billing)
        told = minute(puller)
        assert (told["age_seconds"], told["stale"], told["away_since"]) == (0, False, None)
        same(billing)
        assert AccountFacts.objects.system("t").count() == len(NUMBERS)
        bills = AccountBill.objects.system("t")
        assert bills.count() == bills.values("account", "month").distinct().count()
        assert links.row().cursor == billing.store.head == 4 + 4 * 65
        assert Tally.objects.filter(unknown__gt=0).count() == 0
    asked.close()


def test_a_process_that_dies_in_a_page_has_moved_nothing(billing: Billing, monkeypatch: Any) -> None:
    billing.sync()
    billing.happens(ONE)
    monkeypatch.setattr(links, "complete", lambda _at: (_ for _ in ()).throw(RuntimeError("killed")))
    with pytest.raises(RuntimeError):
        billing.puller.round(MONDAY)
    assert (links.row().cursor, AccountFacts.objects.system("t").get(account__number=ONE).sequence) == (4, 1)
    monkeypatch.undo()
    billing.sync()
    assert links.row().cursor == 5
    same(billing)


def test_it_asks_for_its_token(billing: Billing, tmp_path: Path) -> None:
    with serving(tmp_path / "cis.sqlite") as (_child, port):
        stranger = Cis(Config(url=f"http://127.0.0.1:{port}", token="wrong"))
        assert pulling.Puller(stranger).round(MONDAY) == 0
        assert links.row().problem == "/snapshot: HTTP 401"
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(headers={"Authorization": "Bearer t"}, trust_env=False) as client:
            assert client.get(f"{base}/health").json()["head"] == 4
            for path, status in (("/changes?limit=0", 400), ("/x", 404), ("/changes?after=-1", 404)):
                assert client.get(base + path).status_code == status
            assert client.post(f"{base}/changes").status_code == 405
        stranger.close()
