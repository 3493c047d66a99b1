"""A house in which somebody answers, and a customer's browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.visitors import browser, uncounted, world

from open95598.service.chat import customer, desk
from open95598.service.chat.models import Chat

__all__ = ["uncounted", "world"]


@pytest.fixture
def visitor(world: worlds.World) -> Client:
    """A browser of somebody who is nobody here."""
    return browser()


@pytest.fixture
def begun(world: worlds.World, clock: Any) -> Callable[..., tuple[Chat, str]]:
    """Give ``begun(**told)``: a chat that waits, with its token; each from an address of its own."""
    addresses = iter(range(1000))

    def make(**told: Any) -> tuple[Chat, str]:
        return customer.begin({"topic": "bill", **told}, f"10.0.0.{next(addresses)}", clock.now())

    return make


@pytest.fixture
def taken(world: worlds.World, clock: Any, begun: Any) -> Callable[..., Chat]:
    """Give ``taken(by="", **told)``: a chat that an agent of the province leads."""

    def make(by: str = "", **told: Any) -> Chat:
        chat, _token = begun(**told)
        clock.advance(timedelta(seconds=20))
        agent = world.person("agent", "P1", name=by)
        return desk.take(chat, world.actor("agent", "P1", clock.now(), name=by), agent, clock.now())

    return make


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def key(n: int) -> str:
    return f"key-of-line-{n:04d}"


def seqs(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'data-seq="(\d+)"', html)]
