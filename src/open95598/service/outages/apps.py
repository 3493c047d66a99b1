"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.outages."""

    name = "open95598.service.outages"
    label = "outages"

    def ready(self) -> None:
        """Make the flow known, with its acts on faults, what orders' pages show of it, and what the room hears."""
        from open95598.foundation.transfer import importers
        from open95598.service.outages import events, hooks, services, weather

        importers.add(weather.WeatherImporter())
        services.register()
        hooks.register()
        events.listen()
