"""Addresses of the demonstration's page."""

from __future__ import annotations

from django.urls import include, path

from open95598.project.demo import views

pages = [
    path("", views.index, name="index"),
    path("switch/", views.switch, name="switch"),
    path("storm/", views.storm, name="storm"),
]
urlpatterns = [path("demo/", include((pages, "demo")))]
