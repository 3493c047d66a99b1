"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """casework."""

    name = "open95598.casework"
    label = "casework"

    def ready(self) -> None:
        """Register what other rooms call."""
        from open95598.casework import hooks

        hooks.register()
