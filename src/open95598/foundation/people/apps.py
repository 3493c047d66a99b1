"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.people."""

    name = "open95598.foundation.people"
    label = "people"

    def ready(self) -> None:
        """Let people and their roles follow when a unit is merged or closed."""
        from open95598.foundation.people import roles
        from open95598.foundation.units import hooks

        hooks.on_succession(roles.pass_roles_on)
