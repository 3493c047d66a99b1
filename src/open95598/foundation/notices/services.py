"""Telling people and sending things out: all writes of the room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.events.services import Said, is_past, say
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.notices import hooks
from open95598.foundation.notices.models import Channel, Message, Notice
from open95598.foundation.people.models import Person
from open95598.foundation.words import Label

Words = str | Label | Mapping[str, str]
BODY_LENGTH = 10_000


def words(told: Words) -> dict[str, str]:
    """Return words in both languages; a plain text stands for both."""
    if isinstance(told, Label):
        return {"zh": told.zh, "en": told.en}
    if isinstance(told, str):
        return {"zh": told, "en": told}
    return {"zh": told["zh"], "en": told.get("en") or told["zh"]}


def notify(
    person_ids: Iterable[int],
    kind: str,
    title: Words,
    body: Words = "",
    case_id: int | None = None,
    *,
    now: datetime,
    key: str,
) -> list[int]:
    """Ring people's bell, once per (person, ``key``); return the ids of those who had not heard it yet.

    ``kind`` is a dotted name (``clock.warned``). Whoever is recused from the case hears nothing, and nobody hears of
    history that is being loaded. Runs in the caller's transaction; the bells ring after its commit.
    """
    wanted = set(person_ids) if not is_past() else set()
    wanted -= _kept_from(wanted, case_id, now)
    if not wanted:
        return []
    with transaction.atomic():
        known = set(Notice.objects.filter(person_id__in=wanted, key=key).values_list("person_id", flat=True))
        fresh = sorted(wanted - known)
        title, body = words(title), words(body)
        Notice.objects.bulk_create(
            [
                Notice(person_id=person, kind=kind, key=key, title=title, body=body, case_id=case_id, at=now)
                for person in fresh
            ],
            ignore_conflicts=True,
        )
        _ring(fresh, now)
    return fresh


def _kept_from(person_ids: Iterable[int], case_id: int | None, now: datetime) -> set[int]:
    return hooks.kept_from(set(person_ids), case_id, now) if case_id is not None else set()


def is_kept_from(person_id: int | None, case_id: int | None, now: datetime) -> bool:
    """Say whether somebody of the house must not hear of a case: they are recused from it."""
    return person_id is not None and bool(_kept_from({person_id}, case_id, now))


def forget(case_ids: Iterable[int]) -> int:
    """Take the words out of what people were told about cases (erasure); titles stay. Return how many had any."""
    about = Notice.objects.filter(case_id__in=list(case_ids)).exclude(body=words(""))
    return int(about.update(body=words("")))


def take_back(case_ids: Iterable[int], whose: Callable[[set[int]], Collection[int]], now: datetime) -> None:
    """Take back what some people were told about cases; ``whose`` picks them from those who were told anything."""
    about = Notice.objects.filter(case_id__in=list(case_ids))
    away = sorted(whose(set(about.values_list("person_id", flat=True).distinct())))
    if away:
        about.filter(person_id__in=away).delete()
        _ring(away, now)


def _ring(person_ids: Sequence[int], now: datetime) -> None:
    """Let the browsers of these people fetch their bell again."""
    if person_ids:
        say([Said("bell", "bell", now, payload={"person_ids": list(person_ids)})])


def read(person_id: int, now: datetime, ids: Iterable[int] | None = None) -> int:
    """Mark notices of a person as read (all without ``ids``); return how many were not before."""
    unread = Notice.objects.filter(person_id=person_id, read_at=None)
    if ids is not None:
        unread = unread.filter(id__in=list(ids))
    with transaction.atomic():
        count = unread.update(read_at=now)
        if count:
            _ring([person_id], now)
    return count


def send(
    channel: str,
    to: str,
    subject: str,
    body: str,
    now: datetime,
    key: str,
    case_id: int | None = None,
    *,
    not_before: datetime | None = None,
    person_id: int | None = None,
) -> Message:
    """Put a message on its way out through the outbox; a message with this ``key`` that exists is returned unchanged.

    ``to`` is a telephone number, an e-mail address, a URL or the name of a drop folder. ``not_before`` holds it until
    then (quiet hours). ``person_id``: who of the house it is for; it does not leave when they are recused meanwhile.
    Raises ``Invalid`` for an unknown channel, no address or an endless text.
    """
    fields = {}
    if channel not in Channel.values:
        fields["channel"] = _("Unknown channel.")
    if not 0 < len(to.strip()) <= 400:
        fields["to"] = _("Give an address.")
    if len(body) > BODY_LENGTH:
        fields["body"] = _("At most %(n)d characters.") % {"n": BODY_LENGTH}
    if fields:
        raise Invalid(_("This message cannot be sent."), fields=fields)
    due = max(now, not_before or now)
    with transaction.atomic():
        message, fresh = Message.objects.get_or_create(
            key=key,
            defaults={
                "channel": channel,
                "to": to.strip(),
                "subject": subject[:200],
                "body": body,
                "case_id": case_id,
                "person_id": person_id,
                "created_at": now,
                "not_before": due,
            },
        )
        if fresh:
            # nothing of it is in the event: an event is not the place for personal data
            say([Said("message.due", message.outbox_key, due, payload={"message_id": message.pk})])
    return message


@dataclass(frozen=True)
class Outgoing:
    """A message of many (``send_many``): as the arguments of ``send``."""

    channel: str
    to: str
    subject: str
    body: str
    key: str
    case_id: int | None = None
    #: where one POST ends messages like it (RFC 8058)
    unsubscribe: str = ""
    #: the subscription that it is for, ``<room>/<id>`` (see ``subscribers``)
    subscriber: str = ""


def send_many(given: Sequence[Outgoing], now: datetime) -> dict[str, int]:
    """Put many messages on their way out at once; return the id of each message by its ``key``.

    One message per key for ever, as with ``send``, also when two do so at the same time. The caller has checked what
    ``send`` refuses. Four statements, whatever their number.
    """
    rows = [
        Message(
            key=one.key, channel=one.channel, to=one.to.strip()[:400], subject=one.subject[:200],
            body=one.body[:BODY_LENGTH], case_id=one.case_id, created_at=now, not_before=now,
            unsubscribe=one.unsubscribe[:300], subscriber=one.subscriber[:60],
        )
        for one in {one.key: one for one in given}.values()
    ]  # fmt: skip
    with transaction.atomic():
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        kept = {row.key: row for row in Message.objects.filter(key__in=[row.key for row in rows])}
        fresh = [kept[row.key] for row in rows if kept[row.key].ref == row.ref]
        say(
            Said("message.subscribed" if row.subscriber else "message.due", row.outbox_key, now,
                 payload={"message_id": row.pk})
            for row in fresh
        )  # fmt: skip
    return {key: row.pk for key, row in kept.items()}


def tell(
    person_ids: Iterable[int],
    channels: Iterable[str],
    kind: str,
    title: Label,
    body: Label,
    case_id: int | None = None,
    *,
    now: datetime,
    key: str,
) -> None:
    """Tell people something in their language by the ``channels`` wanted (``bell``, ``sms``, ``email``), once each.

    Who has no address for any of them hears the bell; who has left, or is recused from the case, hears nothing. Once
    per (person, ``key``). Of history that is being loaded nobody hears.
    """
    if is_past():
        return
    wanted_ids = {*person_ids}
    wanted_ids -= _kept_from(wanted_ids, case_id, now)
    people = list(Person.objects.filter(pk__in=wanted_ids, is_active=True))
    outside = {"sms": "phone", "email": "email"}
    wanted = set(channels) or {"bell"}
    bell = [
        person.pk
        for person in people
        if "bell" in wanted or not any(getattr(person, outside[c]) for c in wanted if c in outside)
    ]
    notify(bell, kind, title, body, case_id, now=now, key=key)
    for person in people:
        for channel in sorted(wanted & outside.keys()):
            to = getattr(person, outside[channel])
            if to:
                title_words, text = title.in_(person.language), body.in_(person.language)
                # an SMS has no subject line: the title begins its text
                subject, text = ("", f"{title_words}\n{text}") if channel == "sms" else (title_words, text)
                own = f"{key}/{person.pk}/{channel}"
                send(channel, to, subject, text, now, own, case_id, person_id=person.pk)


def reveal(message_id: int, now: datetime, *, actor_id: int, actor_name: str) -> Message:
    """Return a message for somebody who asked to see it in full, and write that down. Raises ``NotFound``."""
    with transaction.atomic():
        message = Message.objects.filter(pk=message_id).first()
        if message is None:
            raise NotFound(_("There is no such message."))
        draft = Draft(
            head=None,  # type: ignore[arg-type]  # set by append_to_stream
            stream="messages",
            kind="message.revealed",
            at=now,
            actor_id=actor_id,
            actor_name=actor_name,
            case_id=message.case_id,
            data={"message": message.pk},
        )
        append_to_stream("messages", [draft])
    return message
