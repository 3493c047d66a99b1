"""What the room hears: messages that are due, clocks that somebody should know of, anchors of the journal."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from open95598.foundation.events.registry import Heard, Undeliverable, subscribe
from open95598.foundation.journal import anchors
from open95598.foundation.notices import adapters, config
from open95598.foundation.notices.models import Channel, Message, MessageState
from open95598.foundation.notices.services import notify, send
from open95598.foundation.people.models import Person
from open95598.foundation.words import Label


@subscribe("notices.send", "message.due")
def hand_over(event: Heard, now: datetime) -> None:
    """Hand a message to its way out and note what became of it; raising means: later."""
    message = Message.objects.select_for_update().filter(pk=event.payload["message_id"]).first()
    if message is None:
        raise Undeliverable("the message is no longer kept")
    if message.state != MessageState.WAITING:
        return
    handed = adapters.ADAPTERS[message.channel](message, config.current(), now)
    message.state = MessageState.SENT if handed.known else MessageState.UNKNOWN
    message.answer, message.sent_at = handed.answer[:200], now if handed.known else None
    message.save(update_fields=("state", "answer", "sent_at"))


@subscribe("notices.clocks", "clock.warned", "clock.breached", "clock.escalated")
def tell_of_clock(event: Heard, now: datetime) -> None:
    """Tell the people whom the case's ladder names (the payload's ``recipients``), once each, by the ``channels``.

    The payload: ``{"case_id", "number", "clock", "due_at", "recipients": [person ids], "channels": ["bell", "sms",
    "email"], "title": {"zh", "en"}, "body": {"zh", "en"}}``. Who has no address for a channel hears the bell.
    """
    told: Any = event.payload
    recipients = [int(person) for person in told.get("recipients") or ()]
    channels = set(told.get("channels") or ["bell"])
    title, body = Label(**told["title"]), Label(**told["body"])
    key = f"event/{event.id}"
    people = list(Person.objects.filter(pk__in=recipients, is_active=True))
    outside = {"sms": "phone", "email": "email"}
    bell = [
        person.pk
        for person in people
        if "bell" in channels or not any(getattr(person, outside[c]) for c in channels if c in outside)
    ]
    notify(bell, event.type, title, body, event.case_id, now=now, key=key)
    for person in people:
        for channel in sorted(channels & outside.keys()):
            to = getattr(person, outside[channel])
            if to:
                title_words, text = title.in_(person.language), body.in_(person.language)
                # an SMS has no subject line: the title begins its text
                subject, text = ("", f"{title_words}\n{text}") if channel == "sms" else (title_words, text)
                send(channel, to, subject, text, now, f"{key}/{person.pk}/{channel}", event.case_id)


@subscribe("notices.anchors", "journal.anchored")
def carry_anchor_out(event: Heard, now: datetime) -> None:
    """Send an anchor of the journal, as the line of the anchor file, to where ``OPEN95598_ANCHOR_TO`` says."""
    anchor = anchors.Anchor(**event.payload)
    for to in config.current().anchor_to:
        channel = Channel.WEBHOOK if "://" in to else Channel.EMAIL if "@" in to else Channel.FILE
        key = f"anchor/{anchor.block}/{sha256(to.encode()).hexdigest()[:32]}"  # an address may be longer than a key
        send(channel, to, f"journal anchor {anchor.block}", anchors.line(anchor), now, key)
