"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.field."""

    name = "open95598.service.field"
    label = "field"

    def ready(self) -> None:
        """Name what the journal holds of sheets."""
        from open95598.service.field import hooks

        hooks.register()
