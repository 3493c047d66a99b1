"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.hall."""

    name = "open95598.service.hall"
    label = "hall"

    def ready(self) -> None:
        """Hear what is asked of the room, make its flow known, tell the rooms below what it adds to their pages."""
        from open95598.service.hall import asking, booking, events, flows, hooks

        del events  # importing it subscribes its handlers
        flows.register(booking.cancelled, (asking.ASK,), {"ask_documents": asking.ask_documents})
        asking.register()
        hooks.register()
