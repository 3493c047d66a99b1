"""What the journal tells Prometheus, read from its tables at a scrape."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import Error
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from open95598.foundation import clock, process


class JournalCollector(Collector):
    """The age of the oldest entry that is not sealed: grows when the sealer stands still or a transaction hangs."""

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that registering asks no database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Read the tables; a database that is away gives no samples."""
        from open95598.foundation.journal import sealer

        gauge = GaugeMetricFamily("open95598_journal_unsealed_seconds", "Age of the oldest entry that is not sealed")
        try:
            gauge.add_metric([], sealer.unsealed_age(clock.now()))
        except Error:
            return
        yield gauge


_installed: list[JournalCollector] = []


def install() -> None:
    """Register the collector, once in a process."""
    if not _installed:
        _installed.append(JournalCollector())
        process.SCRAPED.register(_installed[0])
