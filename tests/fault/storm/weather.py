"""A storm over the demonstration utility: desks, meters, customers' pages and dispatchers at once, none of whom gives
up. Each request is sent with the same key until it is answered."""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from tests import world as worlds

#: how long one request is tried again before the test fails (seconds)
PATIENCE = 240.0
#: answers that say that somebody else was quicker, or that the rules allow it no longer
REFUSED = (409, 412, 422)


@dataclass(frozen=True)
class Struck:
    """What the storm hits, as the utility knows it: a device, an address, phones and meters' points there."""

    device: str
    address: str
    phones: tuple[str, ...]
    points: tuple[str, ...]


@dataclass
class Seen:
    """What the house said yes to. Written by the clients' threads (list.append and set.add are atomic)."""

    orders: list[str] = field(default_factory=list)
    reports: set[str] = field(default_factory=set)
    crews: list[tuple[int, str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    pages: int = 0
    tries: int = 0
    troubles: list[str] = field(default_factory=list)


class Storm:
    """Five kinds of people who want something of the house at the same time."""

    def __init__(self, url: str, token: str, struck: Sequence[Struck], now: Callable[[], datetime]) -> None:
        self.url, self.token, self.struck, self.now = url, token, struck, now
        self.seen = Seen()
        self._ending = threading.Event()
        parts = (self._call, self._call, self._meters, self._ask, self._dispatch, self._dispatch)
        self._threads = [threading.Thread(target=self._live, args=(n, part)) for n, part in enumerate(parts)]

    def __enter__(self) -> Storm:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def blow_on(self, more: int, seconds: float) -> None:
        """Wait until so many more orders and as many more pages were answered."""
        orders, pages, deadline = len(self.seen.orders) + more, self.seen.pages + more, time.monotonic() + seconds
        while len(self.seen.orders) < orders or self.seen.pages < pages:
            assert not self.seen.troubles, self.seen.troubles
            assert time.monotonic() < deadline, f"the house stood still: {self.seen}"
            time.sleep(0.05)

    def _live(self, number: int, part: Any) -> None:
        dice = random.Random(number)
        headers = {"Authorization": f"Bearer {self.token}"}
        with (
            httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60) as http,
            httpx.Client(base_url=self.url, timeout=60, headers={"Accept-Language": "zh-CN"}) as visitor,
        ):
            while not self._ending.is_set():
                try:
                    part(http, visitor, dice)
                except Exception as problem:
                    self.seen.troubles.append(repr(problem))
                    return
                time.sleep(0.1)

    def _insist(self, http: httpx.Client, method: str, path: str, **given: Any) -> httpx.Response:
        """Send until it is answered. Only a broken connection and 5xx may happen on the way."""
        deadline, told = time.monotonic() + PATIENCE, ""
        while time.monotonic() < deadline:
            self.seen.tries += 1
            try:
                answer = http.request(method, path, **given)
                if answer.status_code < 500:
                    return answer
                told = f"{answer.status_code} {answer.text[:200]}"
            except httpx.HTTPError as problem:
                told = repr(problem)
            time.sleep(0.2)
        raise AssertionError(f"{path}: not answered in {PATIENCE} s, at last {told}")

    def _call(self, http: httpx.Client, _visitor: httpx.Client, dice: random.Random) -> None:
        """A desk takes the call of somebody in the dark; at the second place only meters tell until its crew is out."""
        place = dice.choice(self.struck if self.seen.crews else self.struck[:1])
        key = uuid.uuid4().hex
        body = worlds.fault(description=f"没电了 {key}", contact_phone=dice.choice(place.phones))
        answer = self._insist(http, "POST", "/work-orders", json=body, headers={"Idempotency-Key": key})
        assert answer.status_code == 201, answer.text
        self.seen.orders.append(answer.json()["number"])

    def _meters(self, http: httpx.Client, _visitor: httpx.Client, dice: random.Random) -> None:
        """Meters fall silent; one of the messages is of a meter that nobody knows, one of a time long ago."""
        points = [dice.choice(dice.choice(self.struck).points) for _ in range(3)]
        keys = [uuid.uuid4().hex for _ in range(5)]
        at = self.now().isoformat()
        reports = [{"key": key, "source": "last_gasp", "at": at, "point": point}
                   for key, point in zip(keys, [*points, "NOWHERE", points[0]], strict=True)]  # fmt: skip
        reports[-1]["at"] = "2019-05-06T07:08:09+08:00"
        answer = self._insist(http, "POST", "/outages/reports", json={"reports": reports})
        assert answer.status_code == 200, answer.text
        apart = {one["key"]: one["apart"] for one in answer.json()["items"]}
        assert (apart[keys[3]], apart[keys[4]]) == ("unknown_place", "impossible_time")
        self.seen.reports.update(keys)

    def _ask(self, _http: httpx.Client, visitor: httpx.Client, dice: random.Random) -> None:
        """A customer looks at the page of outages and asks whether it is them."""
        shown = self._insist(visitor, "GET", "/portal/outages/")
        assert shown.status_code == 200, shown.text[:200]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
        assert token, "the page has its form"
        form = {"csrfmiddlewaretoken": token[1], "address": dice.choice(self.struck).address, "account": ""}
        asked = self._insist(visitor, "POST", "/portal/outages/", data=form, headers={"Referer": self.url})
        assert asked.status_code in (200, 422, 429), asked.text[:200]  # 429: the same visitor asks very often here
        self.seen.pages += 1

    def _dispatch(self, http: httpx.Client, _visitor: httpx.Client, dice: random.Random) -> None:
        """Two dispatchers send a crew to the same outages at the same time; one of them is refused."""
        listed = self._insist(http, "GET", "/outages", params={"open": "true", "limit": 50})
        assert listed.status_code == 200, listed.text
        for one in listed.json()["items"]:
            if one["status_kind"] not in ("probable", "confirmed", "unconfirmed"):
                continue
            path, key = f"/outages/{one['id']}/actions/send_outage_crew", uuid.uuid4().hex
            answer = self._insist(http, "POST", path, json={}, headers={"Idempotency-Key": key})
            assert answer.status_code in (200, *REFUSED), answer.text
            if answer.status_code == 200:
                self.seen.crews.append((one["id"], key))
            else:
                self.seen.refusals.append(answer.text)
