"""Addresses of findings."""

from __future__ import annotations

from django.urls import path

from open95598.service.dataquality import views

app_name = "dataquality"
urlpatterns = [
    path("data-findings/", views.findings, name="list"),
    path("data-findings/<int:pk>/", views.case, name="case"),
    path("data-findings/<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
