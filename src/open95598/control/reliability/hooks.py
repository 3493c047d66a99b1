"""What this room tells the rooms below: what its journal entries are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal
from open95598.service.workorders import hooks as orders


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_entries.update({"correct_outage": (None, "pencil", "warning")})
    journal.fields |= {"dark_since": _("Dark since"), "light_at": _("Power back at")}
