"""Receivers that rooms above keep: who a message of a subscription goes to as it is now, and what became of it.

A message names its subscription (``Message.subscriber``, ``<room>/<id>``) and holds no secret of it: what it is signed
or sealed with is asked for when it leaves. What fails is the subscription's trouble and no dead letter of the house.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: tries of one message before it is given up: about three quarters of an hour (see ``events.backoff``)
TRIES = 10


class Outcome(StrEnum):
    """What became of a message: taken, given up, or nobody is there any more."""

    SENT = "sent"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a subscription is reached. ``secrets``: what a webhook may be signed with, all that its URL knows;
    ``p256dh``, ``auth``: the keys of a browser (base64url)."""

    to: str
    secrets: tuple[str, ...] = ()
    p256dh: str = ""
    auth: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """What a room answers: ``find(id)`` its receiver, None when it has ended or is paused; ``told(id, outcome, now)``
    hears what became of a message, in the transaction that notes it."""

    find: Callable[[str], Receiver | None]
    told: Callable[[str, Outcome, datetime], None]


_rooms: dict[str, Room] = {}


def add(name: str, room: Room) -> None:
    """Let a room keep receivers, once, when Django starts."""
    _rooms[name] = room


def receiver(subscriber: str) -> Receiver | None:
    """Return who a subscription reaches now; None when nobody."""
    name, _, id_ = subscriber.partition("/")
    room = _rooms.get(name)
    return room.find(id_) if room else None


def told(subscriber: str, outcome: Outcome, now: datetime) -> None:
    """Tell the room what became of a message to its subscription."""
    name, _, id_ = subscriber.partition("/")
    if name in _rooms:
        _rooms[name].told(id_, outcome, now)
