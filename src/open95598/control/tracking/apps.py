"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.tracking."""

    name = "open95598.control.tracking"
    label = "tracking"

    def ready(self) -> None:
        """Hear what happens to orders, and show on their pages where they are."""
        from open95598.control.tracking import events, hooks

        events.listen()
        hooks.register()
