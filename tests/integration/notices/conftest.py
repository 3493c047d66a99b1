"""Real receivers on the loopback: an HTTP gateway and a mail server that can misbehave."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Gateway(ThreadingHTTPServer):
    """Takes messages by their id; ``behave`` holds what to do with the next requests: a status, "hang", "lose"."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), GatewayHandler)
        self.behave: list[Any] = []
        self.had: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class GatewayHandler(BaseHTTPRequestHandler):
    server: Gateway

    def log_message(self, *_: Any) -> None: ...

    def _answer(self, status: int, text: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(("POST", self.path, dict(self.headers.items()), body))
        how = self.server.behave.pop(0) if self.server.behave else 200
        if how == "lose":  # never arrived, and no answer
            time.sleep(1.2)
            return
        if how in {"hang", 200}:
            told = json.loads(body)
            self.server.had[told["id"]] = told
        if how == "hang":  # arrived, but the answer does not come
            time.sleep(1.2)
            return
        self._answer(how, f"answer {how}")

    def do_GET(self) -> None:
        self.server.requests.append(("GET", self.path, dict(self.headers.items()), b""))
        how = self.server.behave.pop(0) if self.server.behave else 200
        if how != 200:
            self._answer(how)
            return
        found = self.path.rsplit("/", 1)[1] in self.server.had
        self._answer(200 if found else 404, "accepted" if found else "")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as is needed; ``answers`` overrides the answer to a command (None: hang up)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.answers: dict[str, str | None] = {}
        self.mails: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class MailHandler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            command = line.decode().strip().upper()[:4]
            if command == "DATA" and "DATA" not in self.server.answers:
                self._say("354 go on")
                text = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    text += part
                self.server.mails.append(text.decode())
                command = "END"
            answer = self.server.answers.get(command, "221 bye" if command == "QUIT" else "250 ok")
            if answer is None:
                return
            self._say(answer)
            if command == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
