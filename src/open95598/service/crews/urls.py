"""Addresses of the crews."""

from __future__ import annotations

from django.urls import path

from open95598.service.crews import views, views_crews

app_name = "crews"
urlpatterns = [
    path("crews/", views.board, name="board"),
    path("crews/send/", views.send, name="send"),
    path("crews/new/", views_crews.new, name="new"),
    path("crews/mine/", views_crews.mine, name="mine"),
    path("crews/<int:pk>/", views_crews.crew, name="crew"),
    path("crews/<int:pk>/close/", views_crews.close, name="close"),
    path("crews/<int:pk>/duty/", views_crews.duty, name="duty"),
    path("crews/<int:pk>/position/", views_crews.position, name="position"),
]
