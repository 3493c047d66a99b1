"""A customer at the pages, a house with people, and the one text message that they wait for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from tests import visitors
from tests import world as worlds
from tests.visitors import browser, uncounted, world

from open95598.project.wsgi import application
from open95598.service.portal import accounts, visits
from open95598.service.portal.pages import gateway, remote, spool
from open95598.service.workorders.models import WorkOrder

PHONE = "13812345678"
__all__ = ["uncounted", "world"]


@pytest.fixture
def customer(world: worlds.World) -> Client:
    """A browser of somebody who is nobody here."""
    return browser()


def fault(**more: Any) -> dict[str, Any]:
    """Return what the form of a plain fault says."""
    said = {
        "token": "t" * 32, "danger": "", "topic": "area", "description": "整栋楼都没电，楼道灯也不亮",
        "area": "湘江市东湖区", "place": "芙蓉路88号3栋2单元501", "contact_name": "李小明",
        "contact_phone": "138 1234 5678", "by_sms": "on",
    }  # fmt: skip
    return said | more


def the_order() -> WorkOrder:
    """Return the only order there is."""
    found: WorkOrder = WorkOrder.objects.system("test").select_related("case", "case__unit").get()
    return found


def codes_sent(now: datetime) -> list[str]:
    """Let the worker do what was asked of it; return the codes in the text messages, in order."""
    return visitors.codes_sent("portal", visits.send_code, now)


@pytest.fixture
def visiting(customer: Client, clock: Any) -> Callable[..., Client]:
    """Give a way to follow an order: ``visiting(order)`` proves the phone and returns the browser."""

    def visit(order: WorkOrder, phone: str = PHONE) -> Client:
        customer.post("/portal/follow/", {"number": order.number, "phone": phone})
        code = codes_sent(clock.now())[-1]
        answer = customer.post("/portal/follow/code/", {"code": code})
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"] == "/portal/order/"
        return customer

    return visit


class Wire(httpx.BaseTransport):
    """Leads to the house, in this process and transaction, unless it is cut."""

    def __init__(self) -> None:
        self._house = httpx.WSGITransport(app=application)
        self.is_cut = False
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.is_cut:
            raise httpx.ConnectError("cut", request=request)
        # as Django's own test client does: keep the connection, and the test's transaction with it
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        try:
            answer = self._house.handle_request(request)
            body = answer.read()
            answer.close()
            return httpx.Response(answer.status_code, headers=answer.headers, content=body)
        finally:
            request_started.connect(close_old_connections)
            request_finished.connect(close_old_connections)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def outer(
    world: worlds.World, wire: Wire, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> remote.Remote:
    """The pages of an outer zone, in this process."""
    token = accounts.token(accounts.make("outer", world.units["C1"], clock.now()), "test", clock.now())
    line = remote.Line("http://testserver", token, wire)
    found = remote.Remote(line, spool.Spool(tmp_path / "spool.sqlite3", "secret"))
    monkeypatch.setattr(remote, "PAUSE", -1.0)  # the clock of the line is the machine's
    monkeypatch.setattr(remote, "OFFER_AGE", -1.0)
    gateway.current.cache_clear()
    monkeypatch.setattr(gateway, "current", lambda: found)
    return found
