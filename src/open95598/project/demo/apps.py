"""The room's registration with Django; in a demonstration the house's clock may be paced."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """project.demo."""

    name = "open95598.project.demo"
    label = "demo"

    def ready(self) -> None:
        """Let every process of a demonstration read the time from the same paced clock; name the journal's entries."""
        from open95598.foundation.journal import hooks as journal

        journal.names |= {
            "demo.started": _("Simulator started"),
            "demo.stopped": _("Simulator stopped"),
            "demo.storm": _("Storm let loose"),
        }
        if settings.DEMO:
            from open95598.foundation import clock
            from open95598.project.demo import marker

            clock.install(clock.PacedClock(marker.clock_path(settings.HOME)))
