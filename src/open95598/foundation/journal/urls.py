from django.urls import path

from open95598.foundation.journal import views

app_name = "journal"
urlpatterns = [path("journal/", views.journal, name="index")]
