"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.journal."""

    name = "open95598.foundation.journal"
    label = "journal"
