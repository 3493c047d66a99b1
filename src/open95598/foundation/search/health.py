"""What the operators' metrics tell of the index."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from open95598.foundation import process
from open95598.foundation.search import shelf

NAME = "open95598_search_source_failures"
_SAYS = "How often in a row the indexer could not load a source"


class Failures(Collector):
    """How often in a row each source failed; nothing of those that work."""

    def describe(self) -> Iterable[Metric]:
        """Say the one metric's name."""
        return [GaugeMetricFamily(NAME, _SAYS)]

    def collect(self) -> Iterable[Metric]:
        """Read what the indexer wrote down."""
        found = GaugeMetricFamily(NAME, _SAYS, labels=["source"])
        for source, times in shelf.failing().items():
            found.add_metric([source], times)
        yield found


def register() -> None:
    """Offer it to whoever scrapes (once, when Django starts)."""
    process.SCRAPED.register(Failures())
