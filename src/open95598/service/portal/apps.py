"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.portal."""

    name = "open95598.service.portal"
    label = "portal"

    def ready(self) -> None:
        """Hear what is asked of the room, add its act to the orders, tell their page where one came from."""
        from open95598.service.portal import events, flows, hooks

        del events  # importing it subscribes its handlers
        flows.register()
        hooks.register()
