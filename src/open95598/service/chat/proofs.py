"""A customer proves in a chat that the phone they named is theirs: a code by text message."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.foundation import phones
from open95598.foundation.errors import Impossible, Invalid, TooMany
from open95598.foundation.notices.services import send
from open95598.service.chat import lines
from open95598.service.chat.models import Chat, Proof
from open95598.service.contacts import services as contacts
from open95598.service.portal import accounts
from open95598.service.portal.pages.limits import CODES, TRIES

MINUTES = 10


def ask(chat: Chat, phone: str, now: datetime) -> None:
    """Send a code to a phone; the answer is the same for any. Raises ``Invalid``, ``TooMany``, ``Impossible``."""
    try:
        number = phones.national(phones.plain(phone))
    except ValueError:
        number = ""
    if not phones.is_mobile(number):
        reason = _("Write a mobile number, digits only.")
        raise Invalid(_("Some fields need your attention."), fields={"phone": reason})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))", [f"chat code {number}"])
        row = lines.locked(chat.pk)
        if not lines.is_live(row) or row.contact.hushed:
            raise Impossible(_("This conversation is over."))
        for rows in (Proof.objects.filter(phone=number), Proof.objects.filter(chat=row)):
            recent = list(rows.values_list("asked_at", flat=True))
            if wait := max(limit.wait(recent, now) for limit in CODES):
                raise TooMany("", retry_after=wait)
        code = f"{secrets.randbelow(10**6):06d}"
        proof = Proof.objects.create(chat=row, phone=number, code=_digest(row, number, code), asked_at=now)
        with translation.override("en" if row.language == "en" else "zh-hans"):
            text = _(
                "[%(hotline)s] %(code)s confirms your phone in our chat for %(minutes)d minutes. Tell it to nobody."
            )
            text %= {"hotline": settings.HOTLINE, "code": code, "minutes": MINUTES}
        send("sms", number, "", text, now, f"chat/code/{proof.pk}")


def give(chat: Chat, code: str, now: datetime) -> Chat:
    """Take the code: the phone is theirs. Five tries, ten minutes. Raises ``Invalid``, always with the same words."""
    with transaction.atomic():
        row = lines.locked(chat.pk)
        proof = Proof.objects.filter(chat=row).order_by("-pk").first()
        fits = (
            proof is not None
            and proof.tries < TRIES
            and now < proof.asked_at + timedelta(minutes=MINUTES)
            and hmac.compare_digest(proof.code, _digest(row, proof.phone, code.strip()))
        )
        if proof is not None:
            Proof.objects.filter(pk=proof.pk).update(tries=proof.tries + 1)
        if fits and proof is not None and lines.is_live(row):
            row.proved = True
            row.save(update_fields=("proved",))
            house = accounts.actor(accounts.of_house(now))
            row.contact = contacts.note(row.contact, house, {"phone": proof.phone}, now)
            lines.news(row, "proved", now)
            Proof.objects.filter(pk=proof.pk).update(tries=TRIES)
            return row
    # outside the transaction: the try counts
    reason = _("This code does not fit, or counts no more.")
    raise Invalid(_("Some fields need your attention."), fields={"code": reason})


def _digest(row: Chat, phone: str, code: str) -> str:
    key = f"chat code {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{row.pk} {phone} {code}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
