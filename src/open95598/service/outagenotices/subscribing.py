"""Subscriptions to notices: asked for by anybody for their own phone, confirmed by a code, ended by a click."""

from __future__ import annotations

import contextlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.notices.services import send
from open95598.registry.customers import contacts
from open95598.registry.customers.models import Consent, CustomerAccount
from open95598.service.hall.signing import plain_number
from open95598.service.outagenotices import near
from open95598.service.outagenotices.kinds import About, Way
from open95598.service.outagenotices.models import Subscription
from open95598.service.outagenotices.sealed import seal
from open95598.service.portal import codes

#: whose the codes are
CODE = "outagenotices"
#: subscriptions that one phone or address can have
MOST = 10
_WHY = "an account that somebody subscribes to"


def ask(
    about: str, text: str, to: str, now: datetime, *, language: str = "zh", at_night: bool = False, url: str = ""
) -> str:
    """Take a wish to be told and send a code to ``to`` (a mobile number or an e-mail address); return its id.

    With ``url`` it is that address that is called (a webhook), and ``to`` its owner's. An account number is taken as it
    is, and so is a door: whether there is one, nobody learns here. Where too many codes went lately nothing is sent,
    and the answer is the same. Raises ``Invalid`` for a place that is not known, an unfit ``to``.
    """
    way, plain = way_of(to)
    about, fields = meant(about, text)
    kind = {"way": Way.WEBHOOK, "to": url, "owner": plain} if url else {"way": way, "to": plain}
    with transaction.atomic():
        codes.one_after_the_other(f"outagenotices {plain}")
        before = Subscription.objects.filter(asked_at__gt=now - max(one.window for one in codes.SENT))
        waits = codes.wait(before.filter(_reached(plain)).exclude(code="").values_list("asked_at", flat=True), now)
        row = Subscription.objects.create(
            about=about, language=language, at_night=at_night, asked_at=now,
            expires_at=now + timedelta(minutes=codes.MINUTES), **kind, **fields,
        )  # fmt: skip
        standing = Subscription.objects.filter(_reached(plain), ended_at=None).exclude(used_at=None).count()
        if not waits and standing < MOST:
            code = codes.fresh()
            row.code = codes.keyed(CODE, row.pk, code)
            row.save(update_fields=("code",))
            _send(row, way, plain, code, now)
    return str(row.pk)


def _reached(plain: str) -> Q:
    """Return what is reached at a phone or an address, or is owned by whoever is."""
    return Q(to=plain) | Q(owner=plain)


def meant(about: str, text: str) -> tuple[str, dict[str, int | None]]:
    """Return what somebody wants to be told of: its kind, and the columns that say so. Raises ``Invalid``."""
    if about == About.ACCOUNT:
        rows = CustomerAccount.objects.system(_WHY).filter(number=plain_number(text), closed_on=None)
        return about, {"account_id": rows.values_list("pk", flat=True).first()}
    door = near.door(text)
    if door is None:
        return About.AREA, {"place_id": near.places(text)[0].pk}
    return About.ADDRESS, {"location_id": door}


def way_of(to: str) -> tuple[str, str]:
    """Return by which way somebody is reached, and where. Raises ``Invalid`` (field ``to``)."""
    text = to.strip()[:200]
    if "@" in text:
        try:
            validate_email(text)
        except ValidationError:
            text = ""
        if text:
            return Way.EMAIL, text
    else:
        try:
            plain = phones.national(phones.plain(text))
        except ValueError:
            plain = ""
        if phones.is_mobile(plain):
            return Way.SMS, plain
    reason = _("Give a mobile number or an e-mail address.")
    raise Invalid(_("Some fields need your attention."), fields={"to": reason})


def _send(row: Subscription, way: str, to: str, code: str, now: datetime) -> None:
    with translation.override("en" if row.language == "en" else "zh-hans"):
        text = _(
            "[%(hotline)s] %(code)s is your code for outage notices. It counts for %(minutes)d minutes."
            " If you did not ask for it, do nothing."
        ) % {"hotline": settings.HOTLINE, "code": code, "minutes": codes.MINUTES}
        subject = _("Code for outage notices") if way == Way.EMAIL else ""
    send(way, to, subject, text, now, f"outage/code/{row.pk}")


def confirm(challenge: str, code: str, now: datetime) -> Subscription:
    """Let a subscription count. Raises ``Invalid`` (field ``code``) with the same words whatever was wrong."""
    with transaction.atomic():
        row: Subscription | None = codes.exchanged(Subscription.objects, CODE, challenge, code, now)
        if row is not None:
            same = Subscription.objects.filter(
                about=row.about, account=row.account_id, place=row.place_id, location=row.location_id, to=row.to,
                owner=row.owner, ended_at=None,
            ).exclude(used_at=None)  # fmt: skip
            same.exclude(pk=row.pk).update(ended_at=now)
            return row
    raise codes.misfit()


def known(pk: UUID, sealed: str) -> Subscription | None:
    """Return a subscription whose address somebody holds; None when it is none, or has ended."""
    if not hmac.compare_digest(seal(pk), sealed):
        return None
    return Subscription.objects.filter(pk=pk, ended_at=None).exclude(used_at=None).first()


def end(pk: UUID, sealed: str, now: datetime) -> bool:
    """End a subscription by the address in its messages; return whether it was one. Twice does no harm."""
    row = known(pk, sealed)
    if row is not None:
        Subscription.objects.filter(pk=pk).update(ended_at=now)
    return row is not None


def agreed(contact_id: int, sealed: str) -> bool:
    """Say whether somebody holds the address of a message to a contact that agrees to outage notices."""
    if not hmac.compare_digest(seal(f"contact {contact_id}"), sealed):
        return False
    rows = Consent.objects.system(_WHY).filter(contact=contact_id, contact__valid_to=None)
    return bool(rows.filter(purpose="outage", withdrawn_at=None).exists())


def stop(contact_id: int, sealed: str, now: datetime) -> bool:
    """Withdraw the consent of a contact by the address in its messages; return whether there was one. Twice does no
    harm."""
    if not agreed(contact_id, sealed):
        return False
    with contextlib.suppress(Impossible):  # it was withdrawn, or the contact ended, at this moment
        contacts.withdraw(contact_id, "outage", Actor.house("outage notices"), now)
    return True


def tidy(now: datetime) -> int:
    """Forget what was never confirmed or proved, and a month after its end what was ended; return how many.

    A webhook that has been paused for three months ends.
    """
    day, month = now - timedelta(days=1), now - timedelta(days=30)
    idle = Q(used_at=None) | Q(way=Way.WEBHOOK, proved_at=None, asked_at__lt=day - timedelta(days=6))
    never, _rows = Subscription.objects.filter(idle, asked_at__lt=day).delete()
    Subscription.objects.filter(paused_at__lt=now - timedelta(days=90), ended_at=None).update(ended_at=now)
    over, _more = Subscription.objects.filter(ended_at__lt=month).delete()
    return never + over
