"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.rulebook."""

    name = "open95598.foundation.rulebook"
    label = "rulebook"
