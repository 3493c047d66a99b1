"""The event stream of a browser: ``GET /events`` (text/event-stream), an ASGI application of its own.

Signed in by Django's session cookie; at ``/events/guest`` by the cookie of a room whose guests may hear of one thing.
``Last-Event-ID`` (or ``?last_id=``) resumes; what cannot be resumed begins with
``event: reset``. 401 without a session, 429 with too many streams, 405 for anything but GET.
"""

from __future__ import annotations

import asyncio
import contextlib
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from open95598.foundation.live import hooks, sessions, wire
from open95598.foundation.live.hub import PER_PERSON, Client, Hub
from open95598.foundation.people.policy import Rights

#: where guests listen
GUESTS = "/events/guest"

#: a comment goes to a silent browser after so many seconds, so that proxies and we notice who is gone
SILENCE = 15.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_hub: Hub | None = None


def hub() -> Hub:
    """Return the hub of this process, at work."""
    global _hub
    if _hub is None:
        _hub = Hub()
        _hub.start()
    return _hub


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one connection."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
        return
    if scope["type"] != "http":
        return
    if scope["method"] != "GET":
        await _refuse(send, 405, "GET only")
        return
    house = hub()
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    client = await _client(house, scope["path"], headers.get(b"cookie", ""))
    if client is None:
        await _refuse(send, 401, "sign in first")
        return
    if house.held_by(client.person_id, client.topic) >= PER_PERSON:
        await _refuse(send, 429, "too many streams", retry=30)
        return
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("last_id", [""])[0]
    await _stream(house, client, headers.get(b"last-event-id") or asked, receive, send)


async def _client(house: Hub, path: str, cookies: str) -> Client | None:
    """Return who asks: somebody signed in, or a guest; None for anybody else."""
    if path == GUESTS:
        token = _cookie(cookies, hooks.guest_cookie)
        topic = await house.in_thread(hooks.guest, token) if token else ""
        return Client(token, 0, Rights(0), topic=topic) if topic else None
    key = _cookie(cookies, settings.SESSION_COOKIE_NAME)
    sitter = await house.in_thread(sessions.who, key) if key else None
    return Client(key, sitter.person_id, sitter.rights) if sitter else None


async def _stream(house: Hub, client: Client, last: str, receive: Any, send: Any) -> None:
    """Write what the client's queue holds until one side has had enough."""
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _write(send, b"retry: 2000\n\n")
        await house.join(client, last)
        while not gone.done():
            waiting = asyncio.create_task(client.queue.get())
            await asyncio.wait({waiting, gone}, timeout=SILENCE, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                text = waiting.result()
                if text is None:
                    break
                await _write(send, text)
            else:
                waiting.cancel()
                if not gone.done():
                    await _write(send, wire.HEARTBEAT)
    except (OSError, RuntimeError):
        pass  # the browser went away while we wrote
    finally:
        house.leave(client)
        gone.cancel()
    with contextlib.suppress(OSError, RuntimeError):
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(send: Any, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Any, status: int, why: str, retry: int = 0) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    if retry:
        headers.append((b"retry-after", str(retry).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})


async def _live_and_die(receive: Any, send: Any) -> None:
    """Follow the server's start and end."""
    while True:
        told = await receive()
        if told["type"] == "lifespan.startup":
            hub()
            await send({"type": "lifespan.startup.complete"})
        elif told["type"] == "lifespan.shutdown":
            if _hub is not None:
                await _hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _cookie(cookies: str, name: str) -> str:
    try:
        found = SimpleCookie(cookies).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
