"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.calendars."""

    name = "open95598.foundation.calendars"
    label = "calendars"
