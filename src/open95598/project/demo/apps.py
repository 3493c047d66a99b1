"""The room's registration with Django; in a demonstration the house's clock may be paced."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class Config(AppConfig):
    """project.demo."""

    name = "open95598.project.demo"
    label = "demo"

    def ready(self) -> None:
        """Let every process of a demonstration read the time from the same paced clock."""
        if settings.DEMO:
            from open95598.foundation import clock
            from open95598.project.demo import marker

            clock.install(clock.PacedClock(marker.clock_path(settings.HOME)))
