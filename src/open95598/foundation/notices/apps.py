"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """foundation.notices."""

    name = "open95598.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        """Name the room's kinds of entries in the journal."""
        from open95598.foundation.journal import hooks as journal

        journal.names |= {
            "message.revealed": _("Sent message shown in full"),
        }
