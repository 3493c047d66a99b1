"""Addresses of the shift handover."""

from __future__ import annotations

from django.urls import path

from open95598.service.shifts import views

app_name = "shifts"
urlpatterns = [
    path("shifts/", views.overview, name="overview"),
    path("shifts/<int:pk>/", views.handover, name="handover"),
    path("shifts/<int:pk>/handover.pdf", views.paper, name="paper"),
    path("shifts/<int:pk>/<slug:action>/", views.act, name="act"),
]
