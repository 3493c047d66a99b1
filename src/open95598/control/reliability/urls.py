"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from open95598.control.reliability import views

app_name = "reliability"
urlpatterns = [
    path("reliability/", views.figures, name="figures"),
    path("reliability/outages/", views.behind, name="behind"),
    path("reliability/xlsx/", views.sheet, name="sheet"),
    path("reliability/lines/", views.lines, name="lines"),
    path("reliability/loads/", views.loads, name="loads"),
    path("reliability/loads/xlsx/", views.load_sheet, name="load_sheet"),
    path("reliability/lines/begin/", views.begin, name="begin"),
    path("reliability/improvements/", views.listed, name="improvements"),
    path("reliability/improvements/<int:pk>/", views.improvement, name="improvement"),
    path("reliability/improvements/<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
