"""Addresses of the hall: nothing personal stands in any of them. Where the customer's pages are off, so is the hall."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from open95598.service.hall import desk, views, views_apply, views_book, views_chat, views_orders

app_name = "hall"

urlpatterns = [
    path("appointments/", desk.appointments, name="desk"),
    path("appointments/<str:code>/show/", desk.show, name="desk_show"),
    path("appointments/<str:code>/<slug:name>/", desk.act, name="desk_act"),
]
if settings.PORTAL_PAGES:
    urlpatterns += [
        path("hall/", views.sign_in, name="sign_in"),
        path("hall/code/", views.code, name="code"),
        path("hall/leave/", views.sign_out, name="sign_out"),
        path("hall/accounts/", views.accounts, name="accounts"),
        path("hall/account/", views.account, name="account"),
        path("hall/contact/", views.contact, name="contact"),
        path("hall/contact/phone/", views.phone, name="phone"),
        path("hall/chat/", views_chat.chat, name="chat"),
        path("hall/outages/", views.outages, name="outages"),
        path("hall/orders/", views_orders.orders, name="orders"),
        path("hall/orders/open/", views_orders.open_order, name="open_order"),
        path("hall/applications/", views_apply.applications, name="applications"),
        path("hall/applications/begin/", views_apply.begin, name="begin"),
        path("hall/applications/<uuid:pk>/", views_apply.application, name="application"),
        path("hall/applications/<uuid:pk>/keep/", views_apply.keep, name="keep"),
        path("hall/applications/<uuid:pk>/send/", views_apply.send, name="send"),
        path("hall/applications/<uuid:pk>/withdraw/", views_apply.withdraw, name="withdraw"),
        path("hall/visits/", views_book.visits, name="visits"),
        path("hall/visits/cancel/", views_book.cancel, name="cancel"),
        path("hall/visits/<slug:code>/", views_book.book, name="book"),
    ]
