"""Addresses of field sheets."""

from __future__ import annotations

from django.urls import path

from open95598.service.field import views

app_name = "field"
urlpatterns = [
    path("field-sheets/", views.sheets, name="sheets"),
    path("field-sheets/new/", views.make, name="make"),
    path("field-sheets/<int:pk>/", views.sheet, name="sheet"),
    path("field-sheets/<int:pk>/sheet.pdf", views.paper, name="paper"),
]
