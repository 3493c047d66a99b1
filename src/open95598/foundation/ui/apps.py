"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.ui."""

    name = "open95598.foundation.ui"
    label = "ui"
