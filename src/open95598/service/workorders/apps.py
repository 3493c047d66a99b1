"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.workorders."""

    name = "open95598.service.workorders"
    label = "workorders"
