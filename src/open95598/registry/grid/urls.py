"""Addresses of the grid."""

from __future__ import annotations

from django.urls import path

from open95598.registry.grid import views

app_name = "grid"
urlpatterns = [
    path("grid/", views.devices, name="list"),
    path("grid/findings/", views.findings, name="findings"),
    path("grid/<int:pk>/", views.device, name="device"),
    path("grid/<int:pk>/branch/", views.branch, name="branch"),
    path("grid/<int:pk>/switch/", views.switch, name="switch"),
]
