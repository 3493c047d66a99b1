"""A customer at home: the small utility with its registry, a browser, and the codes that reach a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests import registered
from tests import world as worlds
from tests.registered import Registry

from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Message
from open95598.foundation.people.policy import Role
from open95598.service.hall import signing
from open95598.service.portal.pages import limits

#: an owner's account and phone, in the small registry
ACCOUNT, PHONE, NAME = "4300000001", "13812345678", "李小明"


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """Every test begins with fresh counts of addresses."""
    limits.COUNTER.forget()
    yield
    limits.COUNTER.forget()


@pytest.fixture
def registry(db: None, clock: Any) -> Registry:
    """The small utility with six customers, and a dispatcher at the province."""
    made = registered.fill(worlds.small())
    made.world.person(Role.DISPATCHER, "P1")
    return made


def browser(**headers: str) -> Client:
    """Return a browser of somebody who is nobody here."""
    return Client(headers={"accept-language": "zh-CN", "user-agent": "test"} | headers)


def codes_sent(phone: str, now: datetime) -> list[str]:
    """Let the worker do what was asked of it; return the codes that reached a phone, in order."""
    for event in Event.objects.filter(type="hall.code_asked").order_by("id"):
        with transaction.atomic():
            signing.send_code(event.payload["challenge"], now)
    texts = Message.objects.filter(key__startswith="hall/code/", to=phone).order_by("id").values_list("body", flat=True)
    return [re.findall(r"(?<!\d)\d{6}(?!\d)", text)[0] for text in texts if text]


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
