"""Addresses of the rulebook."""

from __future__ import annotations

from django.urls import include, path

from open95598.foundation.rulebook import views

pages = [
    path("", views.rules, name="index"),
    path("history/", views.history, name="history"),
    path("difference/", views.difference, name="difference"),
]
urlpatterns = [path("rulebook/", include((pages, "rulebook")))]
