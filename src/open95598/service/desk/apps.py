"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.desk."""

    name = "open95598.service.desk"
    label = "desk"

    def ready(self) -> None:
        """Tell the rooms below what this one adds."""
        from open95598.service.desk import hooks

        hooks.register()
