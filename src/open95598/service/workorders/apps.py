"""The room's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.workorders."""

    name = "open95598.service.workorders"
    label = "workorders"

    def ready(self) -> None:
        """Register the order flows, their import, their export, their search, their tally and their score."""
        from open95598.foundation.transfer import importers
        from open95598.service.workorders import (
            accountpages,
            complaintpages,
            effects,
            exporting,
            hooks,
            importing,
            merging,
            promises,
            scoring,
            search,
            tally,
        )

        effects.register_flows()
        importers.add(importing.OrdersImporter())
        exporting.register()
        hooks.register()
        accountpages.register()
        search.register()
        tally.listen()
        scoring.listen()
        merging.listen()
        promises.register()
        complaintpages.register()
