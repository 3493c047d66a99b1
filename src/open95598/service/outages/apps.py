"""The room's registration with Django: so far it has commands, no tables."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.outages."""

    name = "open95598.service.outages"
    label = "outages"
