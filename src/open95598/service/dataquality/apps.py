"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.dataquality."""

    name = "open95598.service.dataquality"
    label = "dataquality"

    def ready(self) -> None:
        """Make the flow known, say where the pages are."""
        from open95598.service.dataquality import flows, hooks

        flows.register()
        hooks.register()
