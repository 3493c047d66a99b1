"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.shifts."""

    name = "open95598.service.shifts"
    label = "shifts"

    def ready(self) -> None:
        """Make the flow known, and where a handover's page is."""
        from open95598.service.shifts import flows, hooks, services

        flows.register({"pass_on": services.pass_on})
        hooks.register()
