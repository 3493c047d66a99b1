"""A customer proves in a chat that the phone they named is theirs: a code by text message."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.foundation import phones
from open95598.foundation.errors import Impossible, Invalid, TooMany
from open95598.foundation.notices.services import send
from open95598.service.chat import lines
from open95598.service.chat.models import Chat, Proof
from open95598.service.contacts import services as contacts
from open95598.service.portal import accounts, codes

#: whose the codes are
CODE = "chat"


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
        codes.one_after_the_other(f"chat code {number}")
        row = lines.locked(chat.pk)
        if not lines.is_live(row) or row.contact.hushed:
            raise Impossible(_("This conversation is over."))
        for rows in (Proof.objects.filter(phone=number), Proof.objects.filter(chat=row)):
            if wait := codes.wait(rows.values_list("asked_at", flat=True), now):
                raise TooMany("", retry_after=wait)
        code = codes.fresh()
        proof = Proof.objects.create(
            chat=row, phone=number, code=codes.keyed(CODE, f"{row.pk} {number}", code), asked_at=now
        )
        with translation.override("en" if row.language == "en" else "zh-hans"):
            text = _(
                "[%(hotline)s] %(code)s confirms your phone in our chat for %(minutes)d minutes. Tell it to nobody."
            )
            text %= {"hotline": settings.HOTLINE, "code": code, "minutes": codes.MINUTES}
        send("sms", number, "", text, now, f"chat/code/{proof.pk}")


def give(chat: Chat, code: str, now: datetime) -> Chat:
    """Take the code: the phone is theirs. Five tries, ten minutes. Raises ``Invalid``, always with the same words."""
    with transaction.atomic():
        row = lines.locked(chat.pk)
        proof = Proof.objects.filter(chat=row).order_by("-pk").first()
        fits = (
            proof is not None
            and proof.tries < codes.TRIES
            and now < proof.asked_at + timedelta(minutes=codes.MINUTES)
            and codes.same(CODE, f"{row.pk} {proof.phone}", code.strip(), proof.code)
        )
        if proof is not None:
            Proof.objects.filter(pk=proof.pk).update(tries=proof.tries + 1)
        if fits and proof is not None and lines.is_live(row):
            row.proved = True
            row.save(update_fields=("proved",))
            house = accounts.actor(accounts.of_house(now))
            row.contact = contacts.note(row.contact, house, {"phone": proof.phone}, now)
            lines.news(row, "proved", now)
            Proof.objects.filter(pk=proof.pk).update(tries=codes.TRIES)
            return row
    raise codes.misfit()
