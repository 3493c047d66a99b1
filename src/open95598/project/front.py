"""The front: one port for pages, API and the event stream (``docs/decisions/0003-one-port.md``).

It takes HTTP/1.1 on ``PORT``, hands ``/events`` to the events process and everything else to the web process over
private Unix sockets, and streams both ways with back-pressure. A web process that is just being restarted is waited
for, so that a restart costs nobody an error. In production nginx can stand here instead (``deploy/nginx.conf``).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, Any

import h11
import structlog

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger(__name__)

#: seconds a client may take for a request's head, or stay silent between two requests
IDLE = 75.0
#: seconds to wait for a web or events process that is just being restarted
RESTART = 15.0
MAX_HEAD = 64 * 1024
#: headers that speak about one connection only and never pass through
_HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"upgrade", b"proxy-authorization"}
_FORWARDED = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded"}


class Away(Exception):
    """The process behind is not there."""


class Front:
    """Carries requests between clients and the two processes behind."""

    def __init__(self, web: Path, events: Path, *, proxies: int = 0) -> None:
        self._web = web
        self._events = events
        #: trusted proxies before us: without any, what clients say about forwarding is dropped
        self._proxies = proxies

    async def serve(self, host: str, port: int) -> None:
        """Serve until SIGTERM or SIGINT."""
        ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ending.set)
        server = await asyncio.start_server(self._client, host, port, backlog=4096, limit=MAX_HEAD)
        log.info("listening", host=host, port=port)
        await ending.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conn = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        peer = (writer.get_extra_info("peername") or ("", 0))[0]
        try:
            while True:
                try:
                    request = await asyncio.wait_for(_next_event(conn, reader), IDLE)
                except h11.RemoteProtocolError as problem:
                    await _answer(conn, writer, problem.error_status_hint, "Bad request")
                    return
                if not isinstance(request, h11.Request):
                    return
                if sum(len(name) + len(value) + 4 for name, value in request.headers) > MAX_HEAD:
                    await _answer(conn, writer, 431, "The request's headers are too large")
                    return
                await self._carry(conn, reader, writer, request, peer)
                if conn.our_state is not h11.DONE or conn.their_state is not h11.DONE:
                    return
                conn.start_next_cycle()
        except (TimeoutError, ConnectionError, h11.ProtocolError, asyncio.CancelledError):
            pass  # the client went away, or we end: nothing more to say
        finally:
            with contextlib.suppress(Exception):
                writer.close()
                await writer.wait_closed()

    async def _carry(
        self,
        conn: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        request: h11.Request,
        peer: str,
    ) -> None:
        path = request.target.split(b"?", 1)[0]
        behind = self._events if path == b"/events" or path.startswith(b"/events/") else self._web
        try:
            back_reader, back_writer = await _open(behind)
        except Away:
            await _answer(conn, writer, 503, "The service is starting. Try again in a moment.", (b"Retry-After", b"5"))
            return
        back = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        up = asyncio.create_task(self._upwards(conn, reader, writer, back, back_writer, self._head(request, peer)))
        down = asyncio.create_task(_downwards(conn, writer, back, back_reader))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if up.done() and not down.done():
                problem = up.exception()
                # the answer counts when the request is through, or was answered before all of it was read
                if isinstance(problem, ConnectionError) or (problem is None and up.result()):
                    await asyncio.wait({down})
                elif problem is not None:
                    raise problem
            if down.done():
                await self._result(down, conn, writer)
        finally:
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            back_writer.close()

    @staticmethod
    async def _result(down: asyncio.Task[None], conn: h11.Connection, writer: asyncio.StreamWriter) -> None:
        """Raise what broke the answer; a client to whom nothing was said yet gets a 502 instead."""
        try:
            down.result()
        except (ConnectionError, h11.RemoteProtocolError):
            if conn.our_state is not h11.SEND_RESPONSE:
                raise
            await _answer(conn, writer, 502, "The service broke off. Try again in a moment.")

    def _head(self, request: h11.Request, peer: str) -> h11.Request:
        drop = _HOP_BY_HOP if self._proxies else _HOP_BY_HOP | _FORWARDED
        headers = [(name, value) for name, value in request.headers if name not in drop]
        before = [value for name, value in headers if name == b"x-forwarded-for"]
        headers = [(name, value) for name, value in headers if name != b"x-forwarded-for"]
        headers.append((b"X-Forwarded-For", b", ".join([*before, peer.encode()])))
        headers.append((b"Connection", b"close"))
        return h11.Request(method=request.method, target=request.target, headers=headers)

    async def _upwards(
        self,
        conn: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: h11.Connection,
        back_writer: asyncio.StreamWriter,
        head: h11.Request,
    ) -> bool:
        """Carry the request. Then watch the client: returns False when it has gone, True when it only waits."""
        back_writer.write(back.send(head) or b"")
        while True:
            if conn.they_are_waiting_for_100_continue:
                writer.write(conn.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            event = await _next_event(conn, reader)
            if isinstance(event, h11.ConnectionClosed):
                return False
            back_writer.write(back.send(event) or b"")
            await back_writer.drain()
            if isinstance(event, h11.EndOfMessage):
                break
        data = await reader.read(65536)
        conn.receive_data(data)  # b"" tells it that the client has gone; else the start of its next request
        return bool(data)


async def _downwards(
    conn: h11.Connection, writer: asyncio.StreamWriter, back: h11.Connection, back_reader: asyncio.StreamReader
) -> None:
    """Carry the answer."""
    while True:
        event = await _next_event(back, back_reader)
        if isinstance(event, h11.ConnectionClosed):
            raise ConnectionAbortedError
        if isinstance(event, h11.Response):
            headers = [(name, value) for name, value in event.headers if name not in _HOP_BY_HOP]
            event = h11.Response(status_code=event.status_code, headers=headers, reason=event.reason)
        elif isinstance(event, h11.InformationalResponse):
            continue
        writer.write(conn.send(event) or b"")
        await writer.drain()
        if isinstance(event, h11.EndOfMessage):
            return


async def _next_event(conn: h11.Connection, reader: asyncio.StreamReader) -> Any:
    while (event := conn.next_event()) is h11.NEED_DATA:
        conn.receive_data(await reader.read(65536))
    return event


async def _open(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the process behind; wait for it when it is just being restarted. Raises ``Away``."""
    deadline = asyncio.get_running_loop().time() + RESTART
    while True:
        try:
            return await asyncio.open_unix_connection(str(path), limit=256 * 1024)
        except OSError:
            if asyncio.get_running_loop().time() > deadline:
                raise Away from None
            await asyncio.sleep(0.1)


async def _answer(
    conn: h11.Connection, writer: asyncio.StreamWriter, status: int, text: str, *more: tuple[bytes, bytes]
) -> None:
    body = f"{text}\n".encode()
    headers = [
        (b"Content-Type", b"text/plain; charset=utf-8"),
        (b"Content-Length", str(len(body)).encode()),
        (b"Connection", b"close"),
        *more,
    ]
    if conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
        writer.write(conn.send(h11.Response(status_code=status, headers=headers)) or b"")
        writer.write(conn.send(h11.Data(data=body)) or b"")
        conn.send(h11.EndOfMessage())
        await writer.drain()


def run() -> None:
    """Serve on ``OPEN95598_BIND`` (127.0.0.1) and ``PORT`` (8000) until a signal."""
    from open95598.project import servers

    front = Front(servers.socket("web"), servers.socket("events"), proxies=servers.outer_proxies())
    asyncio.run(front.serve(os.environ.get("OPEN95598_BIND", "127.0.0.1"), int(os.environ.get("PORT", "8000"))))
