"""What this room tells the rooms below: what its journal entries are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal


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
        "customer.account_changed": _("Account changed"),
        "customer.account_closed": _("Account closed"),
        "customer.party_added": _("Party of an account added"),
        "customer.party_ended": _("Party of an account ended"),
        "customer.agreement_made": _("Supply contract made"),
        "customer.agreement_ended": _("Supply contract ended"),
        "customer.meter_changed": _("Meter changed"),
        "customer.shown": _("Personal data shown"),
        "registry.imported": _("Accounts imported"),
    }
