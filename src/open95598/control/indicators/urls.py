"""The room's addresses."""

from django.urls import path

from open95598.control.indicators import views

app_name = "indicators"
urlpatterns = [
    path("indicators/promises/", views.promises, name="promises"),
    path("indicators/promises/cases/", views.cases, name="cases"),
    path("indicators/peers/xlsx/", views.sheet, name="sheet"),
]
