"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """registry.customers."""

    name = "open95598.registry.customers"
    label = "customers"

    def ready(self) -> None:
        """Name the journal's entries; offer customers to the search and accounts to imports."""
        from open95598.foundation.transfer import importers
        from open95598.registry.customers import hooks, importing, search

        hooks.register()
        search.register()
        importers.add(importing.AccountsImporter())
