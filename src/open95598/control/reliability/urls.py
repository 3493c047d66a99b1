"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from open95598.control.reliability import views

app_name = "reliability"
urlpatterns = [
    path("reliability/", views.figures, name="figures"),
    path("reliability/outages/", views.behind, name="behind"),
    path("reliability/xlsx/", views.sheet, name="sheet"),
]
