"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.assessment."""

    name = "open95598.control.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Hear what is charged, and name the journal's entries."""
        from open95598.control.assessment import appeals, charging, events, hooks

        appeals.register()
        charging.register()
        events.listen()
        hooks.register()
