"""The room's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """exchange.cis."""

    name = "open95598.exchange.cis"
    label = "cis"

    def ready(self) -> None:
        """Name the journal's entries; tell metrics."""
        from open95598.exchange.cis import metrics
        from open95598.foundation.journal import hooks as journal

        journal.names |= {
            "cis.push_refused": _("Push of the billing system refused"),
            "cis.compare_asked": _("Comparison with the billing system asked for"),
            "cis.accounts": _("Accounts opened or closed by the billing system"),
            "cis.compared": _("Compared with the billing system"),
        }
        metrics.install()
