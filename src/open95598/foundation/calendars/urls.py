"""Addresses of the business calendars."""

from __future__ import annotations

from django.urls import include, path

from open95598.foundation.calendars import views

pages = [
    path("", views.index, name="list"),
    path("<slug:name>/<int:year>/", views.year, name="year"),
    path("<slug:name>/<int:year>/week/", views.week, name="week"),
    path("<slug:name>/<int:year>/seed/", views.seed, name="seed"),
    path("<slug:name>/day/<str:day>/", views.day, name="day"),
]
urlpatterns = [path("calendars/", include((pages, "calendars")))]
