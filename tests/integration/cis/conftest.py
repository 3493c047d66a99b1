"""A billing system with the registry's accounts, asked through HTTP's own interface of Python, without a socket."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import world as worlds
from tests.registered import Registry, fill
from tests.world import MONDAY

from open95598.exchange.cis import config, pulling
from open95598.exchange.cis.asking import Cis
from open95598.exchange.cis.config import Config
from open95598.exchange.cis.reference import inventing
from open95598.exchange.cis.reference.serving import Application
from open95598.exchange.cis.reference.store import Document, Store
from open95598.foundation import clock
from open95598.foundation.notices import signing

SECRET = "a secret of both"
ONE, OTHER = "4300000001", "4300000002"
NUMBERS = (ONE, OTHER, "4300000003", "4300000014")


class Line(httpx.BaseTransport):
    """The way to the billing system; ``cut``: nobody answers."""

    def __init__(self, application: Any) -> None:
        self._way = httpx.WSGITransport(app=application)
        self.cut = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, or none."""
        if self.cut:
            raise httpx.ConnectError("cut", request=request)
        return self._way.handle_request(request)


@dataclass
class Billing:
    """The billing system's store, the way to it, who asks it."""

    registry: Registry
    store: Store
    line: Line
    puller: pulling.Puller
    dice: random.Random

    def sync(self, now: datetime = MONDAY) -> None:
        """Ask until there is nothing more."""
        for _ in range(200):
            if not self.puller.round(now):
                return
        raise AssertionError("it does not come to an end")

    def happens(self, number: str, now: datetime = MONDAY) -> Document:
        """Let something happen to an account; return its document with version and position."""
        before = self.store.account(number)
        assert before is not None
        return self.store.change([inventing.happens(self.dice, before, now)])[0]


@pytest.fixture
def registry(db: None) -> Registry:
    """Return six customers in three counties."""
    return fill(worlds.small())


@pytest.fixture
def billing(registry: Registry, settings: Any, tmp_path: Path) -> Iterator[Billing]:
    """Return a billing system that knows four of the registry's accounts and has not been asked yet."""
    settings.CIS = {"url": "http://cis.test", "token": "t", "secret": SECRET, "page": 3}
    settings.API_RATE = 0
    store, dice = Store(tmp_path / "cis.sqlite"), random.Random(4)
    store.change([inventing.account(dice, number, MONDAY - timedelta(days=1)) for number in NUMBERS])
    line = Line(Application(tmp_path / "cis.sqlite", "t"))
    told: Config = config.current()
    with clock.using(clock.FixedClock(MONDAY)):
        yield Billing(registry, store, line, pulling.Puller(Cis(told, line)), dice)
    store.close()


def push(client: Any, billing: Billing, items: list[Document], now: datetime = MONDAY, **more: Any) -> Any:
    """Push documents, signed; ``more``: another ``secret``, ``id``, ``epoch``, time of signing ``at``."""
    import orjson

    body = orjson.dumps(
        {"id": more.get("id", f"{billing.dice.random():.15f}"), "epoch": more.get("epoch", billing.store.epoch),
         "items": items}
    )  # fmt: skip
    header = signing.sign(more.get("secret", SECRET), body, more.get("at", now))
    with clock.using(clock.FixedClock(now)):
        return client.post(
            "/api/v1/cis/changes", body, content_type="application/json", headers={signing.HEADER: header}
        )
