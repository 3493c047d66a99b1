"""What the customer does in a chat: all writes of that side. Whoever holds the token is the customer."""

from __future__ import annotations

import hashlib
import hmac
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, get_args
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError as NotValid
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from open95598.foundation import phones
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import Impossible, Invalid, NotFound, TooMany
from open95598.foundation.files import kinds as file_kinds
from open95598.foundation.files import store
from open95598.foundation.rulebook import store as rulebooks
from open95598.foundation.rulebook.chat_rows import ChatRules
from open95598.registry.customers.models import Customer, CustomerAccount
from open95598.registry.standing import queries as standing
from open95598.service.chat import lines, marks
from open95598.service.chat.kinds import Side, State, What
from open95598.service.chat.models import Chat, Line
from open95598.service.contacts import services as contacts
from open95598.service.contacts.kinds import Channel, Link, Outcome
from open95598.service.portal import accounts, codes
from open95598.service.portal import services as portal
from open95598.service.portal.pages import photos, wire
from open95598.service.portal.pages.limits import Limit
from open95598.service.workorders.models import WorkOrder

#: after its end a conversation can still be read by its customer for so long
READABLE = timedelta(hours=24)
#: lines of one customer: more in a minute are not taken
PACE = Limit(30, timedelta(minutes=1))
#: a page tells at most so often that somebody writes, and that it is there
EVERY = timedelta(seconds=4)
RATINGS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Known:
    """A customer of the registry who has proved who they are (in the online hall), the account that they came about,
    and the phone that they proved."""

    customer: Customer
    account: CustomerAccount
    phone: str


def is_open(rules: ChatRules, now: datetime) -> bool:
    """Say whether the chat is manned at a time, by its hours and its calendar (in the utility's zone)."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    minutes = local.hour * 60 + local.minute
    if not rules.opens <= minutes < rules.closes:
        return False
    return not rules.calendar or calendars.get(rules.calendar).is_working(now)


def begin(told: Mapping[str, Any], address: str, now: datetime, *, known: Known | None = None) -> tuple[Chat, str]:
    """Begin a chat and return it with its token. ``told``: ``topic``, ``name``, ``phone``, ``email``, ``language``.

    ``known``: who it is, when they have signed in elsewhere: the desk sees them at once, and no code is asked for.
    Raises ``Invalid`` naming fields, ``Impossible`` outside the hours, ``TooMany`` when too many wait from an address.
    """
    rules = rulebooks.current(now).chat
    if not is_open(rules, now):
        raise Impossible(_("The chat is closed at the moment. Leave a message, and we answer it."))
    with transaction.atomic():
        origin = _origin(address)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))", [f"chat {origin}"])
        waiting = Chat.objects.system("how many wait from there").filter(origin=origin, state=State.WAITING).count()
        if waiting >= rules.per_address:
            raise TooMany("", retry_after=60)
        chat, token = _made(told, origin, now, known)
        lines.news(chat, "opened", now)
        lines.tell(chat, lines.WAITING, now, everybody=True)
    return chat, token


def _origin(address: str) -> str:
    return hmac.new(f"chat {settings.SECRET_KEY}".encode(), address.encode(), hashlib.sha256).hexdigest()


def _made(told: Mapping[str, Any], origin: str, now: datetime, known: Known | None = None) -> tuple[Chat, str]:
    email = str(told.get("email") or "").strip()
    if email:
        try:
            validate_email(email)
        except NotValid:
            reason = _("This is not an e-mail address.")
            raise Invalid(_("Some fields need your attention."), fields={"email": reason}) from None
    rules = rulebooks.current(now).chat
    house = accounts.of_house(now)
    who = {"channel": Channel.CHAT, "name": told.get("name"), "phone": told.get("phone")}
    if known is not None:
        who |= {"name": known.customer.name, "phone": known.phone}
    registered = (known.customer, known.account) if known is not None else None
    contact = contacts.begin(accounts.actor(house), who, now, unit=accounts.seat(now), who=registered)
    topic, token = rules.topic(str(told.get("topic") or "")), codes.token()
    chat = Chat.objects.create(
        contact=contact, topic=topic.code if topic else "", token=codes.digest(token), origin=origin, email=email,
        language="en" if told.get("language") == "en" else "zh", opened_at=now, waiting_since=now,
        customer_seen_at=now, proved=known is not None,
        # a tier's place in the queue (B7) is for whoever is known to be its customer
        front=known is not None and standing.entitled(known.customer, "fast", now),
    )  # fmt: skip
    return chat, token


def find(token: str, now: datetime) -> Chat | None:
    """Return the chat whose token it is; None for any other, and for one that ended too long ago."""
    if not token:
        return None
    rows = Chat.objects.system("its own customer").select_related("contact", "contact__unit", "contact__owner")
    row: Chat | None = rows.filter(token=codes.digest(token)).first()
    if row is None or (row.ended_at is not None and now >= row.ended_at + READABLE):
        return None
    return row


def say(chat: Chat, key: str, text: str, now: datetime) -> Line:
    """Write a line; the same key is the same line. Raises ``Invalid``, ``TooMany``, ``Impossible``."""
    lines.of_key(key)
    with transaction.atomic():
        row = lines.locked(chat.pk)
        if (before := lines.known(row, Side.CUSTOMER, key)) is not None:
            return before
        said = lines.plain(text)
        _within_pace(row, now)
        line = lines.write(row, Side.CUSTOMER, What.TEXT, now, key=key, text=said)
        row.customer_seen_at, row.customer_writes_at = now, None
        row.save(update_fields=("customer_seen_at", "customer_writes_at"))
    return line


def send_file(chat: Chat, key: str, upload: Any, now: datetime) -> Line:
    """Send a file; photographs lose everything that is not the picture. Raises as ``say``, and what the store does."""
    lines.of_key(key)
    if (before := lines.known(chat, Side.CUSTOMER, key)) is not None:
        return before
    if not lines.is_live(chat):
        raise Impossible(_("This conversation is over."))
    _within_pace(chat, now)
    kept = _kept(upload)
    with transaction.atomic():
        row = lines.locked(chat.pk)
        line = lines.write(row, Side.CUSTOMER, What.FILE, now, key=key, file=kept)
        row.customer_seen_at = now
        row.save(update_fields=("customer_seen_at",))
    return line


def _kept(upload: Any) -> store.Stored:
    """Keep an uploaded file: its kind by its content, pictures made anew."""
    if not upload:
        raise Invalid(_("Some fields need your attention."), fields={"file": _("Choose a file first.")})
    if upload.size > lines.MAX_FILE:
        reason = _("The file is larger than %(limit)d MB.") % {"limit": lines.MAX_FILE // 2**20}
        raise Invalid(_("Some fields need your attention."), fields={"file": reason})
    file: BinaryIO = upload.file
    try:
        kind = file_kinds.sniff(file)
    except file_kinds.Dangerous:
        kind = None  # the store says why it is refused
    file.seek(0)
    if kind in (file_kinds.JPEG, file_kinds.PNG, file_kinds.WEBP):
        photo = photos.cleaned(file, upload.name or "")
        return store.put(io.BytesIO(photo.content), photo.name, "image/jpeg", limit=lines.MAX_FILE)
    return store.put(file, upload.name or "", upload.content_type or "", limit=lines.MAX_FILE)


def _within_pace(chat: Chat, now: datetime) -> None:
    recent = chat.lines.filter(side=Side.CUSTOMER, at__gt=now - PACE.window).values_list("at", flat=True)
    if wait := PACE.wait(recent, now):
        raise TooMany("", retry_after=wait)


def seen(chat: Chat, got: int, read: int, writes: bool, now: datetime) -> Chat:
    """Keep how far the customer's page received and showed the lines, that it is there, and whether they write."""
    told = (marks.forward(chat.got, got, chat.last), marks.forward(chat.read, read, chat.last))
    moved = told != (chat.got, chat.read)
    begins = writes and lines.is_live(chat) and _long_ago(chat.customer_writes_at, now)
    if not (moved or begins or _long_ago(chat.customer_seen_at, now)):
        return chat
    with transaction.atomic():
        row = lines.locked(chat.pk)
        row.got, row.read = marks.forward(row.got, got, row.last), marks.forward(row.read, read, row.last)
        row.customer_seen_at = now
        row.customer_writes_at = now if begins else row.customer_writes_at
        row.save(update_fields=("got", "read", "customer_seen_at", "customer_writes_at"))
        if moved or begins:
            lines.tell(row, lines.WRITING, now, customer=False)
    return row


def _long_ago(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at >= EVERY


def end(chat: Chat, now: datetime) -> Chat:
    """End the conversation from the customer's side; ended twice it stays as it is.

    While it waited nobody was served: it is given up. Else whoever leads it still says what came of it.
    """
    with transaction.atomic():
        row = lines.locked(chat.pk)
        if row.state == State.WAITING:
            give_up(row, "ended_customer", now)
        elif row.state == State.TALKING:
            lines.news(row, "ended_customer", now)
            close(row, State.ENDED, now)
    return row


def give_up(row: Chat, why: str, now: datetime) -> None:
    """End a locked chat that nobody took."""
    house = accounts.actor(accounts.of_house(now))
    lines.news(row, why, now)
    words = lines.said_by_customer(row)[: contacts.LONGEST]
    if words and not row.contact.hushed:
        contacts.note(row.contact, house, {"words": words}, now)
    contacts.finish(contacts.end(row.contact, Outcome.LOST, house, now), house, now)
    close(row, State.GIVEN_UP, now)


def close(row: Chat, state: State, now: datetime) -> None:
    """Let a locked chat be over: nothing more is written, and where it came from is forgotten."""
    row.state, row.ended_at, row.origin = state, now, ""
    row.save(update_fields=("state", "ended_at", "origin"))
    lines.tell(row, lines.ENDED, now, everybody=True)


def rate(chat: Chat, stars: int, text: str, now: datetime) -> None:
    """Rate an ended conversation, once. Raises ``Impossible``, ``Invalid``."""
    if stars not in RATINGS:
        raise Invalid(_("Some fields need your attention."), fields={"rating": _("Choose one of the answers.")})
    with transaction.atomic():
        row = lines.locked(chat.pk)
        if row.state != State.ENDED or row.rating is not None:
            raise Impossible(_("This conversation cannot be rated."))
        row.rating, row.rating_text = stars, lines.plain(text)[:500] if text.strip() else ""
        row.save(update_fields=("rating", "rating_text"))


def leave(chat: Chat | None, told: Mapping[str, Any], key: str, address: str, now: datetime) -> tuple[Chat, str]:
    """Leave a message: it becomes an order, which is answered. Returns the chat, with its token when it is a new one.

    ``told``: ``text``, ``phone``, ``name``, ``place``, ``topic``, ``email``, ``language``. Sent twice it is one order.
    Raises ``Invalid`` naming fields, ``Impossible`` when somebody is there already, ``TooMany`` by phone.
    """
    lines.of_key(key)
    house, token = accounts.of_house(now), ""
    actor = accounts.actor(house)
    with transaction.atomic():
        if chat is None:
            chat, token = _made(told, _origin(address), now)
        row = lines.locked(chat.pk)
        if row.state == State.LEFT and lines.known(row, Side.CUSTOMER, key):
            return row, token
        if row.state != State.WAITING:
            raise Impossible(_("A colleague is here already, or the conversation is over."))
        report = _report(row, told, now)
        done = portal.register(report, key, house, now)
        lines.write(row, Side.CUSTOMER, What.TEXT, now, key=key, text=lines.plain(told.get("text"))[: lines.LONGEST])
        facts = {"phone": report.contact_phone, "name": report.contact_name, "words": report.description}
        contacts.note(row.contact, actor, facts, now)
        order = WorkOrder.objects.system("registered just now").get(number=done.number)
        contacts.link(row.contact, order, Link.MADE, actor, now)
        contacts.finish(contacts.end(row.contact, Outcome.ORDER, actor, now), actor, now)
        lines.news(row, "left", now, name=done.number)
        close(row, State.LEFT, now)
    return row, token


def _report(row: Chat, told: Mapping[str, Any], now: datetime) -> wire.Report:
    rules = rulebooks.current(now).chat
    topic = rules.topic(row.topic)
    text = "\n".join(part for part in (lines.said_by_customer(row), lines.plain(told.get("text"))) if part)
    kind = topic.kind if topic and topic.kind in get_args(wire.Kind) else "consultation"
    phone = str(told.get("phone") or row.contact.phone)[:32]
    facts = {
        "kind": kind, "description": text[: wire.MAX_DESCRIPTION], "contact_phone": phone,
        "contact_name": str(told.get("name") or row.contact.name)[: wire.MAX_NAME],
        "place": str(told.get("place") or "")[: wire.MAX_PLACE],
        "language": "en" if row.language == "en" else "zh", "by_sms": phones.is_mobile(phone),
    }  # fmt: skip
    try:
        return wire.Report.model_validate(facts)
    except ValidationError as wrong:
        fields = {str(found["loc"][0]): _("This cannot be read.") for found in wrong.errors() if found["loc"]}
        raise Invalid(_("Some fields need your attention."), fields=fields) from wrong


def must(chat: Chat | None) -> Chat:
    """Return the chat. Raises ``NotFound`` when there is none: the token is wrong, or too old."""
    if chat is None:
        raise NotFound(_("This conversation is over, or it was never yours. You can begin another one."))
    return chat
