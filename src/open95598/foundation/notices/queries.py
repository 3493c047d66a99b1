"""Reads of the room. Notices are a person's own; messages are for those who may look at the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.events.models import Delivery, Event
from open95598.foundation.masking import mask_phone, mask_text, mask_url
from open95598.foundation.notices.models import Channel, Message, MessageState, Notice

#: who hands messages over
_WAYS = ("notices.send", "notices.subscribed")


def unread(person_id: int, limit: int = 99) -> int:
    """Return how many notices a person has not read, counted up to one more than ``limit``."""
    return Notice.objects.filter(person_id=person_id, read_at=None)[: limit + 1].count()


def notices(person_id: int, limit: int, before: int | None = None, *, only_unread: bool = False) -> list[Notice]:
    """Return a person's notices, newest first; ``before`` is the id of the last one had."""
    query = Notice.objects.filter(person_id=person_id).order_by("-id")
    if only_unread:
        query = query.filter(read_at=None)
    if before:
        query = query.filter(id__lt=before)
    return list(query[:limit])


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the page shows it. ``trouble``: why its delivery failed last; ``dead``: somebody must decide."""

    message: Message
    to: str
    text: str
    tries: int = 0
    trouble: str = ""
    dead: bool = False


def messages(limit: int, before: int | None = None, channel: str = "", state: str = "") -> list[Shown]:
    """Return messages, newest first, masked, each with how its delivery stands. Three queries."""
    query = Message.objects.order_by("-id")
    if channel in Channel.values:
        query = query.filter(channel=channel)
    if state in MessageState.values:
        query = query.filter(state=state)
    if before:
        query = query.filter(id__lt=before)
    found = list(query[:limit])
    open_ones = _open_deliveries([m for m in found if m.state == MessageState.WAITING])
    return [masked(message, open_ones.get(message.pk)) for message in found]


def _open_deliveries(waiting: list[Message]) -> dict[int, Delivery]:
    """Return the unfinished deliveries of messages, by the message's id."""
    if not waiting:
        return {}
    keys = {m.outbox_key for m in waiting}
    deliveries = Delivery.objects.filter(subscriber__in=_WAYS, key__in=keys, state__in=("pending", "dead"))
    by_event = {d.event_id: d for d in deliveries}
    told = Event.objects.filter(id__in=list(by_event)).values_list("id", "payload")
    return {payload["message_id"]: by_event[event_id] for event_id, payload in told}


def masked(message: Message, delivery: Delivery | None = None) -> Shown:
    """Return a message with its address and text hidden as far as they are personal."""
    text = f"{message.subject} {message.body}".strip()
    return Shown(
        message,
        mask_url(message.to) if message.subscriber else masked_address(message.channel, message.to),
        mask_text(text[:80]) + ("…" if len(text) > 80 else ""),
        delivery.attempts if delivery else 0,
        delivery.error.partition("\n")[0] if delivery else "",
        delivery is not None and delivery.state == "dead",
    )


def masked_address(channel: str, to: str) -> str:
    """Return where a message goes, as far as everybody may know: URLs and folders are not personal."""
    if channel == Channel.SMS:
        return mask_phone(to)
    if channel == Channel.EMAIL:
        name, at, host = to.partition("@")
        return f"{name[:1]}***{at}{host}"
    return to
