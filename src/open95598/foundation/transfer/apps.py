"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.transfer."""

    name = "open95598.foundation.transfer"
    label = "transfer"
