"""What this room tells the rooms below: the announced outages of the online hall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from open95598.foundation.words import Label
from open95598.registry.customers.models import CustomerAccount
from open95598.service.hall import outages
from open95598.service.outagenotices import concerning
from open95598.service.planned import queries, wording
from open95598.service.workorders import hooks as orders


def planned(account: CustomerAccount, now: datetime) -> Sequence[outages.Planned]:
    """Return what is announced for an account of whoever is signed in, also what is their own business."""
    return [
        outages.Planned(row.starts_at, row.ends_at, wording.cause(row), Label(row.scope, row.scope))
        for row in queries.of_accounts([account.pk], now)
    ]


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    from open95598.foundation.journal import hooks as journal
    from open95598.foundation.notices import subscribers
    from open95598.service.outagenotices import events, receivers

    subscribers.add("outage", subscribers.Room(receivers.find, receivers.told))
    journal.names |= {
        "webhook.subscribed": _("Webhook asked for"),
        "webhook.proved": _("Webhook checked and in service"),
        "webhook.tested": _("Webhook called to try it"),
        "webhook.paused": _("Webhook stopped after failures"),
        "webhook.ended": _("Webhook ended"),
    }
    journal.fields |= {"subscription": _("Subscription"), "host": _("Address called"), "taken": _("Taken")}
    outages.sources.append(planned)
    orders.further_hints.insert(0, concerning.seat)
    events.listen()
