"""The room's registration with Django: it has commands and words, no tables."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.intake."""

    name = "open95598.service.intake"
    label = "intake"
