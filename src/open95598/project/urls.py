"""All addresses: every room brings its own ``urls.py``."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include(f"{room}.urls")) for room in settings.ROOMS if room != "open95598.project"]
urlpatterns += import_module("open95598.project.endpoints").urlpatterns
urlpatterns += [path("api/v1/", import_module("open95598.project.api").api.urls)]
urlpatterns += [path("api/portal/v1/", import_module("open95598.project.api").portal_api.urls)]

handler400 = "open95598.web.views.bad_request"
handler403 = "open95598.web.views.permission_denied"
handler404 = "open95598.web.views.not_found"
handler500 = "open95598.web.views.server_error"
