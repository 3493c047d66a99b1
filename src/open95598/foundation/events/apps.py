"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Config(AppConfig):
    """foundation.events."""

    name = "open95598.foundation.events"
    label = "events"

    def ready(self) -> None:
        """Import every room's ``events.py``, which subscribes its handlers; offer metrics."""
        from open95598.foundation.events import metrics

        autodiscover_modules("events")
        metrics.install()
