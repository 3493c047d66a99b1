"""Addresses of the customers' pages."""

from __future__ import annotations

from django.urls import path

from open95598.registry.customers import account_views, views

app_name = "customers"
urlpatterns = [
    path("customers/", views.customers, name="list"),
    path("customers/find/", views.find, name="find"),
    path("customers/expiring/", account_views.expiring, name="expiring"),
    path("accounts/<int:pk>/", account_views.account, name="account"),
    path("accounts/<int:pk>/parties/<int:party>/end/", account_views.end_party, name="end_party"),
    path("accounts/<int:pk>/<slug:act>/", account_views.act, name="account_act"),
    path("customers/new/", views.new, name="new"),
    path("customers/<int:pk>/", views.customer, name="customer"),
    path("customers/<int:pk>/reveal/", views.reveal, name="reveal"),
    path("customers/<int:pk>/consent/<int:contact>/<slug:purpose>/", views.consent, name="consent"),
    path("customers/<int:pk>/contacts/<int:contact>/<slug:act>/", views.contact, name="contact"),
    path("customers/<int:pk>/merges/<int:merge>/undo/", views.unmerge, name="unmerge"),
    path("customers/<int:pk>/<slug:act>/", views.act, name="act"),
]
