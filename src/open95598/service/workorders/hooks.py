"""What this room tells the rooms below: the address of a case's page, and what its journal entries are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal
from open95598.foundation.notices import hooks as notices
from open95598.service.workorders.models import WorkOrder

#: rooms above that bring orders add how an order's page tells where one came from: (name, value) pairs
further_facts: list[Callable[[WorkOrder], Iterable[tuple[Any, Any]]]] = []


def case_address(case_id: int) -> str | None:
    """Return the address of the page of a case; None when it has none. Who may open it is asked there."""
    number = WorkOrder.objects.system("the address only").filter(pk=case_id).values_list("number", flat=True).first()
    try:
        return reverse("workorders:case", args=[number]) if number else None
    except NoReverseMatch:
        return None


def register() -> None:
    """Fill the hooks (once, when Django starts, after the flows)."""
    notices.case_address = case_address
    journal.names |= {
        "case.opened": _("Registered"),
        "case.attached": _("File attached"),
        "case.amended": _("Rules amended"),
        "case.succeeded": _("Passed on to the successor unit"),
        "case.owner_left": _("Owner left"),
        "clock.warned": _("Due soon"),
        "clock.breached": _("Overdue"),
        "clock.escalated": _("Overdue: escalated"),
    }
