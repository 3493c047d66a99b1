"""The room's addresses."""

from django.urls import path

from open95598.control.reports import views

app_name = "reports"
urlpatterns = [
    path("reports/process/", views.show, name="process"),
    path("reports/process/prepare/", views.prepare, name="prepare"),
    path("reports/process/pdf/", views.pdf, name="pdf"),
    path("reports/process/xlsx/", views.sheet, name="sheet"),
    path("reports/process/<int:pk>/<slug:action>/", views.act, name="act"),
]
