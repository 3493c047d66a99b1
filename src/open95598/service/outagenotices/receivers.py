"""Who a message of a subscription goes to now, and what became of it (see ``notices.subscribers``)."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.notices.subscribers import Outcome, Receiver
from open95598.service.outagenotices import subscribing, webhooks
from open95598.service.outagenotices.kinds import Way
from open95598.service.outagenotices.models import Subscription
from open95598.service.portal import codes


def find(id_: str) -> Receiver | None:
    """Return where a subscription is reached; None when it has ended or is paused.

    A URL that several subscriptions name gets the signature of each that counts: its owner has one of their secrets.
    """
    row = Subscription.objects.filter(pk=codes.uuid(id_), ended_at=None, paused_at=None).first()
    if row is None:
        return None
    if row.way == Way.PUSH:
        p256dh, _, auth = row.keys.partition(" ")
        return Receiver(row.to, p256dh=p256dh, auth=auth)
    counting = Subscription.objects.filter(to=row.to, way=row.way, ended_at=None, paused_at=None)
    others = counting.exclude(pk=row.pk).exclude(proved_at=None).order_by("pk")[: subscribing.MOST]
    return Receiver(row.to, tuple(webhooks.secret(one) for one in (row, *others)))


def told(id_: str, outcome: Outcome, now: datetime) -> None:
    """Count what became of a message: taken, all is well; so many given up in a row, or gone, and it is over.

    A webhook is paused first, and its owner hears of it. Of a browser that is gone all subscriptions end.
    """
    rows = Subscription.objects.filter(pk=codes.uuid(id_), ended_at=None)
    row = rows.select_for_update().first()
    if row is None:
        return
    if outcome == Outcome.SENT:
        rows.exclude(failures=0).update(failures=0)
        return
    row.failures += 1
    row.save(update_fields=("failures",))
    gone = outcome == Outcome.GONE
    if row.way == Way.WEBHOOK:
        webhooks.failed(row, now, gone=gone)
    elif gone or row.failures >= webhooks.PATIENCE:
        Subscription.objects.filter(to=row.to, way=row.way, ended_at=None).update(ended_at=now)
