"""Addresses of the chat: the customer's below ``/portal/``, the desk's of their own."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from open95598.service.chat import views_customer, views_desk, views_figures

app_name = "chat"
urlpatterns = [
    path("chats/", views_desk.start, name="desk"),
    path("chats/queue/", views_desk.queue, name="queue"),
    path("chats/strip/", views_desk.strip, name="strip"),
    path("chats/away/", views_desk.away, name="away"),
    path("chats/next/", views_desk.take_next, name="next"),
    path("chats/ready/", views_desk.ready, name="ready"),
    path("chats/figures/", views_figures.figures, name="figures"),
    path("chats/<str:code>/", views_desk.chat, name="chat"),
    path("chats/<str:code>/lines/", views_desk.fetch, name="fetch"),
    path("chats/<str:code>/say/", views_desk.say, name="say"),
    path("chats/<str:code>/send/", views_desk.send_file, name="send"),
    path("chats/<str:code>/take/", views_desk.take, name="take"),
    path("chats/<str:code>/hand/", views_desk.hand, name="hand"),
    path("chats/<str:code>/end/", views_desk.end, name="end"),
    path("chats/<str:code>/register/", views_desk.register, name="register"),
    path("chats/<str:code>/reveal/", views_desk.reveal, name="reveal"),
    path("chats/<str:code>/files/<int:seq>/", views_desk.file, name="file"),
]
if settings.PORTAL_PAGES:
    urlpatterns += [
        path("portal/chat/", views_customer.chat, name="customer"),
        path("portal/chat/begin/", views_customer.begin, name="begin"),
        path("portal/chat/lines/", views_customer.fetch, name="own_lines"),
        path("portal/chat/say/", views_customer.say, name="own_say"),
        path("portal/chat/send/", views_customer.send_file, name="own_send"),
        path("portal/chat/end/", views_customer.end, name="own_end"),
        path("portal/chat/rate/", views_customer.rate, name="own_rate"),
        path("portal/chat/message/", views_customer.leave, name="own_leave"),
        path("portal/chat/phone/", views_customer.phone, name="own_phone"),
        path("portal/chat/files/<int:seq>/", views_customer.own_file, name="own_file"),
        path("portal/chat/transcript/", views_customer.download, name="own_transcript"),
        path("portal/chat/again/", views_customer.again, name="own_again"),
    ]
