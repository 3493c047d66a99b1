"""What a customer's tier entitles them to (B7), said to themself: only what the house really does."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from open95598.registry.standing import queries as standing
from open95598.service.hall.signing import Guest
from open95598.service.keyaccounts import visits


def entitlements(guest: Guest, now: datetime) -> list[str]:
    """Return in plain words what the customer's tier entitles them to and the house does; [] without a tier.

    An entitlement for which nothing happens yet (advance notice of outages) is not promised here.
    """
    customer = guest.customer
    rule = standing.rules_of(customer, now).tier(customer.tier)
    if rule is None:
        return []
    due = visits.next_due(customer, now) if "visits" in rule.entitlements else None
    manager = customer.manager if customer.manager is not None and customer.manager.is_active else None
    said = {
        "manager": manager
        and _("%(name)s is your account manager and hears of every order of yours.") % {"name": manager.name},
        "fast": _("Your orders are handled before others."),
        "connection": _("While you are being connected, we call on you."),
        "complaint_visit": _("When you complain, somebody comes to you to hear it."),
        "visits": due and _("We visit you regularly; the next visit is due by %(day)s.") % {"day": due.isoformat()},
        "social": _("We invite you to our events for customers."),
    }
    return [words for what in rule.entitlements if (words := said.get(what))]
