"""Addresses of casework: the flows as they are declared."""

from django.urls import path

from open95598.casework import views

app_name = "casework"
urlpatterns = [path("flows/", views.flows, name="flows")]
