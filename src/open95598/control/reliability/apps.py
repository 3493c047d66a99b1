"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.reliability."""

    name = "open95598.control.reliability"
    label = "reliability"

    def ready(self) -> None:
        """Add the correction to outages, and name the journal's entries."""
        from open95598.control.reliability import correcting, hooks, improvements

        correcting.register()
        improvements.register()
        hooks.register()
