"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.supervision."""

    name = "open95598.control.supervision"
    label = "supervision"

    def ready(self) -> None:
        """Register the flow, its acts on orders, what the orders' pages show of it, and what the room hears."""
        from open95598.control.supervision import events, hooks, services

        services.register()
        hooks.register()
        events.listen()
