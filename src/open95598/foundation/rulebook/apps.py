"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """foundation.rulebook."""

    name = "open95598.foundation.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Name the room's kinds of entries in the journal."""
        from open95598.foundation.journal import hooks as journal

        journal.names |= {
            "rulebook.published": _("Rulebook published"),
            "rulebook.amended": _("Rulebook amended, open cases with it"),
        }
