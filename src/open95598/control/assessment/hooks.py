"""What this room tells the rooms below: what its journal entries are called, its panel on orders, its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from open95598.control.assessment import erasing, ledgerpages, queries
from open95598.control.assessment.models import Appeal
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import hooks as orders

if TYPE_CHECKING:
    from open95598.service.workorders.casepage import CasePage


def panel(page: CasePage) -> orders.Panel | None:
    """Return what is charged for an order, for those who look at its quality and for who was charged."""
    rights = page.actor.rights
    assert rights is not None
    if not rights.anywhere(Permission.CASE_QUALITY_VIEW) and not rights.anywhere(Permission.CASE_HANDLE):
        return None
    found = queries.of_case(rights, page.case.pk)
    views = [ledgerpages.EntryView(entry, rights, page.now) for entry in found]
    return orders.Panel("assessment/_panel.html", views) if views else None


def address(case_id: int) -> str | None:
    """Return the address of an appeal's page."""
    known = Appeal.objects.system("the address only").filter(pk=case_id).exists()
    return reverse("assessment:appeal", args=[case_id]) if known else None


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_panels.append(panel)
    orders.further_addresses.append(address)
    orders.further_cases.append(erasing.appeals_about)
    orders.further_words.append(orders.Kept(erasing.count, erasing.erase))
    journal.names |= {
        "assessment.entered": _("Charged in the assessment"),
        "assessment.reversed": _("Charge reversed"),
    }
