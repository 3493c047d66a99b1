from django.urls import path

from open95598.foundation.journal import views

urlpatterns = [path("journal/", views.journal, name="journal")]
