"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.chat."""

    name = "open95598.service.chat"
    label = "chat"

    def ready(self) -> None:
        """Tell the rooms below what this one adds."""
        from open95598.service.chat import hooks

        hooks.register()
