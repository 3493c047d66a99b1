"""What the room adds to the pages of orders: where an order is, and why."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open95598.control.tracking import queries
from open95598.service.workorders import hooks
from open95598.service.workorders.hooks import Branch, Panel


def panel(page: Any) -> Panel | None:
    """Return the lines about an open order for its page."""
    if not page.case.is_open or page.actor.rights is None:
        return None
    lines = queries.told([page.case.pk], page.actor.rights, page.now).get(page.case.pk, [])
    return Panel("tracking/_panel.html", lines) if lines else None


def register() -> None:
    """Fill the hooks of the order's room (once, when Django starts)."""
    from django.db.models import F, Q

    hooks.further_panels.append(panel)
    # told of: the moment of the list is not known here, the watcher's word counts
    stands = Q(case__track__is_open=True, case__track__told_for=F("case__track__progress_at"))
    hooks.further_branches.append(Branch("stands", _("Stands still"), lambda: stands))
