"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """project."""

    name = "open95598.project"
    label = "project"
