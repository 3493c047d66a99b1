"""Addresses of the exchange's page."""

from __future__ import annotations

from django.urls import path

from open95598.exchange.cis import views

app_name = "cis"
urlpatterns = [
    path("exchange/cis/", views.state, name="state"),
    path("exchange/cis/compare/", views.compare, name="compare"),
]
