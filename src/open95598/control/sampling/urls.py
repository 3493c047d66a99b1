"""Addresses of the inspection of orders."""

from __future__ import annotations

from django.urls import include, path

from open95598.control.sampling import views

pages = [
    path("", views.listed, name="list"),
    path("draws/", views.draws, name="draws"),
    path("draws/new/", views.draw, name="draw"),
    path("figures/", views.figures, name="figures"),
    path("<int:pk>/", views.inspection, name="inspection"),
    path("<int:pk>/sheet/", views.judge, name="judge"),
    path("<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
urlpatterns = [path("inspections/", include((pages, "sampling")))]
