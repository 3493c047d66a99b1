"""What this room tells the rooms below: the names of what it writes into the journal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.journal import hooks as journal


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {
        "grid.loaded": _("Grid loaded"),
        "grid.switched": _("Switch operated"),
    }
    journal.fields |= {
        "devices": _("Devices"),
        "points": _("Usage points"),
        "findings": pgettext_lazy("grid", "Findings"),
        "device": _("Device"),
        "open": pgettext_lazy("grid", "Open"),
    }
