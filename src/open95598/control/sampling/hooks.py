"""What the orders' pages show of inspections."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from open95598.control.sampling import queries
from open95598.control.sampling.models import Inspection
from open95598.foundation.journal import hooks as journal
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.casepage import CasePage
from open95598.service.workorders.hooks import Panel


def panel(page: CasePage) -> Panel | None:
    """Return the inspection of an order that the reader may see; None when there is none. One query if it is closed."""
    if page.case.is_open:
        return None
    assert page.actor.rights is not None
    row = queries.visible(page.actor.rights).filter(order_id=page.case.pk).first()
    return Panel("sampling/_panel.html", row) if row else None


def address(case_id: int) -> str | None:
    """Return the address of an inspection's page; None when the case is none."""
    rows = Inspection.objects.system("the address only").filter(pk=case_id)
    return reverse("sampling:inspection", args=(case_id,)) if rows.exists() else None


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_panels.append(panel)
    orders.further_addresses.append(address)
    orders.further_entries["inspected"] = (_("Inspected"), "clipboard-check", "accent")
    journal.names["case.inspected"] = _("Inspected")
    journal.fields |= {
        "draw": _("Draw (id)"), "inspection": _("Inspection (id)"), "passed": _("Passed"), "score": _("Score"),
    }  # fmt: skip
