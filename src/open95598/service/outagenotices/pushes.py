"""Browsers that are told of outages (web push): asked for by the browser itself, without an account, ended by a click.

The address that a browser has at its push service is known to it and to us alone; no code is needed beside it. A first
message says that it works.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import orjson
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.masking import mask_url
from open95598.foundation.notices import adapters, config, guard, sealing
from open95598.foundation.notices.services import Outgoing, send_many
from open95598.foundation.words import Label
from open95598.service.outagenotices import subscribing
from open95598.service.outagenotices.kinds import Way
from open95598.service.outagenotices.models import Subscription
from open95598.service.outagenotices.sealed import path_out
from open95598.service.portal import codes

#: an address at a push service is no longer than this
LONGEST = 1000
#: a text is cut here: whatever its characters, it then fits into one push
CUT = 700
#: for how long an outage whose end nobody knows is news
_UNKNOWN = timedelta(hours=12)
_WORKS = Label("停电通知已开通", "Outage notices are on")
_FROM_NOW = Label("以后的停电通知将显示在这里。", "From now on outages are told here.")


def public_key() -> str:
    """Return the key by which a browser lets this house push to it, and no other (RFC 8292)."""
    return sealing.public(adapters.push_key())


def subscribe(
    about: str, text: str, endpoint: str, keys: tuple[str, str], now: datetime, *, language: str, at_night: bool
) -> Subscription:
    """Take a browser's wish to be told; the first message is on its way. The same wish again is the same one.

    ``keys``: ``p256dh`` and ``auth`` of its subscription. Raises ``Invalid`` for a place that is not known, an
    address that is not for us to call, keys that are none; ``Impossible`` where it has too many.
    """
    if not _fits(endpoint) or not sealing.fits(*keys):
        reason = _("This browser's push service cannot be reached from here.")
        raise Invalid(_("Some fields need your attention."), fields={"endpoint": reason})
    about, fields = subscribing.meant(about, text)
    with transaction.atomic():
        codes.one_after_the_other(f"outagenotices push {endpoint}")
        standing = Subscription.objects.filter(to=endpoint, way=Way.PUSH, ended_at=None)
        standing.filter(about=about, **fields).update(ended_at=now)
        if standing.count() >= subscribing.MOST:
            told = {"most": subscribing.MOST}
            raise Impossible(_("A browser can have %(most)d subscriptions at most. End one of them first.") % told)
        row: Subscription = Subscription.objects.create(
            way=Way.PUSH, to=endpoint, keys=" ".join(keys), about=about, language=language, at_night=at_night,
            asked_at=now, expires_at=now, used_at=now, **fields,
        )  # fmt: skip
        body = document(row, _WORKS.in_(language), _FROM_NOW.in_(language), "welcome", now + timedelta(hours=1), now)
        send_many([outgoing(row, body, f"outage/push/{row.pk}")], now)
    return row


def moved(old: str, endpoint: str, keys: tuple[str, str]) -> None:
    """Note that a push service gave a browser another address: whoever knows the old one may say so. Else nothing."""
    if _fits(endpoint) and sealing.fits(*keys):
        rows = Subscription.objects.filter(to=old, way=Way.PUSH, ended_at=None)
        rows.update(to=endpoint, keys=" ".join(keys), failures=0)


def _fits(endpoint: str) -> bool:
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        return False
    try:
        guard.check(endpoint, config.current().webhook_allow)
    except (guard.Refused, OSError, ValueError):
        return False
    return True


def document(
    row: Subscription, title: str, text: str, tag: str, until: datetime, now: datetime, *, soon: bool = False
) -> str:
    """Return the body of a push (JSON): what the browser shows, and how long and how urgently it is to be carried."""
    text = text if len(text) <= CUT else f"{text[: CUT - 1]}…"
    told = {
        "title": title, "body": text, "tag": tag, "lang": "en" if row.language == "en" else "zh-Hans",
        "at": int(now.timestamp() * 1000), "url": reverse("outagenotices:look"), "out": f"{path_out(row.pk)}one-click/",
        "stop": _STOP.in_(row.language), "stopped": _STOPPED.in_(row.language),
        "until": until.isoformat(), "urgency": "high" if soon else "normal",
    }  # fmt: skip
    return orjson.dumps(told).decode()


_STOP = Label("退订", "No more")
_STOPPED = Label("已退订，不再通知。", "Ended: no more notices.")


def until(ends_at: datetime | None, now: datetime) -> datetime:
    """Return until when a push service need keep a message: the end of the outage, where it is known and ahead."""
    return ends_at if ends_at is not None and ends_at > now else now + _UNKNOWN


def outgoing(row: Subscription, body: str, key: str, case_id: int | None = None) -> Outgoing:
    """Return a push for the outbox: of the browser's address no more than the service, and a digest that tells two
    browsers apart."""
    digest = hashlib.sha256(row.to.encode()).hexdigest()[:12]
    return Outgoing(Way.PUSH, f"{mask_url(row.to)}#{digest}", "", body, key, case_id,
                    subscriber=f"outage/{row.pk}")  # fmt: skip
