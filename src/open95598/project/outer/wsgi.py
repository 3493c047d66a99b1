"""The WSGI application of a portal that stands alone; each of its processes has a courier."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from open95598.project.orphans import end_with_parent_now

if os.environ.get("OPEN95598_PROCESS") == "portal":
    end_with_parent_now()  # a worker of the server
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.outer.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (after the settings are there)

if settings.DEMO:
    from open95598.foundation import clock
    from open95598.project.demo import marker

    clock.install(clock.PacedClock(marker.clock_path(settings.HOME)))

from open95598.service.portal.pages import courier, remote  # noqa: E402

ending = courier.start(remote.gateway())
