"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """registry.grid."""

    name = "open95598.registry.grid"
    label = "grid"

    def ready(self) -> None:
        """Name the journal's entries, declare the imports."""
        from open95598.foundation.transfer import importers
        from open95598.registry.grid import hooks, importing, loadimporting

        hooks.register()
        importers.add(importing.DevicesImporter())
        importers.add(importing.PointsImporter())
        importers.add(loadimporting.LoadsImporter())
