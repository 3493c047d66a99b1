"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.crews."""

    name = "open95598.service.crews"
    label = "crews"

    def ready(self) -> None:
        """Add the act of sending an order to a crew, what people are trained for, and what the room hears."""
        from open95598.service.crews import events, flows, hooks

        flows.register()
        hooks.register()
        events.listen()
