"""Addresses of the figures."""

from __future__ import annotations

from django.urls import path

from open95598.control.satisfaction import views

app_name = "satisfaction"
urlpatterns = [
    path("satisfaction/", views.show, name="show"),
    path("satisfaction/enter/", views.enter, name="enter"),
    path("satisfaction/behind/", views.behind, name="behind"),
    path("satisfaction/indices.pdf", views.pdf, name="pdf"),
    path("satisfaction/indices.xlsx", views.sheet, name="sheet"),
]
