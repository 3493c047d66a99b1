"""What this room tells the rooms below: it keeps the history of tiers and managers, and shows a panel on a customer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Rights
from open95598.registry.customers import hooks as customers
from open95598.registry.customers.models import Customer
from open95598.registry.standing import periods
from open95598.registry.standing.models import Score


def panel(customer: Customer, rights: Rights) -> customers.Panel | None:
    """Return how a customer stood when it was last counted, with the way to the whole."""
    scores = {score.rating: score for score in Score.objects.system("of a customer whom one may see").filter(
        customer=customer)}  # fmt: skip
    return customers.Panel("standing/_panel.html", {"customer": customer, "scores": scores})


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    customers.panels.append(panel)
    customers.changes.append(periods.keep)
    journal.names |= {
        "customer.integrity_entered": _("Integrity file: entry made"),
        "customer.integrity_objected": _("Integrity file: objection"),
        "customer.integrity_kept": _("Integrity file: entry stays"),
        "customer.integrity_removed": _("Integrity file: entry removed"),
        "customer.manager_named": _("Account manager named"),
    }
    journal.fields |= {
        "delegate": _("Stands in (id)"),
        "entry": _("Entry (id)"),
        "evidence_of": _("Evidence"),
        "integrity": _("Integrity file: kind"),
        "manager_id": _("Account manager (id)"),
    }
