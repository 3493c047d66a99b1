"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """registry.grid."""

    name = "open95598.registry.grid"
    label = "grid"

    def ready(self) -> None:
        """Name the journal's entries."""
        from open95598.registry.grid import hooks

        hooks.register()
