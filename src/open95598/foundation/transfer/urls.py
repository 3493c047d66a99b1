"""Addresses of imports and exports."""

from __future__ import annotations

from django.urls import path

from open95598.foundation.transfer import export_views, import_views

app_name = "transfer"
urlpatterns = [
    path("imports/", import_views.index, name="imports"),
    path("imports/<int:pk>/", import_views.page, name="import"),
    path("imports/<int:pk>/start/", import_views.start, name="import_start"),
    path("imports/<int:pk>/status/", import_views.status, name="import_status"),
    path("imports/<int:pk>/errors/", import_views.errors, name="import_errors"),
    path("imports/<int:pk>/cancel/", import_views.cancel, name="import_cancel"),
    path("exports/", export_views.index, name="exports"),
    path("exports/ask/<str:listing>/", export_views.ask, name="export_ask"),
    path("exports/<int:pk>/decide/", export_views.decide, name="export_decide"),
    path("exports/<int:pk>/file/", export_views.file, name="export_file"),
]
