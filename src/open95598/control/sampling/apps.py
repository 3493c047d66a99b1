"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.sampling."""

    name = "open95598.control.sampling"
    label = "sampling"

    def ready(self) -> None:
        """Register the flow of inspections, what the orders' pages show of them, and what the room hears."""
        from open95598.control.sampling import events, hooks, services

        del events  # importing it subscribes its handler
        services.register()
        hooks.register()
