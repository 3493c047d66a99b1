"""Addresses of the contacts."""

from __future__ import annotations

from django.urls import path

from open95598.service.contacts import views

app_name = "contacts"
urlpatterns = [
    path("contacts/", views.listed, name="list"),
    path("contacts/new/", views.begin, name="begin"),
    path("contacts/bar/", views.bar, name="bar"),
    path("contacts/now/", views.now, name="now"),
    path("contacts/figures/", views.figures, name="figures"),
    path("contacts/<str:code>/", views.contact, name="contact"),
    path("contacts/<str:code>/words/", views.words, name="words"),
    path("contacts/<str:code>/reveal/", views.reveal, name="reveal"),
    path("contacts/<str:code>/pass/", views.pass_on, name="pass"),
    path("contacts/<str:code>/end/", views.end, name="end"),
    path("contacts/<str:code>/done/", views.done, name="done"),
]
