"""The WSGI application: pages and API."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from open95598.project.orphans import end_with_parent_now

if os.environ.get("OPEN95598_PROCESS") == "web":
    end_with_parent_now()  # a worker of the web server
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
application = get_wsgi_application()
