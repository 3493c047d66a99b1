"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.notices."""

    name = "open95598.foundation.notices"
    label = "notices"
