"""What the room hears: messages that are due, anchors of the journal."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext_noop

from open95598.foundation.events.registry import Heard, Later, Undeliverable, subscribe
from open95598.foundation.journal import anchors
from open95598.foundation.masking import mask_text
from open95598.foundation.notices import adapters, config, subscribers
from open95598.foundation.notices.calling import Gone
from open95598.foundation.notices.models import Channel, Message, MessageState
from open95598.foundation.notices.services import is_kept_from, send
from open95598.foundation.notices.subscribers import Outcome

#: workers that are busy with strangers' addresses at a time
LANES = 2


@subscribe("notices.send", "message.due")
def hand_over(event: Heard, now: datetime) -> None:
    """Hand a message to its way out and note what became of it; raising means: later.

    What waited (for its hour, for the line) while its receiver was recused from the case does not leave any more.
    """
    message = _waiting(event)
    if message is None:
        return
    if is_kept_from(message.person_id, message.case_id, now):
        message.state, message.subject, message.body = MessageState.WITHHELD, "", ""
        message.save(update_fields=("state", "subject", "body"))
        return
    handed = adapters.ADAPTERS[message.channel](message, config.current(), now)
    message.state = MessageState.SENT if handed.known else MessageState.UNKNOWN
    message.answer, message.sent_at = mask_text(handed.answer)[:200], now if handed.known else None
    message.save(update_fields=("state", "answer", "sent_at"))


def _waiting(event: Heard) -> Message | None:
    message = Message.objects.select_for_update().filter(pk=event.payload["message_id"]).first()
    if message is None:
        raise Undeliverable(gettext_noop("the message is no longer kept"))
    return message if message.state == MessageState.WAITING else None


@subscribe("notices.subscribed", "message.subscribed", lanes=LANES)
def hand_to_subscriber(event: Heard, now: datetime) -> None:
    """Hand a message to whoever subscribed; after so many tries it is given up, and holds nothing back.

    Anybody can subscribe an address that does not answer: few workers wait for them, and not for long.
    """
    message = _waiting(event)
    if message is None:
        return
    receiver = subscribers.receiver(message.subscriber)
    if receiver is None:
        message.state = MessageState.ENDED
        message.save(update_fields=("state",))
        return
    try:
        handed = adapters.SUBSCRIBED[message.channel](message, receiver, config.hurried(), now)
    except Undeliverable as problem:
        gone = isinstance(problem, Gone)
        message.state, message.answer = (MessageState.ENDED if gone else MessageState.FAILED), str(problem)
        outcome = Outcome.GONE if gone else Outcome.FAILED
    except Later as problem:
        if event.attempt < subscribers.TRIES:
            raise
        message.state, message.answer, outcome = MessageState.FAILED, str(problem), Outcome.FAILED
    else:
        message.state, message.answer, message.sent_at = MessageState.SENT, handed.answer, now
        outcome = Outcome.SENT
    message.answer = mask_text(message.answer).replace("\x00", "")[:200]
    message.save(update_fields=("state", "answer", "sent_at"))
    subscribers.told(message.subscriber, outcome, now)


@subscribe("notices.anchors", "journal.anchored")
def carry_anchor_out(event: Heard, now: datetime) -> None:
    """Send an anchor of the journal, as the line of the anchor file, to where ``OPEN95598_ANCHOR_TO`` says."""
    anchor = anchors.Anchor(**event.payload)
    for to in config.current().anchor_to:
        channel = Channel.WEBHOOK if "://" in to else Channel.EMAIL if "@" in to else Channel.FILE
        key = f"anchor/{anchor.block}/{sha256(to.encode()).hexdigest()[:32]}"  # an address may be longer than a key
        send(channel, to, f"journal anchor {anchor.block}", anchors.line(anchor), now, key)
