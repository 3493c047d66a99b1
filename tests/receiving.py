"""A real web server on the loopback that is called, remembers what it got, and answers as a test wants."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    """A call: its path, headers (small letters) and body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Receiving(ThreadingHTTPServer):
    """Answers 200 and gives challenges back. ``behave``: what to do with the next calls instead: a status, ``hang``
    (takes it and does not answer), ``drip`` (answers for ever), ``stammer`` (never ends its head), ``flood`` (without
    end, as fast as it can), ``deaf`` (no challenge)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behave: list[Any] = []
        self.got: list[Got] = []
        self.flooded = 0
        self.more: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiving

    def log_message(self, *_: Any) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.server.got.append(got)
        how = self.server.behave.pop(0) if self.server.behave else 200
        if how == "hang":
            time.sleep(1.5)
            return
        if how == "stammer":
            self._stammer()
            return
        text = b"ok"
        if how == 200 and b"webhook.challenge" in body:
            text = json.dumps({"challenge": got.document["data"]["challenge"]}).encode()
        self.send_response(how if isinstance(how, int) else 200)
        if how == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        for name, value in self.server.more.items():
            self.send_header(name, value)
        endless = how in ("drip", "flood")
        if not endless:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        try:
            if how == "drip":
                while True:
                    self.wfile.write(b".")
                    time.sleep(0.1)
            while how == "flood":
                self.server.flooded += self.wfile.write(b"x" * 65536)
            self.wfile.write(text)
        except OSError:
            self.server.got.append(Got("hung up", {}, b""))

    def _stammer(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while True:
                self.wfile.write(b".")
                time.sleep(0.1)
        except OSError:
            self.close_connection = True


@contextmanager
def receiving() -> Iterator[Receiving]:
    """Give a server that listens until the end."""
    server = Receiving()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def is_signed(secret: str, got: Got) -> bool:
    """Say whether a call is signed as Standard Webhooks say, with this secret (written from the standard)."""
    key = base64.b64decode(secret.split("_", 1)[1])
    told = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mine = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in got.headers["webhook-signature"].split(" ")
