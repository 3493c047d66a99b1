"""Addresses of supervision."""

from __future__ import annotations

from django.urls import include, path

from open95598.control.supervision import views

pages = [
    path("", views.listed, name="list"),
    path("board/", views.board, name="board"),
    path("<int:pk>/", views.case, name="case"),
    path("<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
urlpatterns = [path("supervision/", include((pages, "supervision")))]
