"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from open95598.service.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/known/", views.known, name="known"),
    path("desk/sentences/", views.sentences, name="sentences"),
    path("desk/draft/", views.draft, name="draft"),
    path("desk/scripts/<slug:code>/", views.script, name="script"),
]
