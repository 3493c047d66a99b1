"""What this room tells the rooms below: what its journal entries are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal import hooks as journal


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {"customer.signed_in": _("Signed in to the online hall")}
