"""All addresses: every room brings its own ``urls.py``."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include(f"{room}.urls")) for room in settings.ROOMS if room != "open95598.project"]
urlpatterns += import_module("open95598.project.endpoints").urlpatterns
