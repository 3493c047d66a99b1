"""Addresses of key accounts."""

from __future__ import annotations

from django.urls import path

from open95598.service.keyaccounts import views

app_name = "keyaccounts"
urlpatterns = [
    path("keyaccounts/visits/", views.visits, name="visits"),
    path("keyaccounts/invitations/", views.invitations, name="invitations"),
    path("keyaccounts/value/", views.value, name="value"),
    path("keyaccounts/propose/<int:customer>/", views.propose, name="propose"),
    path("keyaccounts/<int:pk>/", views.case, name="case"),
    path("keyaccounts/<int:pk>/actions/<slug:name>/", views.action, name="action"),
]
