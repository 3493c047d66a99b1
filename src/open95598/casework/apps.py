"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """casework."""

    name = "open95598.casework"
    label = "casework"
