"""Addresses of bulletins."""

from __future__ import annotations

from django.urls import path

from open95598.service.bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", views.listed, name="list"),
    path("bulletins/new/", views.new, name="new"),
    path("bulletins/propose/", views.propose, name="propose"),
    path("bulletins/strip/", views.strip, name="strip"),
    path("bulletins/<int:pk>/", views.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/edit/", views.edit, name="edit"),
    path("bulletins/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("bulletins/<int:pk>/remind/", views.remind, name="remind"),
    path("bulletins/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
]
