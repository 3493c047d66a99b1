"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.files."""

    name = "open95598.foundation.files"
    label = "files"
