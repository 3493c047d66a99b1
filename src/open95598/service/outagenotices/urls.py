"""Addresses of outage notices: the house's pages, and the customers'."""

from __future__ import annotations

from django.urls import path

from open95598.service.outagenotices import views, views_public, views_push, views_webhooks

app_name = "outagenotices"
urlpatterns = [
    path("outage-notices/", views.broadcasts, name="list"),
    path("outage-notices/calls/", views.calls, name="calls"),
    path("outage-notices/calls/<int:pk>/reached/", views.reached, name="reached"),
    path("outage-notices/calls/<int:pk>/unanswered/", views.unanswered, name="unanswered"),
    path("outage-notices/calls/<int:pk>/number/", views.number, name="number"),
    path("outage-notices/of/<int:pk>/", views.of, name="of"),
    path("outage-notices/webhooks/", views_webhooks.listed, name="webhooks"),
    path("outage-notices/webhooks/<uuid:pk>/test/", views_webhooks.test, name="webhook_test"),
    path("outage-notices/webhooks/<uuid:pk>/stop/", views_webhooks.stop, name="webhook_stop"),
    path("portal/outages/push/", views_push.ask, name="push"),
    path("portal/outages/push/moved/", views_push.moved, name="push_moved"),
    path("portal/outages/push-worker.js", views_push.worker, name="push_worker"),
    path("portal/outages/webhooks/", views_webhooks.ask, name="webhook_ask"),
    path("portal/outages/webhooks/<uuid:pk>/<slug:sealed>/", views_webhooks.webhook, name="webhook"),
    path("portal/outages/", views_public.look, name="look"),
    path("portal/outages/map/", views_public.map_, name="map"),
    path("portal/outages/subscribe/", views_public.subscribe, name="subscribe"),
    path("portal/outages/confirm/", views_public.confirm, name="confirm"),
    path("portal/outages/out/<uuid:pk>/<slug:sealed>/", views_public.out, name="out"),
    path("portal/outages/out/<uuid:pk>/<slug:sealed>/one-click/", views_public.one_click, name="one_click"),
    path("portal/outages/stop/<int:pk>/<slug:sealed>/", views_public.stop, name="stop"),
    path("portal/outages/stop/<int:pk>/<slug:sealed>/one-click/", views_public.one_click, name="stop_one_click"),
    path("portal/outages/outages.ics", views_public.calendar, name="calendar"),
    path("portal/outages/outages.json", views_public.document, name="document"),
    path("portal/outages/<int:pk>/cap.xml", views_public.alert, name="alert"),
]
