"""Webhooks: a property manager's, a district's or a hospital's own system is told of outages by signed calls.

Asked for by the API, or by anybody for an address of theirs (a code to the owner's phone or mailbox). Nothing is told
before the URL has given a challenge back; what cannot be delivered pauses it, and its owner hears so.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, Invalid, NotFound
from open95598.foundation.events.registry import Later, Undeliverable
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.masking import mask_url
from open95598.foundation.notices import calling, config, guard, signing
from open95598.foundation.notices.services import notify, send
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.registry.customers.models import CustomerAccount
from open95598.service.outagenotices import hooking, subscribing
from open95598.service.outagenotices.kinds import About, Way
from open95598.service.outagenotices.models import Subscription
from open95598.service.outagenotices.sealed import seal
from open95598.service.portal import codes

#: messages given up one after the other before a webhook is paused
PATIENCE = 3
#: webhooks that one account of the API can have
MOST = 50
STREAM = "outage-webhooks"
#: whoever asks through the customer's pages
OUTSIDE = Actor(None, "", None, "page")


@dataclass(frozen=True)
class Tried:
    """What came of a call that somebody waited for. ``said``: what the other side answered, or why it did not."""

    taken: bool
    said: str


def fit(url: str) -> str:
    """Return a URL that may be called. Raises ``Invalid`` (field ``url``): not https, inside the house, unknown."""
    text = url.strip()
    reason = ""
    if len(text) > 400 or not text.isprintable() or " " in text:
        reason = _("Give an address such as https://hooks.example.com/outages, of at most 400 characters.")
    else:
        try:
            guard.check(text, config.current().webhook_allow)
        except guard.Refused:
            reason = _("This address cannot be called: it must be https, without a user name, and in the public net.")
        except (OSError, ValueError):
            reason = _("The name of this address is not known.")
    if reason:
        raise Invalid(_("Some fields need your attention."), fields={"url": reason})
    return text


def ask(
    url: str, about: str, text: str, owner: str, now: datetime, *, language: str = "zh", at_night: bool = False
) -> str:
    """Take a wish from the customer's pages and send a code to its owner; return its id. Raises ``Invalid``.

    The code is taken by ``subscribing.confirm``; the webhook counts when ``check`` has found its URL.
    """
    return subscribing.ask(about, text, owner, now, language=language, at_night=at_night, url=fit(url))


def make(told: Mapping[str, Any], actor: Actor, now: datetime) -> Subscription:
    """Make a webhook for an account of the API: ``url``, ``about``, ``text``, ``language``, ``at_night``, ``owner``.

    Of accounts only those that the actor may see. ``owner`` ("" allowed) is told beside the account's bell when it is
    paused. Raises ``Invalid``.
    """
    url = fit(told["url"])
    owner = subscribing.way_of(told["owner"])[1] if told["owner"] else ""
    about, fields = subscribing.meant(told["about"], told["text"])
    if about == About.ACCOUNT:
        _must_see(fields["account_id"], actor)
    with transaction.atomic():
        codes.one_after_the_other(f"outagenotices api {actor.person_id}")
        mine = Subscription.objects.filter(by=actor.person_id, way=Way.WEBHOOK, ended_at=None)
        if mine.count() >= MOST:
            raise Impossible(_("An account can have %(most)d webhooks at most.") % {"most": MOST})
        row: Subscription = Subscription.objects.create(
            way=Way.WEBHOOK, to=url, owner=owner, by_id=actor.person_id, about=about, language=told["language"],
            at_night=told["at_night"], asked_at=now, expires_at=now, used_at=now, **fields,
        )  # fmt: skip
        write(row, "subscribed", actor, now)
    return row


def confirm(challenge: str, code: str, now: datetime) -> Subscription:
    """Take the code of ``ask``; the URL is still to be checked. Raises ``Invalid`` (field ``code``)."""
    row = subscribing.confirm(challenge, code, now)
    if row.way == Way.WEBHOOK:
        with transaction.atomic():
            write(row, "subscribed", OUTSIDE, now)
    return row


def _must_see(account_id: int | None, actor: Actor) -> None:
    seen = actor.rights is not None and (
        CustomerAccount.objects.restrict(actor.rights, Permission.CUSTOMER_VIEW).filter(pk=account_id).exists()
    )
    if account_id is None or not seen:
        reason = _("There is no such account.")
        raise Invalid(_("Some fields need your attention."), fields={"text": reason})


def secret(row: Subscription) -> str:
    """Return what a webhook's calls are signed with: of the house's own key, so that it is kept nowhere."""
    return signing.standard_secret(bytes.fromhex(config.derived(f"webhook {row.pk}")))


def address(row: Subscription) -> str:
    """Return the address of the page where its owner looks after a webhook."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('outagenotices:webhook', args=(row.pk, seal_of(row.pk)))}"


def seal_of(pk: object) -> str:
    """Return what only the owner of a webhook knows of it."""
    return seal(f"webhook {pk}")


def known(pk: UUID, sealed: str) -> Subscription | None:
    """Return a webhook whose page somebody holds; None when it is none, or has ended."""
    if not hmac.compare_digest(seal_of(pk), sealed):
        return None
    rows = Subscription.objects.filter(pk=pk, way=Way.WEBHOOK, ended_at=None)
    return rows.exclude(used_at=None).select_related("account", "place", "location").first()


def check(row: Subscription, actor: Actor, now: datetime) -> Tried:
    """Call the URL with a challenge; when it gives that back, notices go there from now on, also if it was paused."""
    challenge = secrets.token_urlsafe(24)
    tried = _call(row, hooking.CHALLENGE, {"challenge": challenge}, now)
    if tried.taken and not hooking.echoes(tried.said, challenge):
        tried = Tried(False, _("The answer does not give the challenge back."))
    if tried.taken:
        with transaction.atomic():
            rows = Subscription.objects.filter(pk=row.pk, ended_at=None)
            rows.update(proved_at=now, paused_at=None, failures=0)
            write(row, "proved", actor, now)
        row.refresh_from_db()
    return tried


def test(row: Subscription, actor: Actor, now: datetime) -> Tried:
    """Call the URL with a signed test, which tells of no outage; on record. It pauses nothing and counts nothing."""
    tried = _call(row, hooking.TEST, {}, now)
    with transaction.atomic():
        write(row, "tested", actor, now, taken=tried.taken)
    return tried


def _call(row: Subscription, type_: str, data: Mapping[str, Any], now: datetime) -> Tried:
    body = hooking.envelope(type_, now, data).encode()
    headers = {"Content-Type": "application/json", **signing.standard([secret(row)], str(uuid4()), body, now)}
    try:
        answer = calling.post(row.to, body, headers, config.hurried(resting=False))
    except Undeliverable:
        return Tried(False, _("This address cannot be called any more: it leads into a private net, or is no https."))
    except Later:
        return Tried(False, _("No answer: the line could not be opened, or broke, or nothing came in time."))
    if not answer.taken:
        return Tried(False, _("The answer was HTTP %(status)d; 200 is wanted.") % {"status": answer.status})
    return Tried(True, answer.text)


def end(row: Subscription, actor: Actor, now: datetime) -> None:
    """End a webhook; on record. Twice does no harm."""
    with transaction.atomic():
        if Subscription.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now):
            write(row, "ended", actor, now)


def failed(row: Subscription, now: datetime, *, gone: bool) -> None:
    """End a webhook that is gone; pause one that did not take so many messages. Its owner hears of both."""
    if gone:
        row.ended_at = now
    elif row.failures >= PATIENCE and row.paused_at is None:
        row.paused_at = now
    else:
        return
    row.save(update_fields=("ended_at", "paused_at"))
    write(row, "ended" if row.ended_at else "paused", Actor.house("outage notices"), now)
    _tell_owner(row, now)


def _tell_owner(row: Subscription, now: datetime) -> None:
    """Tell the owner that nothing goes to their webhook any more, and where it is put right."""
    host = urlsplit(row.to).netloc
    if row.by_id:
        title = Label("停电通知 Webhook 已停用", "A webhook of outage notices has stopped")
        body = Label(f"{host} 多次未接收成功。", f"{host} did not take what it was sent.")
        notify([row.by_id], "outage.webhook", title, body, now=now, key=f"outage/webhook/{row.pk}/{now.isoformat()}")
    if not row.owner:
        return
    with translation.override("en" if row.language == "en" else "zh-hans"):
        told = {"hotline": settings.HOTLINE, "host": host, "page": address(row)}
        if row.ended_at:
            text = _("[%(hotline)s] %(host)s says that it is gone: no more outage notices go there.") % told
        else:
            text = (
                _(
                    "[%(hotline)s] %(host)s did not take our outage notices. None go there until you check it again: "
                    "%(page)s"
                )
                % told
            )
        subject = _("Your webhook has stopped")
    way, to = subscribing.way_of(row.owner)
    send(way, to, subject if way == Way.EMAIL else "", text, now, f"outage/webhook/{row.pk}/{now.isoformat()}")


def write(row: Subscription, what: str, actor: Actor, now: datetime, **more: Any) -> None:
    """Write down what was done to a webhook; of its URL no more than the host."""
    data = {"subscription": str(row.pk), "host": mask_url(row.to), **more}
    draft = Draft(Stream(), STREAM, f"webhook.{what}", now, actor.person_id, actor.name, data=data)
    append_to_stream(STREAM, [draft])


def mine(person_id: int, pk: UUID) -> Subscription:
    """Return a webhook of an account of the API. Raises ``NotFound``."""
    rows = Subscription.objects.filter(pk=pk, way=Way.WEBHOOK, by=person_id, ended_at=None)
    row = rows.select_related("account", "place", "location").first()
    if row is None:
        raise NotFound(_("There is no such webhook."))
    return row


def state(row: Subscription) -> str:
    """Return how a webhook stands: ``unproved``, ``active``, ``paused`` or ``ended``."""
    if row.ended_at:
        return "ended"
    if row.paused_at:
        return "paused"
    return "active" if row.proved_at else "unproved"
