"""The front against two real servers behind it: paths, streams, forwarding headers, a process that is away."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path

import h11
import pytest

from open95598.project import front as one_port
from open95598.project.front import Front


async def _behind(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> None:
    """Answer with what was received; ``/events`` streams a line every 50 ms until the other side goes."""
    conn = h11.Connection(h11.SERVER)
    body, request = b"", None
    while not isinstance(event := conn.next_event(), h11.EndOfMessage):
        if event is h11.NEED_DATA:
            conn.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
    forwarded = [v.decode() for n, v in request.headers if n == b"x-forwarded-for"]
    text = f"{name} {request.target.decode()} {len(body)} {'|'.join(forwarded)}\n".encode()
    with contextlib.suppress(ConnectionError):
        writer.write(conn.send(h11.Response(status_code=200, headers=[(b"Transfer-Encoding", b"chunked")])))
        writer.write(conn.send(h11.Data(data=text)))
        while request.target.startswith(b"/events"):
            writer.write(conn.send(h11.Data(data=b"tick\n")))
            await writer.drain()
            await asyncio.sleep(0.05)
        writer.write(conn.send(h11.EndOfMessage()))
        await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def served(*, proxies: int = 0, web: bool = True):
    """Run the front between a client and two servers; gives the port."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        paths = {name: Path(folder) / name for name in ("web", "events")}
        servers = [
            await asyncio.start_unix_server(lambda r, w, n=name: _behind(r, w, n), str(path))
            for name, path in paths.items()
            if web or name != "web"
        ]
        front = Front(paths["web"], paths["events"], proxies=proxies)
        server = await asyncio.start_server(front._client, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        for each in [server, *servers]:
            each.close()


async def ask(port: int, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


def test_two_requests_on_one_connection_go_by_path() -> None:
    async def scene() -> bytes:
        async with served() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            first = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 10)
            writer.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            second = await asyncio.wait_for(reader.readuntil(b"tick\n"), 10)
            writer.close()
            return first + second

    said = asyncio.run(scene())
    assert b"web /a?b=1 5 127.0.0.1" in said
    assert b"events /events 0 127.0.0.1" in said


@pytest.mark.parametrize(("proxies", "expected"), [(0, b" 127.0.0.1\n"), (1, b" 203.0.113.9, 127.0.0.1\n")])
def test_clients_cannot_forge_where_they_come_from(proxies: int, expected: bytes) -> None:
    async def scene() -> bytes:
        async with served(proxies=proxies) as port:
            return await ask(
                port, b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n"
            )

    assert expected in asyncio.run(scene())


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
)
def test_doubtful_requests_are_refused(raw: bytes) -> None:
    async def scene() -> bytes:
        async with served() as port:
            return await ask(port, raw)

    status = int(asyncio.run(scene()).split(b" ", 2)[1])
    assert 400 <= status <= 501


def test_a_process_that_is_away_is_told_after_waiting(monkeypatch) -> None:
    monkeypatch.setattr(one_port, "RESTART", 0.3)

    async def scene() -> bytes:
        async with served(web=False) as port:
            return await ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

    answer = asyncio.run(scene())
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After" in answer


def test_a_client_that_goes_ends_its_stream() -> None:
    async def scene() -> int:
        async with served() as port:
            before = len(asyncio.all_tasks())
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.wait_for(reader.readuntil(b"tick\n"), 10)
            writer.transport.abort()
            for _ in range(200):
                await asyncio.sleep(0.02)
                if len(asyncio.all_tasks()) <= before:
                    break
            return len(asyncio.all_tasks()) - before

    assert asyncio.run(scene()) <= 0
