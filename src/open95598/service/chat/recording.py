"""Conversations in writing that were led before are written down, many in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from open95598.casework.actors import Actor
from open95598.foundation.people.models import Person
from open95598.service.chat.kinds import Side, State, What
from open95598.service.chat.models import Chat, Line
from open95598.service.contacts import recording
from open95598.service.contacts.recording import Led


@dataclass(frozen=True)
class Wrote:
    """A chat that is over: its contact; what was written (when, by whom: ``customer`` or ``agent``, the words); about
    what; how it was rated (1 to 5, None not)."""

    led: Led
    lines: Sequence[tuple[datetime, str, str]]
    topic: str = ""
    rating: int | None = None


def record(wrote: Sequence[Wrote], actor: Actor, now: datetime) -> list[Chat]:
    """Write down chats that ended before, with their contacts; nobody is told. The caller has checked what they say."""
    with transaction.atomic():
        contacts = recording.record([one.led for one in wrote], actor, now)
        chats = [
            Chat(
                contact=contact, state=State.ENDED, topic=one.topic, token=f"-{contact.pk}",
                opened_at=one.led.began_at, waiting_since=one.led.began_at, taken_at=one.led.answered_at,
                ended_at=one.led.ended_at, customer_seen_at=one.led.ended_at, last=len(one.lines) + 2,
                got=len(one.lines) + 2, read=len(one.lines) + 2, agent_read=len(one.lines) + 2, rating=one.rating,
            )
            for contact, one in zip(contacts, wrote, strict=True)
        ]  # fmt: skip
        Chat.objects.bulk_create(chats)
        Line.objects.bulk_create([line for chat, one in zip(chats, wrote, strict=True) for line in _lines(chat, one)])
    return chats


def _lines(chat: Chat, one: Wrote) -> list[Line]:
    agent: Person = one.led.agent
    told = [(one.led.answered_at, "house", "taken"), *one.lines, (one.led.ended_at, "house", "ended_agent")]
    return [
        Line(
            chat=chat, seq=n, side=side, key=f"{side}-{n}", text=text, at=at,
            what=What.NEWS if side == Side.HOUSE else What.TEXT, person=agent if side == Side.AGENT else None,
            name=agent.name if side == Side.HOUSE else "",
        )
        for n, (at, side, text) in enumerate(told, 1)
    ]  # fmt: skip
