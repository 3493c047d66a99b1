"""What the outbox tells Prometheus: counters per process, and its present state read from the tables at a scrape."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import Error
from prometheus_client import Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from open95598.foundation import clock, process

DELIVERED = Counter("open95598_deliveries", "Deliveries tried, by what became of them", ["subscriber", "outcome"])
RELAYED = Counter("open95598_relayed_events", "Events that were told to the browsers' process")
NUDGED = Counter("open95598_nudged_keys", "Keys that were put before a worker", ["subscriber"])


class OutboxCollector(Collector):
    """Unfinished deliveries by subscriber and state, and the age of the oldest that is due."""

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that registering asks no database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Read the tables; a database that is away gives no samples."""
        from open95598.foundation.events import queries

        waiting = GaugeMetricFamily(
            "open95598_outbox_deliveries", "Unfinished deliveries", labels=["subscriber", "state"]
        )
        oldest = GaugeMetricFamily(
            "open95598_outbox_oldest_seconds", "Age of the oldest delivery that is due", labels=["subscriber"]
        )
        try:
            for line in queries.summary(clock.now()):
                waiting.add_metric([line.subscriber, "pending"], line.pending)
                waiting.add_metric([line.subscriber, "held"], line.held)
                waiting.add_metric([line.subscriber, "dead"], line.dead)
                oldest.add_metric([line.subscriber], line.oldest.total_seconds() if line.oldest else 0)
        except Error:
            return
        yield waiting
        yield oldest


_collectors: list[OutboxCollector] = []


def install() -> None:
    """Register the collector, once in a process."""
    if not _collectors:
        _collectors.append(OutboxCollector())
        process.SCRAPED.register(_collectors[0])
