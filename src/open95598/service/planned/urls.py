"""Addresses of announced outages."""

from __future__ import annotations

from django.urls import path

from open95598.service.planned import views

app_name = "planned"
urlpatterns = [
    path("planned-outages/", views.plans, name="list"),
    path("planned-outages/new/", views.new, name="new"),
    path("planned-outages/figures/", views.figures, name="figures"),
    path("planned-outages/<int:pk>/", views.case, name="case"),
    path("planned-outages/<int:pk>/customers/", views.concerned, name="concerned"),
    path("planned-outages/<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
