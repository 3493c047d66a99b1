"""Addresses of the public pages: the same in the house and in an outer zone."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from open95598.service.portal.pages import views, views_order, views_rating

app_name = "portal"

urlpatterns = []
if settings.PORTAL_PAGES:
    urlpatterns = [
        path("portal/", views.home, name="home"),
        path("portal/danger/", views.danger, name="danger"),
        path("portal/new/<slug:kind>/", views.new, name="new"),
        path("portal/done/", views.done, name="done"),
        path("portal/follow/", views_order.follow, name="follow"),
        path("portal/follow/code/", views_order.code, name="code"),
        path("portal/order/", views_order.order, name="order"),
        path("portal/order/leave/", views_order.leave, name="leave"),
        path("portal/order/<slug:name>/", views_order.act, name="act"),
        path("portal/receipt/", views.receipt, name="receipt"),
        path("portal/privacy/", views.privacy, name="privacy"),
        path("portal/language/", views.language, name="language"),
        path("r/thanks/<slug:outcome>", views_rating.thanks, name="rating_thanks"),
        path("r/<slug:token>", views_rating.rate, name="rating"),
    ]
