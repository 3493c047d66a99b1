"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Config(AppConfig):
    """foundation.events."""

    name = "open95598.foundation.events"
    label = "events"

    def ready(self) -> None:
        """Import every room's ``events.py``, which subscribes its handlers; join the tables kept by month."""
        from open95598.foundation.events import metrics
        from open95598.foundation.journal import partitions

        for table in ("event", "delivery"):
            if table not in partitions.TABLES:
                partitions.TABLES.append(table)
        autodiscover_modules("events")
        metrics.install()
