"""What this room tells the rooms below, and where rooms above add to a customer's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.casework.actors import Actor
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Rights
from open95598.registry.customers.models import Customer


@dataclass(frozen=True)
class Panel:
    """A panel of a room above on a customer's page: a template, drawn with this as ``panel``."""

    template: str
    content: Any


#: rooms above hear in its transaction that a customer's columns changed: (customer, changed, before, actor, now)
changes: list[Callable[[Customer, Mapping[str, Any], Mapping[str, Any], Actor, datetime], None]] = []
#: (customer, the reader's rights) → a panel on the customer's page, None when there is nothing to show
panels: list[Callable[[Customer, Rights], Panel | None]] = []


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {
        "customer.created": _("Customer created"),
        "customer.changed": _("Customer changed"),
        "customer.closed": _("Customer closed"),
        "customer.merged": _("Customers merged"),
        "customer.unmerged": _("Merger of customers taken back"),
        "customer.contact_added": _("Contact added"),
        "customer.contact_changed": _("Contact changed"),
        "customer.contact_ended": _("Contact ended"),
        "customer.consent_given": _("Consent given"),
        "customer.consent_withdrawn": _("Consent withdrawn"),
        "customer.account_opened": _("Account opened"),
        "customer.account_changed": pgettext_lazy("supply", "Account changed"),
        "customer.account_reopened": pgettext_lazy("supply", "Account opened again"),
        "place.named": _("Place given another name"),
        "customer.address_changed": _("Address changed"),
        "customer.account_closed": pgettext_lazy("supply", "Account closed"),
        "customer.party_added": _("Party of an account added"),
        "customer.party_ended": _("Party of an account ended"),
        "customer.agreement_made": _("Supply contract made"),
        "customer.agreement_ended": _("Supply contract ended"),
        "customer.meter_changed": _("Meter changed"),
        "customer.shown": _("Personal data shown"),
        "customer.searched": _("Customer looked up"),
        "registry.imported": _("Accounts imported"),
    }
    journal.fields |= {"new": pgettext_lazy("import", "New accounts")}
