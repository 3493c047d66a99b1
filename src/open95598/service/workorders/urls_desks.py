"""Addresses of the desks: call-backs, the crew's phone page, the overview. They come before an order's own address."""

from __future__ import annotations

from django.urls import path

from open95598.service.workorders import views_callback, views_crew, views_overview

urlpatterns = [
    path("orders/call-backs/", views_callback.callbacks, name="callbacks"),
    path("orders/call-backs/archive/", views_callback.archive, name="callbacks_archive"),
    path("orders/call-backs/<str:number>/phone/", views_callback.phone, name="callback_phone"),
    path("orders/call-backs/<str:number>/", views_callback.record, name="callback_record"),
    path("crew/", views_crew.work, name="crew"),
    path("crew/worker.js", views_crew.worker, name="crew_worker"),
    path("crew/<str:number>/", views_crew.one, name="crew_order"),
    path("crew/<str:number>/reveal/", views_crew.reveal, name="crew_reveal"),
    path("crew/<str:number>/<slug:name>/", views_crew.act, name="crew_act"),
    path("overview/", views_overview.show, name="overview"),
]
