"""The ASGI application: the event stream at ``/events``, and a sign of life. Everything else is the web process's."""

from __future__ import annotations

import os
from typing import Any

import django

from open95598.project.orphans import end_with_parent_now

if os.environ.get("OPEN95598_PROCESS") == "events":
    end_with_parent_now()  # a worker of the event server
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
django.setup()

from open95598.foundation.live.asgi import GUESTS  # noqa: E402
from open95598.foundation.live.asgi import application as live  # noqa: E402


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Hand ``/events`` to the live room; answer ``/healthz``; 404 for the rest."""
    if scope["type"] == "http" and scope["path"] not in {"/events", "/events/", GUESTS}:
        status, body = (200, b"ok\n") if scope["path"] == "/healthz" else (404, b"not found\n")
        headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return
    await live(scope, receive, send)
