"""All addresses: every room with pages brings its own ``urls.py``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

_ROOMS = [room for room in settings.ROOMS if room != "open95598.project" and find_spec(f"{room}.urls")]
urlpatterns = [path("", include(f"{room}.urls")) for room in _ROOMS]
urlpatterns += import_module("open95598.project.endpoints").urlpatterns
urlpatterns += [path("api/v1/", import_module("open95598.project.api").api.urls)]
urlpatterns += [path("api/portal/v1/", import_module("open95598.project.api").portal_api.urls)]

handler400 = "open95598.web.views.bad_request"
handler403 = "open95598.web.views.permission_denied"
handler404 = "open95598.web.views.not_found"
handler500 = "open95598.web.views.server_error"
