"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.transfer."""

    name = "open95598.foundation.transfer"
    label = "transfer"

    def ready(self) -> None:
        """Register the importers of the rooms below this one."""
        from open95598.foundation.transfer import importers, organisation

        importers.add(organisation.UnitsImporter())
        importers.add(organisation.PeopleImporter())
