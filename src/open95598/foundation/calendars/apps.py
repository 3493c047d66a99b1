"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """foundation.calendars."""

    name = "open95598.foundation.calendars"
    label = "calendars"

    def ready(self) -> None:
        """Name the room's kinds of entries in the journal."""
        from open95598.foundation.journal import hooks as journal

        journal.names |= {
            "calendar.seeded": _("Calendar filled for a year"),
            "calendar.day_set": _("Calendar day set"),
            "calendar.day_cleared": _("Calendar day set back"),
            "calendar.weekly_set": _("Working week set"),
        }
