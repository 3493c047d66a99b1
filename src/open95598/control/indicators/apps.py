"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """control.indicators."""

    name = "open95598.control.indicators"
    label = "indicators"
