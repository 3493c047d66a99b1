"""What the exchange tells Prometheus, read from its tables at a scrape."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import Error
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from open95598.foundation import clock


class LinkCollector(Collector):
    """How old the billing system's facts are, how far behind its feed the house is, failures in a row."""

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that registering asks no database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Read the tables; a database that is away, or no billing system, gives no samples."""
        from open95598.exchange.cis import queries

        try:
            state = queries.state(clock.now())
        except Error:
            return
        if not state.configured:
            return
        if state.age is not None:
            yield _gauge("open95598_cis_facts_age_seconds", "Age of the facts", state.age.total_seconds())
        yield _gauge("open95598_cis_lag", "Changes that are not here yet", state.lag)
        yield _gauge("open95598_cis_failures", "Failures in a row", state.link.failures)
        yield _gauge("open95598_cis_kept", "Documents that could not be taken in", state.kept)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text)
    family.add_metric([], value)
    return family


_collectors: list[LinkCollector] = []


def install() -> None:
    """Register the collector, once in a process."""
    from open95598.foundation import process

    if not _collectors:
        _collectors.append(LinkCollector())
        process.SCRAPED.register(_collectors[0])
