"""A customer at home: the small utility with its registry, a browser, and the codes that reach a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from tests import registered, visitors
from tests import world as worlds
from tests.registered import Registry
from tests.visitors import browser, uncounted

from open95598.foundation.people.policy import Role
from open95598.service.hall import signing

__all__ = ["browser", "uncounted"]

#: an owner's account and phone, in the small registry
ACCOUNT, PHONE, NAME = "4300000001", "13812345678", "李小明"


@pytest.fixture
def registry(db: None, clock: Any) -> Registry:
    """The small utility with six customers, and a dispatcher at the province."""
    made = registered.fill(worlds.small())
    made.world.person(Role.DISPATCHER, "P1")
    return made


def codes_sent(phone: str, now: datetime) -> list[str]:
    """Let the worker do what was asked of it; return the codes that reached a phone, in order."""
    return visitors.codes_sent("hall", signing.send_code, now, to=phone)


@pytest.fixture
def home(registry: Registry, clock: Any) -> Callable[..., Client]:
    """Give a way to sign in: ``home()`` returns the browser of the first customer; another account and phone may."""

    def sign_in(number: str = ACCOUNT, phone: str = PHONE, client: Client | None = None) -> Client:
        client = client or browser()
        answer = client.post("/hall/", {"number": number, "phone": phone})
        assert answer.status_code == 302, answer.content.decode()
        answer = client.post("/hall/code/", {"code": codes_sent(phone, clock.now())[-1]})
        assert answer.status_code == 302, answer.content.decode()
        assert client.cookies["hall_visit"].value
        return client

    return sign_in
