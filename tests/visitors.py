"""Fixtures for tests of the customer's pages: a house with somebody who answers, and a browser of nobody here.

A package's conftest imports those that it wants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Message
from open95598.foundation.people.policy import Role
from open95598.service.portal.pages import limits
from tests import world as worlds


@pytest.fixture
def world(clock: Any) -> worlds.World:
    """The small utility, with a dispatcher at the province, to which customers' matters come."""
    made = worlds.small()
    made.person(Role.DISPATCHER, "P1")
    return made


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """Every test begins with fresh counts of addresses."""
    limits.COUNTER.forget()
    yield
    limits.COUNTER.forget()


def browser(**headers: str) -> Client:
    """Return a browser of somebody who is nobody here."""
    return Client(headers={"accept-language": "zh-CN", "user-agent": "test"} | headers)


def codes_sent(room: str, send: Callable[[str, datetime], None], now: datetime, **to: str) -> list[str]:
    """Let the worker do what was asked of it; return the codes in the text messages of a room, in order."""
    for event in Event.objects.filter(type=f"{room}.code_asked").order_by("id"):
        with transaction.atomic():
            send(event.payload["challenge"], now)
    rows = Message.objects.filter(key__startswith=f"{room}/code/", **to).order_by("id")
    return [re.findall(r"(?<!\d)\d{6}(?!\d)", text)[0] for text in rows.values_list("body", flat=True) if text]
