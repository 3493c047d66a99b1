"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.reports."""

    name = "open95598.control.reports"
    label = "reports"

    def ready(self) -> None:
        """Register the report's flow and the names of what it writes."""
        from open95598.control.reports import services

        services.register()
