"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """foundation.transfer."""

    name = "open95598.foundation.transfer"
    label = "transfer"

    def ready(self) -> None:
        """Register the importers of the rooms below this one; name the kinds of entries in the journal."""
        from open95598.foundation.journal import hooks as journal
        from open95598.foundation.transfer import importers, organisation

        importers.add(organisation.UnitsImporter())
        importers.add(organisation.PeopleImporter())
        journal.names |= {
            "import.started": _("Import started"),
            "import.finished": _("Import finished"),
            "import.cancelled": _("Import stopped"),
            "export.made": _("List exported"),
            "export.asked": _("Export asked for"),
            "export.approved": _("Export approved"),
            "export.refused": _("Export refused"),
            "export.ready": _("Export file made"),
            "export.taken": _("Export downloaded"),
            "export.expired": _("Export not fetched in time"),
        }
