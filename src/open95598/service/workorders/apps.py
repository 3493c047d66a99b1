"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.workorders."""

    name = "open95598.service.workorders"
    label = "workorders"

    def ready(self) -> None:
        """Register the order flows."""
        from open95598.service.workorders.effects import register_flows

        register_flows()
