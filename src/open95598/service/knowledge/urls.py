"""Addresses of knowledge."""

from __future__ import annotations

from django.urls import include, path

from open95598.service.knowledge import views, views_find

pages = [
    path("", views.listed, name="list"),
    path("new/", views.new, name="new"),
    path("ask/", views.ask, name="ask"),
    path("search/", views_find.search, name="search"),
    path("scripts/", views_find.listed, name="scripts"),
    path("scripts/<slug:code>/", views_find.script, name="script"),
    path("laws/<int:pk>/", views.law, name="law"),
    path("items/<str:code>/", views.item, name="item"),
    path("items/<str:code>/edit/", views.edit, name="edit"),
    path("items/<str:code>/used/", views.used, name="used"),
    path("items/<str:code>/files/", views.attach, name="attach"),
    path("items/<str:code>/files/<int:pk>/", views.download, name="file"),
    path("items/<str:code>/actions/<slug:name>/", views.action, name="action"),
]
urlpatterns = [path("knowledge/", include((pages, "knowledge")))]
