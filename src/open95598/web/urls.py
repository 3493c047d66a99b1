"""Addresses of the shell."""

from django.conf import settings
from django.urls import path

from open95598.web import views

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.suggest, name="suggest"),
    path("me/state/", views.seat_state, name="seat_state"),
    path("me/preferences/", views.preferences, name="preferences"),
]

if settings.DEBUG or settings.DEMO:
    from open95598.web import styleguide

    urlpatterns += [
        path("styleguide/", styleguide.page, name="styleguide"),
        path("styleguide/form/", styleguide.answer_form, name="styleguide_form"),
    ]
