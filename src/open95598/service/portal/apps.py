"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.portal."""

    name = "open95598.service.portal"
    label = "portal"

    def ready(self) -> None:
        """Hear what is asked of the room, and tell the order's page where an order came from."""
        from open95598.service.portal import events, hooks

        del events  # importing it subscribes its handlers
        hooks.register()
