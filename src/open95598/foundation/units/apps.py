"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.units."""

    name = "open95598.foundation.units"
    label = "units"
