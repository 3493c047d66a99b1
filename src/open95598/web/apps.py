"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """web."""

    name = "open95598.web"
    label = "web"
