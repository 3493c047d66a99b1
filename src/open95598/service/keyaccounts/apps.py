"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.keyaccounts."""

    name = "open95598.service.keyaccounts"
    label = "keyaccounts"

    def ready(self) -> None:
        """Make the flows known, hear of orders, say where the pages are."""
        from open95598.service.keyaccounts import events, flows, hooks, proposals

        flows.register({"decided": proposals.decided})
        events.listen()
        hooks.register()
