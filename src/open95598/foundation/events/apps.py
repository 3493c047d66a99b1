"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.events."""

    name = "open95598.foundation.events"
    label = "events"
