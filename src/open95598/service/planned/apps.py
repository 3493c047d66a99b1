"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.planned."""

    name = "open95598.service.planned"
    label = "planned"

    def ready(self) -> None:
        """Make the flows known, say where the pages are."""
        from open95598.service.planned import flows, hooks

        flows.register()
        hooks.register()
