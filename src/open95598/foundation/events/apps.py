"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """foundation.events."""

    name = "open95598.foundation.events"
    label = "events"

    def ready(self) -> None:
        """Import every room's ``events.py``, which subscribes its handlers; serve the journal's hooks."""
        from open95598.foundation.events import metrics, services
        from open95598.foundation.journal import hooks as journal

        journal.anchored.append(services.say_anchored)
        journal.names |= {
            "outbox.retried": _("Undeliverable messages tried again"),
            "outbox.dropped": _("Undeliverable messages given up"),
        }
        autodiscover_modules("events")
        metrics.install()
