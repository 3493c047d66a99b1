"""Addresses of the orders' pages."""

from __future__ import annotations

from django.urls.resolvers import URLPattern

app_name = "workorders"
urlpatterns: list[URLPattern] = []
