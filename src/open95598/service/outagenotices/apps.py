"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.outagenotices."""

    name = "open95598.service.outagenotices"
    label = "outagenotices"

    def ready(self) -> None:
        """Declare the sources of outages, publish them in the online hall."""
        from open95598.service.outagenotices import hooks

        hooks.register()
