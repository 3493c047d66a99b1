"""Addresses of a portal that stands alone."""

from __future__ import annotations

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from open95598.service.portal.pages import operators

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:home")),
    path("", include("open95598.service.portal.pages.urls")),
    re_path("^(hall|portal/chat)/", operators.not_offered),
    path("healthz", operators.healthz),
    path("readyz", operators.readyz),
    path("metrics", operators.metrics),
    path("status", operators.status),
]
handler400 = "open95598.service.portal.pages.operators.bad_request"
handler403 = "open95598.service.portal.pages.operators.forbidden"
handler404 = "open95598.service.portal.pages.operators.not_found"
handler500 = "open95598.service.portal.pages.operators.broken"
