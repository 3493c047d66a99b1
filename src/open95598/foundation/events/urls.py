"""Addresses of the room."""

from django.urls import path

from open95598.foundation.events import views

app_name = "events"
urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/decide/", views.decide, name="decide"),
]
