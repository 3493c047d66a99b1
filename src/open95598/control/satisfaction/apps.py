"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.satisfaction."""

    name = "open95598.control.satisfaction"
    label = "satisfaction"

    def ready(self) -> None:
        """Name the journal's entries."""
        from open95598.control.satisfaction import hooks

        hooks.register()
