"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.bulletins."""

    name = "open95598.service.bulletins"
    label = "bulletins"

    def ready(self) -> None:
        """Tell the rooms below what this one adds, and hear what it must hear."""
        from open95598.service.bulletins import events, hooks  # noqa: F401 (subscribes)

        hooks.register()
