"""The room's addresses."""

from django.urls import path

from open95598.control.tracking import views

app_name = "tracking"
urlpatterns = [
    path("promises/mine/", views.promises, name="promises"),
    path("orders-standing/", views.standing, name="standing"),
]
