"""Addresses of the room. The development gateway's own answer 404 outside a demonstration."""

from django.urls import path

from open95598.foundation.notices import gateway, views

app_name = "notices"
urlpatterns = [
    path("notices/", views.mine, name="list"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:notice_id>/", views.follow, name="follow"),
    path("notices/<int:notice_id>/read/", views.read_one, name="read_one"),
    path("messages/", views.sent, name="sent"),
    path("messages/<int:message_id>/reveal/", views.reveal, name="reveal"),
    path("dev/sms/", gateway.page, name="dev_sms"),
    path("dev/sms/gateway", gateway.receive, name="dev_sms_gateway"),
    path("dev/sms/gateway/<str:ref>", gateway.status, name="dev_sms_status"),
]
