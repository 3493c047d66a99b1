"""What this room tells the rooms below: where its cases' pages are, what is open at a customer."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open95598.casework.models import Case
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Rights
from open95598.registry.customers import hooks as customers
from open95598.registry.customers.models import Customer
from open95598.service.dataquality import checks, queries
from open95598.service.dataquality.flows import KIND
from open95598.service.workorders import hooks as orders

#: findings shown on a customer's page
MOST = 8


def panel(customer: Customer, rights: Rights) -> customers.Panel | None:
    """Return the open findings about a customer and the accounts that are theirs; None when all fits."""
    owned = Q(account__parties__customer=customer, account__parties__valid_to=None)
    mine = Q(customer=customer) | Q(other=customer) | owned
    rows = queries.findings(rights).filter(mine, is_open=True).order_by("pk").distinct()[:MOST]
    found = []
    for row in rows:
        check = checks.get(row.rule)
        found.append((row, check.label.in_(get_language()) if check else row.rule, check.tone if check else "quiet"))
    return customers.Panel("dataquality/_panel.html", found) if found else None


def address(case_id: int) -> str | None:
    """Return the address of a finding's page; None when the case is none."""
    if Case.objects.system("the address only").filter(pk=case_id, kind=KIND).exists():
        return reverse("dataquality:case", args=(case_id,))
    return None


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_addresses.append(address)
    customers.panels.append(panel)
    journal.fields |= {"finding": _("Check (code)")}
