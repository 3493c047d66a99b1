"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.search."""

    name = "open95598.foundation.search"
    label = "search"

    def ready(self) -> None:
        """Offer the operators' metrics."""
        from open95598.foundation.search import health

        health.register()
