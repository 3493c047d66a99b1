"""Who is next, how long somebody will wait, and how pressing a waiting is. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class Waits:
    """A chat that waits: since when (aware); ``front``: before those that did not wait already."""

    id: int
    since: datetime
    front: bool = False
    topic: str = ""


def kept_back(topics: Mapping[str, str], own: Collection[str], others: Iterable[Collection[str]]) -> frozenset[str]:
    """Return the topics of which fresh chats are offered to others first.

    ``topics``: topic → the skill that it asks for; ``own``: what the agent is good at; ``others``: what each other
    agent is good at who is there and has room for one more. A skill that none of them has keeps nothing back.
    """
    manned = {skill for skills in others for skill in skills}
    return frozenset(t for t, skill in topics.items() if skill and skill not in own and skill in manned)


class Pressing(StrEnum):
    """How pressing a waiting chat is."""

    FINE = "fine"
    WARNING = "warning"
    OVER = "over"


def in_order(waiting: Iterable[Waits]) -> list[Waits]:
    """Return the waiting chats in the order in which they are taken."""
    return sorted(waiting, key=lambda one: (not one.front, one.since, one.id))


def place(waiting: Iterable[Waits], chat_id: int) -> int:
    """Return the place of a chat in the queue, 1 for the next one; 0 when it does not wait."""
    return next((n for n, one in enumerate(in_order(waiting), 1) if one.id == chat_id), 0)


def expected(at: int, agents: int, under_way: int, at_once: int, length: float) -> int | None:
    """Return after how many seconds the chat at a place (1: next) will be taken; None when nobody can say.

    ``agents`` are there, lead ``under_way`` chats and at most ``at_once`` each; a conversation takes ``length``
    seconds on average. Of S busy seats one becomes free every ``length`` / S seconds, as those of a queue do.
    """
    seats = agents * at_once
    if at < 1 or seats < 1:
        return None
    free = max(0, seats - under_way)
    return math.ceil(max(0, at - free) * length / seats)


def pressing(since: datetime, now: datetime, warn: int, limit: int) -> Pressing:
    """Say how pressing a waiting is that should end within ``limit`` seconds."""
    waited = now - since
    if waited >= timedelta(seconds=limit):
        return Pressing.OVER
    return Pressing.WARNING if waited >= timedelta(seconds=warn) else Pressing.FINE
