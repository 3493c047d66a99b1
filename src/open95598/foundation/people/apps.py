"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.people."""

    name = "open95598.foundation.people"
    label = "people"

    def ready(self) -> None:
        """Let roles follow when a unit is merged or closed; name the entries of people and units."""
        from open95598.foundation.journal import hooks as journal
        from open95598.foundation.people import roles, words
        from open95598.foundation.units import hooks

        hooks.on_succession(roles.pass_roles_on)
        journal.names |= words.KINDS
        journal.fields |= words.FIELDS
