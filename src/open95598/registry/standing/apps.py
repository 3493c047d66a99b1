"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """registry.standing."""

    name = "open95598.registry.standing"
    label = "standing"

    def ready(self) -> None:
        """Hear of changes of customers, name the entries of the journal, and show the panel."""
        from open95598.registry.standing import hooks

        hooks.register()
