"""For those who run an outer portal: is it alive, does it reach the inner zone, what waits; and pages for errors."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from open95598.foundation import clock
from open95598.foundation.errors import Refused
from open95598.service.portal.pages import layout, remote, topics


class SpoolFigures(Collector):
    """What waits in the spool, read when somebody asks."""

    def describe(self) -> Iterable[Metric]:
        """Say the metrics' names."""
        return [GaugeMetricFamily("open95598_portal_spool_messages", "Messages in the spool")]

    def collect(self) -> Iterable[Metric]:
        """Read the spool."""
        told = remote.gateway().spool.figures()
        count = GaugeMetricFamily("open95598_portal_spool_messages", "Messages in the spool", labels=["state"])
        for state, number in (("waiting", told.waiting), ("stuck", told.stuck), ("passed", told.passed)):
            count.add_metric([state], number)
        yield count
        age = (clock.now() - told.oldest).total_seconds() if told.oldest else 0.0
        yield GaugeMetricFamily("open95598_portal_spool_oldest_seconds", "Age of what waits longest", value=age)


_SPOOL = CollectorRegistry()
_SPOOL.register(SpoolFigures())


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process serves requests; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether customers can be served: the spool can be written. That the inner zone is away is told, but is no
    reason to take the pages away from customers (``upstream``)."""
    checks = {"spool": "ok" if _spool_works() else "cannot be written"}
    ready = all(value == "ok" for value in checks.values())
    return JsonResponse({"ready": ready, "checks": checks, "upstream": _upstream()}, status=200 if ready else 503)


def _spool_works() -> bool:
    try:
        remote.gateway().spool.keep("readyz", clock.now().isoformat())
    except Exception:
        return False
    return True


def _upstream() -> str:
    try:
        remote.gateway().line.send("GET", "/offer", insist=True)
    except Refused as refusal:
        return str(refusal)
    return "ok"


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the metrics in Prometheus' text format; for whom: see ``_may_look``."""
    if not _may_look(request):
        return HttpResponse(status=403)
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry) + generate_latest(_SPOOL), content_type=CONTENT_TYPE_LATEST)


def status(request: HttpRequest) -> HttpResponse:
    """Show the same to a person: the line, what waits, what is stuck and why. Nothing personal."""
    if not _may_look(request):
        return HttpResponse(status=403)
    spool = remote.gateway().spool
    context = {
        "upstream": _upstream(),
        "address": settings.PORTAL_UPSTREAM,
        "figures": spool.figures(),
        "problems": spool.problems(),
    }
    return layout.page(request, "portal/status.html", context)


def _may_look(request: HttpRequest) -> bool:
    """For this machine only, or with ``OPEN95598_METRICS_TOKEN`` as a bearer token for anybody who has it."""
    if token := os.environ.get("OPEN95598_METRICS_TOKEN"):
        return secrets.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    try:
        return ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
    except ValueError:
        return False


def not_offered(request: HttpRequest, what: str) -> HttpResponse:
    """Say that the online hall and the chat are not here: they need the registry, which stays in the inner zone."""
    detail = _("The online hall and the chat are not offered at this address. Please call %(hotline)s.")
    return layout.problem(request, 404, detail % {"hotline": settings.HOTLINE})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 400."""
    return layout.problem(request, 400, _("The request cannot be understood. Go back, load the page again, and retry."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 403."""
    return layout.problem(request, 403, _("This is not for you to see."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 404."""
    return layout.problem(request, 404, _("There is nothing at this address."))


def broken(request: HttpRequest) -> HttpResponse:
    """Handler of 500: asks nothing of anything that may be what broke."""
    utility = topics.plain_offer(settings.HOTLINE).utility
    context: dict[str, Any] = {
        "detail": _("Something broke on our side. Nothing was sent. Please call %(hotline)s.")
        % {"hotline": settings.HOTLINE},
        "hotline": settings.HOTLINE,
        "utility": utility.in_(layout.language(request)),
        "language": layout.language(request),
    }
    return HttpResponse(render_to_string("portal/problem.html", context, request), status=500)
