"""The reference billing system over HTTP, a plain WSGI application: ``/changes``, ``/snapshot``, ``/health``."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from open95598.exchange.cis.reference.store import CutOff, Store

#: documents a page, at most
MOST = 1000
Start = Callable[..., Any]


class Application:
    """Answers from one store's file; opens it anew for each request, so that threads do not share it."""

    def __init__(self, path: Path | str, token: str = "") -> None:
        self._path = path
        self._token = token

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        status, document = self._answer(environ)
        body = json.dumps(document, ensure_ascii=False).encode()
        start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[str, Any]:
        given = environ.get("HTTP_AUTHORIZATION", "")
        if self._token and not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return "401 Unauthorized", {"problem": "a token is needed"}
        if environ["REQUEST_METHOD"] != "GET":
            return "405 Method Not Allowed", {"problem": "GET only"}
        query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        limit = query.get("limit", "500")
        after = query.get("after", "")
        if not (limit.isdecimal() and 1 <= int(limit) <= MOST):
            return "400 Bad Request", {"problem": f"limit: 1 to {MOST}"}
        store = Store(self._path)
        try:
            if environ["PATH_INFO"] == "/changes" and (after or "0").isdecimal():
                return "200 OK", store.changes(int(after or 0), int(limit))
            if environ["PATH_INFO"] == "/snapshot":
                return "200 OK", store.snapshot(after, int(limit))
            if environ["PATH_INFO"] == "/health":
                return "200 OK", {"epoch": store.epoch, "head": store.head}
            return "404 Not Found", {"problem": "no such address"}
        except CutOff:
            return "410 Gone", {"problem": "the log no longer holds this position"}
        finally:
            store.close()


class Server(ThreadingMixIn, WSGIServer):
    """A server for development and tests: a thread a request."""

    daemon_threads = True
    allow_reuse_address = True


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""


def server(application: Application, host: str, port: int) -> Server:
    """Return a server that is bound and not yet served; port 0 takes a free one."""
    made = Server((host, port), _Quiet)
    made.set_app(application)
    return made
