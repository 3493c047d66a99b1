"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """foundation.journal."""

    name = "open95598.foundation.journal"
    label = "journal"

    def ready(self) -> None:
        """Offer metrics; name the room's own kind of entry."""
        from open95598.foundation.journal import hooks, metrics, wording

        metrics.install()
        hooks.fields |= wording.FIELDS
        hooks.codes["via"] = wording.WAYS.get
        hooks.names["personal.erased"] = _("Personal content erased")
