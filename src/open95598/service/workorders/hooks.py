"""What this room tells the rooms below: the address of a case's page, and what its journal entries are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal
from open95598.foundation.notices import hooks as notices
from open95598.service.workorders.models import OrderPart, WorkOrder

#: rooms above that bring orders add how an order's page tells where one came from: (name, value) pairs
further_facts: list[Callable[[WorkOrder], Iterable[tuple[Any, Any]]]] = []


def case_address(case_id: int) -> str | None:
    """Return the address of the page of a case; None when it has none. Who may open it is asked there."""
    try:
        for model, name in ((WorkOrder, "workorders:case"), (OrderPart, "workorders:part")):
            rows = model.objects.system("the address only").filter(pk=case_id)
            number = rows.values_list("number", flat=True).first()
            if number:
                return reverse(name, args=[number] if model is WorkOrder else [number, case_id])
    except NoReverseMatch:
        pass
    return None


def register() -> None:
    """Fill the hooks (once, when Django starts, after the flows)."""
    notices.case_address = case_address
    journal.names |= {
        "case.opened": _("Registered"),
        "case.attached": _("File attached"),
        "case.amended": _("Rules amended"),
        "case.merged_in": _("Another order was merged into this one"),
        "case.merged_out": _("The merger was taken back"),
        "case.part_progress": _("Progress of the joint part"),
        "case.part_done": _("Joint part finished"),
        "case.part_declined": _("Joint part declined"),
        "case.urge_answered": _("Urge answered"),
        "case.instructed": _("Decided from above"),
        "case.coordinated": _("Coordination decided"),
        "case.succeeded": _("Passed on to the successor unit"),
        "case.erased": _("Personal data erased"),
        "case.owner_left": _("Owner left"),
        "clock.warned": _("Due soon"),
        "clock.breached": _("Overdue"),
        "clock.escalated": _("Overdue: escalated"),
    }
