"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.knowledge."""

    name = "open95598.service.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        """Make the flow known, hear its clocks, say where an item's page is and what can be found."""
        from open95598.service.knowledge import events, flows, hooks, sources

        flows.register()
        events.listen()
        hooks.register()
        sources.register()
