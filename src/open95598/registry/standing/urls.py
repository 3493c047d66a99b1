"""Addresses of how customers stand."""

from __future__ import annotations

from django.urls import path

from open95598.registry.standing import views

app_name = "standing"
urlpatterns = [
    path("standing/", views.customers, name="list"),
    path("standing/<int:pk>/", views.customer, name="customer"),
    path("standing/<int:pk>/<slug:act>/", views.act, name="act"),
    path("standing/<int:pk>/entries/<int:entry>/<slug:act>/", views.entry, name="entry"),
]
