"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.documents."""

    name = "open95598.foundation.documents"
    label = "documents"
