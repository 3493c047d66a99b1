"""Addresses of the assessment's pages."""

from __future__ import annotations

from django.urls import path

from open95598.control.assessment import views

app_name = "assessment"
urlpatterns = [
    path("assessment/", views.ledger, name="ledger"),
    path("assessment/totals/", views.totals, name="totals"),
    path("assessment/appeals/", views.appeals, name="appeals"),
    path("assessment/appeals/<int:pk>/", views.appeal, name="appeal"),
    path("assessment/appeals/<int:pk>/actions/<slug:name>/", views.appeal_action, name="appeal_action"),
    path("assessment/<int:pk>/", views.entry, name="entry"),
]
