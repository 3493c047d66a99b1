"""Addresses of the lists' saved views."""

from django.urls import path

from open95598.foundation.ui import views

app_name = "ui"

urlpatterns = [
    path("me/views/", views.save_view, name="save_view"),
    path("me/views/<int:pk>/delete/", views.delete_view, name="delete_view"),
]
