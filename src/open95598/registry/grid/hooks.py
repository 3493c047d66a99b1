"""What this room tells the rooms below: the names of what it writes into the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.journal import hooks as journal

#: what rooms above do in the same transaction when devices get other codes: former code → new code, when
renumbered: list[Callable[[Mapping[str, str], datetime], None]] = []


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {
        "grid.loaded": _("Grid loaded"),
        "grid.switched": _("Switch operated"),
        "grid.renumbered": _("Devices renumbered"),
    }
    journal.fields |= {
        "devices": _("Devices"),
        "points": _("Usage points"),
        "findings": pgettext_lazy("grid", "Findings"),
        "device": _("Device"),
        "open": pgettext_lazy("grid", "Open"),
        "codes": _("Former and new codes"),
    }
