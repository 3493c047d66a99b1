"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.people."""

    name = "open95598.foundation.people"
    label = "people"
