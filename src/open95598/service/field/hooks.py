"""What this room tells the rooms below: what its entries of the journal are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {
        "sheet.made": _("Field sheet made"),
        "sheet.printed": _("Field sheet printed"),
        "sheet.entered": _("Field sheet entered"),
    }
    journal.fields |= {"lines": _("Lines"), "in_the_open": _("Personal data in the open")}
