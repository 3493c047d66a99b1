"""Hears the relay, decides who may know, and hands updates to the browsers that wait: one hub a process."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
import structlog
from django.db import connection
from prometheus_client import Counter, Gauge

from open95598.foundation.events.relay import CHANNEL
from open95598.foundation.live import hooks, sessions, wire
from open95598.foundation.people.policy import Rights

log = structlog.get_logger(__name__)
#: messages that may wait for one browser; one more, and it is told to fetch everything again instead
QUEUE = 256
#: events of one batch above which browsers are told to fetch everything again
FLOOD = 500
#: connections a person may hold (a browser needs one)
PER_PERSON = 6
#: batches are gathered for so long (seconds): many events close together are one question about rights
GATHER = 0.05
#: sessions are asked for and rights read again after so long (seconds)
ASK_AGAIN = 20.0
#: questions to the database at a time
THREADS = 4

CLIENTS = Gauge("open95598_live_clients", "Browsers that hold a stream", multiprocess_mode="livesum")
SENT = Counter("open95598_live_messages", "Messages handed to browsers", ["kind"])


@dataclass(eq=False)
class Client:
    """One browser's stream."""

    session_key: str
    person_id: int
    rights: Rights
    #: of a guest: the one thing they may hear of (then there is no person, and the key is their cookie's)
    topic: str = ""
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    closed: bool = False

    def put(self, text: bytes, position: str) -> None:
        """Hand over a message; when the browser is too slow for it, forget what waits and tell it so."""
        try:
            self.queue.put_nowait(text)
            SENT.labels("update").inc()
        except asyncio.QueueFull:
            self.reset(position)

    def reset(self, position: str) -> None:
        """Replace what waits by the word to fetch everything again."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(wire.reset(position))
        SENT.labels("reset").inc()

    def close(self) -> None:
        """End the stream (the session is over, or the process)."""
        self.closed = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """All streams of this process and the one connection that listens for them."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.memory = wire.Memory(secrets.token_hex(4))
        self.listening = asyncio.Event()
        self._ids: asyncio.Queue[int] = asyncio.Queue()
        self._threads = asyncio.Semaphore(THREADS)
        self._tasks: list[asyncio.Task[None]] = []
        # one batch at a time; and whoever joins does so between two batches
        self._turn = asyncio.Lock()

    def start(self) -> None:
        """Begin to listen, to share out and to look after sessions."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._share, self._look_after)]

    async def stop(self) -> None:
        """End all streams and all work."""
        for client in self.clients:
            client.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def held_by(self, person_id: int, topic: str = "") -> int:
        """Return how many streams a person holds, or those who may hear of a topic."""
        return sum((client.person_id, client.topic) == (person_id, topic) for client in self.clients)

    async def join(self, client: Client, last: str) -> None:
        """Add a stream; it first gets what it missed since ``last``, or the word to fetch everything again."""
        async with self._turn:
            missed = self.memory.since(last) if last else []
            if missed is None or not self.listening.is_set():
                client.reset(self.memory.position)
            else:
                await self._give([client], missed)
            self.clients.add(client)
        CLIENTS.set(len(self.clients))

    def leave(self, client: Client) -> None:
        """Forget a stream."""
        self.clients.discard(client)
        CLIENTS.set(len(self.clients))

    async def in_thread(self, work: Any, *args: Any) -> Any:
        """Run something that asks the database, few at a time."""
        async with self._threads:
            return await asyncio.to_thread(sessions.and_close(work), *args)

    async def _listen(self) -> None:
        """Keep one connection that listens; after each loss everybody fetches anew."""
        pause = 0.5
        while True:
            try:
                parameters = connection.get_connection_params()
                parameters.pop("cursor_factory", None)
                parameters.pop("context", None)
                async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    await self._begin_life()
                    pause = 0.5
                    async for told in listener.notifies():
                        for text in told.payload.split(","):
                            self._ids.put_nowait(int(text))
            except (psycopg.Error, OSError) as problem:
                log.warning("live updates wait for the database", error=str(problem).strip(), seconds=pause)
            self.listening.clear()
            await asyncio.sleep(pause)
            pause = min(5.0, pause * 2)

    async def _begin_life(self) -> None:
        """What was said while nobody listened is unknown: start a new numbering and let everybody fetch anew."""
        async with self._turn:
            self.memory = wire.Memory(secrets.token_hex(4))
            for client in self.clients:
                client.reset(self.memory.position)
            self.listening.set()

    async def _share(self) -> None:
        """Take the ids told, a batch at a time, and share the events out."""
        while True:
            ids = [await self._ids.get()]
            await asyncio.sleep(GATHER)
            while not self._ids.empty():
                ids.append(self._ids.get_nowait())
            async with self._turn:
                try:
                    await self._share_out(ids)
                except Exception:
                    log.exception("a batch was not shared out", events=len(ids))
                    self._everybody_anew()

    async def _share_out(self, ids: list[int]) -> None:
        if len(ids) > FLOOD:
            self._everybody_anew()
            return
        numbered = self.memory.keep(await self.in_thread(_read, ids))
        await self._give(self.clients, numbered)

    def _everybody_anew(self) -> None:
        self.memory.skip()
        for client in self.clients:
            client.reset(self.memory.position)

    async def _give(self, clients: Iterable[Client], numbered: list[tuple[int, wire.Update]]) -> None:
        """Hand updates to those whom they concern: one question about rights a person."""
        case_ids = {update.case_id for _, update in numbered if update.case_id is not None and not update.person_ids}
        by_person: dict[int, list[Client]] = {}
        for client in clients:
            if client.topic:
                self._give_guest(client, numbered)
            else:
                by_person.setdefault(client.person_id, []).append(client)

        async def give(person_id: int, streams: list[Client]) -> None:
            seen = await self.in_thread(hooks.visible, streams[0].rights, case_ids) if case_ids else set()
            for number, update in numbered:
                if update.concerns(person_id, seen):
                    position = self.memory.place(number)
                    text = wire.message(position, update)
                    for stream in streams:
                        stream.put(text, position)

        if numbered:
            await asyncio.gather(*(give(person, streams) for person, streams in by_person.items()))

    def _give_guest(self, client: Client, numbered: list[tuple[int, wire.Update]]) -> None:
        for number, update in numbered:
            if client.topic in update.topics:
                position = self.memory.place(number)
                client.put(wire.for_guest(position, update), position)

    async def _look_after(self) -> None:
        """Read every session and its rights again from time to time; a session that has ended ends its streams."""
        while True:
            began = time.monotonic()
            for key in {client.session_key for client in self.clients if not client.topic}:
                with contextlib.suppress(Exception):  # a database that is away ends no session
                    self._renew(key, await self.in_thread(sessions.who, key))
            for guest in [client for client in self.clients if client.topic]:
                with contextlib.suppress(Exception):
                    if await self.in_thread(hooks.guest, guest.session_key) != guest.topic:
                        guest.close()
            await asyncio.sleep(max(1.0, ASK_AGAIN - (time.monotonic() - began)))

    def _renew(self, key: str, sitter: sessions.Sitter | None) -> None:
        for client in [c for c in self.clients if c.session_key == key]:
            if sitter is None or sitter.person_id != client.person_id:
                client.close()
            else:
                client.rights = sitter.rights


def _read(ids: list[int]) -> list[wire.Update]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, type, case_id, payload::text FROM event WHERE id = ANY(%s) ORDER BY id", [ids])
        return [wire.Update.of(i, kind, case, orjson.loads(p)) for i, kind, case, p in cursor.fetchall()]
