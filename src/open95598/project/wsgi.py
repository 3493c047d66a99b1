"""The WSGI application: pages and API."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
application = get_wsgi_application()
