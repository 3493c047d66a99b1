"""Addresses of the outages."""

from __future__ import annotations

from django.urls import path

from open95598.service.outages import views

app_name = "outages"
urlpatterns = [
    path("outages/", views.listed, name="list"),
    path("outages/board/", views.board, name="board"),
    path("outages/restorations/", views.restorations_, name="restorations"),
    path("outages/weather/", views.weather_, name="weather"),
    path("outages/map/", views.map_, name="map"),
    path("outages/lines/<int:pk>/", views.line, name="line"),
    path("outages/<int:pk>/", views.case, name="case"),
    path("outages/<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
