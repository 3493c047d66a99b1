"""The event stream, spoken to as a server would, over the real database and the real relay."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client as Browser

from open95598.foundation.clock import FixedClock
from open95598.foundation.events import relay
from open95598.foundation.events.services import Said, say
from open95598.foundation.live import asgi, hooks
from open95598.foundation.live import hub as hubs
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)


class Stream:
    """A browser's end of a stream."""

    def __init__(self, key: str, last: str = "", *, path: str = "/events", cookie: str = "sessionid") -> None:
        self.key, self.last, self.path, self.cookie = key, last, path, cookie
        self.status = 0
        self.text = b""
        self.ended = False
        self._change = asyncio.Condition()
        self._leave = asyncio.Event()

    async def __aenter__(self) -> Stream:
        headers = [(b"cookie", f"{self.cookie}={self.key}".encode())]
        if self.last:
            headers.append((b"last-event-id", self.last.encode()))
        scope = {"type": "http", "method": "GET", "path": self.path, "query_string": b"", "headers": headers}
        self._task = asyncio.create_task(asgi.application(scope, self._receive, self._send))
        await self.until(lambda: b"retry" in self.text or self.ended)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave.set()
        await asyncio.wait_for(self._task, 5)

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, told: dict[str, Any]) -> None:
        async with self._change:
            if told["type"] == "http.response.start":
                self.status = told["status"]
            else:
                self.text += told.get("body", b"")
                self.ended = not told.get("more_body", False)
            self._change.notify_all()

    async def until(self, true: Callable[[], bool], seconds: float = 10) -> None:
        async with self._change:
            await asyncio.wait_for(self._change.wait_for(true), seconds)

    @property
    def cases(self) -> list[int]:
        return [int(x) for x in re.findall(rb'"case_id":(\d+)', self.text)]

    @property
    def resets(self) -> int:
        return self.text.count(b"event: reset")

    @property
    def position(self) -> str:
        return re.findall(rb"id: (\S+)", self.text)[-1].decode()


@pytest.fixture
def people(clock: FixedClock) -> Iterator[list[tuple[Person, str]]]:
    """Two people who are signed in: (person, session key). What other tests committed is not heard here."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE event, delivery")
    unit = Unit.objects.create(code="HQ", name="HQ", level="headquarters", lineage=[1])
    found = []
    for name in ("li", "wang"):
        person = Person.objects.create(username=name, name=name, unit=unit)
        browser = Browser()
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        found.append((person, browser.session.session_key))
    yield found
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE event, delivery")


@pytest.fixture(autouse=True)
def everybody_sees_even_cases_and_their_own(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        hooks, "visible", lambda rights, ids: {i for i in ids if i % 2 == 0 or i == 1000 + rights.person_id}
    )


def play(scene: Callable[[hubs.Hub], Awaitable[None]]) -> None:
    """Run a scene with a hub of its own."""

    async def run() -> None:
        asgi._hub = None
        house = asgi.hub()
        try:
            await asyncio.wait_for(house.listening.wait(), 10)
            await scene(house)
        finally:
            await house.stop()
            asgi._hub = None

    asyncio.run(run())


async def tell(clock: FixedClock, *said: Said) -> None:
    """Say and relay in a thread of its own, as another process would."""

    def work() -> None:
        try:
            with transaction.atomic():
                say(said)
            relay.wake()
        finally:
            connections.close_all()

    await asyncio.to_thread(work)


def case(number: int, clock: FixedClock, **payload: Any) -> Said:
    return Said("case.opened", f"case/{number}", clock.now(), number, payload)


def test_everybody_hears_of_what_they_may_see_and_of_nothing_else(people: Any, clock: FixedClock) -> None:
    (li, li_key), (wang, wang_key) = people

    async def scene(house: hubs.Hub) -> None:
        async with Stream(li_key) as a, Stream(wang_key) as b:
            assert (a.status, b.status) == (200, 200)
            await tell(
                clock, case(2, clock), case(3, clock), case(1000 + li.pk, clock),
                Said("bell", f"person/{wang.pk}", clock.now(), payload={"person_ids": [wang.pk]}),
                case(4, clock, kind="fault", phone="13800001111"),
            )  # fmt: skip
            await a.until(lambda: 4 in a.cases)
            await b.until(lambda: 4 in b.cases)
            own = [1000 + li.pk]
            assert a.cases == [2, *list(own), 4]
            assert b.cases == [2, *[i for i in own if i % 2 == 0], 4]
            assert b"event: bell" in b.text
            assert b"event: bell" not in a.text
            assert b'"kind":"fault"' in a.text
            assert b"13800001111" not in a.text + b.text
        assert not house.clients

    play(scene)


def test_who_comes_back_gets_what_was_missed_and_a_stranger_to_this_life_fetches_anew(
    people: Any, clock: FixedClock
) -> None:
    (_, key), _ = people

    async def scene(house: hubs.Hub) -> None:
        async with Stream(key) as first:
            await tell(clock, case(2, clock))
            await first.until(lambda: first.cases == [2])
        await tell(clock, case(4, clock), case(5, clock), case(6, clock))
        async with Stream(key) as other:
            await tell(clock, case(8, clock))
            await other.until(lambda: 8 in other.cases)
        async with Stream(key, first.position) as again:
            await again.until(lambda: 8 in again.cases)
            assert again.cases == [4, 6, 8]
            assert again.resets == 0
        async with Stream(key, "elsewhere-12") as lost:
            await lost.until(lambda: lost.resets == 1)
            assert lost.cases == []

    play(scene)


def test_no_session_no_stream_and_not_too_many(people: Any, clock: FixedClock) -> None:
    (_, key), _ = people

    async def scene(house: hubs.Hub) -> None:
        for bad in ("", "nonsense", "x" * 500):
            async with Stream(bad) as refused:
                assert refused.status == 401
        streams = [Stream(key) for _ in range(hubs.PER_PERSON)]
        for stream in streams:
            await stream.__aenter__()
        async with Stream(key) as one_more:
            assert one_more.status == 429
        for stream in streams:
            await stream.__aexit__()
        async with Stream(key) as now_there_is_room:
            assert now_there_is_room.status == 200

    play(scene)


def test_a_guest_hears_of_one_thing_and_never_what_it_is(
    people: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_, key), _ = people
    monkeypatch.setattr(hooks, "guest_cookie", "guest")
    monkeypatch.setattr(hooks, "guest", {"token": "chat/A"}.get)

    async def scene(house: hubs.Hub) -> None:
        for wrong in ({"path": asgi.GUESTS}, {"path": asgi.GUESTS, "cookie": "guest"}, {"cookie": "guest"}):
            async with Stream("token" if "path" not in wrong else key, **wrong) as refused:
                assert refused.status == 401
        async with Stream("token", path=asgi.GUESTS, cookie="guest") as guest, Stream(key) as person:
            payload = {"kind": "chat", "person_ids": [1]}
            await tell(
                clock, case(2, clock),
                Said("chat.said", "chat/2", clock.now(), payload=payload | {"topics": ["chat/B"]}),
                Said("chat.said", "chat/1", clock.now(), payload=payload | {"topics": ["chat/A"]}),
            )  # fmt: skip
            await guest.until(lambda: b"event: guest" in guest.text)
            await person.until(lambda: 2 in person.cases)
        assert guest.text.count(b"data: ") == 1 + guest.resets
        assert b'data: {"type":"chat.said"}' in guest.text
        assert b"guest" not in person.text

    play(scene)


def test_a_session_that_ends_ends_its_stream(people: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "ASK_AGAIN", 1.0)
    (li, li_key), (_, wang_key) = people

    def leave() -> None:
        Person.objects.filter(pk=li.pk).update(is_active=False, left_at=clock.now() - timedelta(seconds=1))
        connections.close_all()

    async def scene(house: hubs.Hub) -> None:
        async with Stream(li_key) as leaver, Stream(wang_key) as stays:
            await asyncio.to_thread(leave)
            await leaver.until(lambda: leaver.ended)
            await tell(clock, case(2, clock))
            await stays.until(lambda: stays.cases == [2])
            assert leaver.cases == []

    play(scene)


def test_a_browser_that_is_too_slow_and_a_flood_are_told_to_fetch_anew(
    people: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (li, key), _ = people

    async def scene(house: hubs.Hub) -> None:
        slow = hubs.Client(key, li.pk, None)  # type: ignore[arg-type]
        await house.join(slow, "")
        for wave in range(2):
            numbers = range(2 * hubs.QUEUE * wave, 2 * hubs.QUEUE * (wave + 1), 2)
            await tell(clock, *(case(n, clock) for n in numbers))
            async with asyncio.timeout(10):
                while house.memory.last < hubs.QUEUE * (wave + 1):
                    await asyncio.sleep(0.05)
        async with house._turn:
            waiting = [slow.queue.get_nowait() for _ in range(slow.queue.qsize())]
        assert waiting
        assert waiting[0] is not None
        assert b"event: reset" in waiting[0]
        house.leave(slow)

        async with Stream(key) as stream:
            await tell(clock, *(case(2 * n, clock) for n in range(hubs.FLOOD + 1)))
            await stream.until(lambda: stream.resets == 1)
            assert stream.cases == []
            await tell(clock, case(2, clock))
            await stream.until(lambda: stream.cases == [2])

    play(scene)


def test_a_database_connection_that_breaks_is_made_again(people: Any, clock: FixedClock) -> None:
    (_, key), _ = people

    def break_it() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN open95598%'"
            )
            assert cursor.fetchall() == [(True,)]
        connections.close_all()

    async def scene(house: hubs.Hub) -> None:
        async with Stream(key) as stream:
            await tell(clock, case(2, clock))
            await stream.until(lambda: stream.cases == [2])
            await asyncio.to_thread(break_it)
            await stream.until(lambda: stream.resets == 1)
            await tell(clock, case(4, clock))
            await stream.until(lambda: stream.cases == [2, 4])

    play(scene)
