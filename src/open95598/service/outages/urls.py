"""Addresses of the outages: none yet; the house asks every room for them."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "outages"
urlpatterns: list[URLPattern] = []
