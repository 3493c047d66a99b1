"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.live."""

    name = "open95598.foundation.live"
    label = "live"
