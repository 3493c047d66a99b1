"""Addresses for those who run the house: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import ipaddress
import os
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from django.http import HttpResponse, JsonResponse
from django.urls import path
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from open95598.foundation import process

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

#: once all migrations were there, this process need not look again
_migrated = False


class Heartbeats(Collector):
    """The age of every process's last sign of life."""

    def describe(self) -> Iterable[Metric]:
        """Say the one metric's name."""
        return [GaugeMetricFamily("open95598_process_heartbeat_age_seconds", "Age of the last sign of life")]

    def collect(self) -> Iterable[Metric]:
        """Read the signs of life."""
        ages = GaugeMetricFamily(
            "open95598_process_heartbeat_age_seconds", "Age of the last sign of life", labels=["process"]
        )
        for name, age, _ in process.heartbeats():
            ages.add_metric([name], age)
        yield ages


process.SCRAPED.register(Heartbeats())


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process serves requests; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether work can be done. 503 names what is missing: the database, its migrations, a process.

    The processes of ``settings.EXPECTED_PROCESSES`` must show signs of life, and every other one that ever did.
    """
    checks = _check_database()
    beating = {name: "ok" if fresh else f"silent for {age:.0f} s" for name, age, fresh in process.heartbeats()}
    checks |= dict.fromkeys(settings.EXPECTED_PROCESSES, "not running") | beating
    ready = all(value == "ok" for value in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _check_database() -> dict[str, str]:
    global _migrated
    try:
        if _migrated:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return {"database": "ok", "migrations": "ok"}
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as problem:
        return {"database": type(problem).__name__}
    _migrated = not waiting
    return {"database": "ok", "migrations": f"{len(waiting)} waiting" if waiting else "ok"}


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the metrics of all processes in Prometheus' text format.

    For this machine only, or with ``OPEN95598_METRICS_TOKEN`` as a bearer token for anybody who has it.
    """
    if not _may_scrape(request):
        return HttpResponse(status=403)
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry) + generate_latest(process.SCRAPED), content_type=CONTENT_TYPE_LATEST)


def _may_scrape(request: HttpRequest) -> bool:
    if token := os.environ.get("OPEN95598_METRICS_TOKEN"):
        return secrets.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    try:
        return ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
    except ValueError:
        return False


urlpatterns = [path("healthz", healthz), path("readyz", readyz), path("metrics", metrics)]
