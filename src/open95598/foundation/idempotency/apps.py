"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """foundation.idempotency."""

    name = "open95598.foundation.idempotency"
    label = "idempotency"
