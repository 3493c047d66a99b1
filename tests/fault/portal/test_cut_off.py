"""The outer portal, a process of its own without a database, cut off from the inner house for an hour under load.

Real processes, real HTTP, the real database; the hour is played by the house's clock, which all read from one file.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import world as worlds
from tests.fault.house.running import eventually, free_port
from tests.fault.portal.cable import Cable

from open95598.foundation import clock as house_clock
from open95598.foundation.people.policy import Role
from open95598.project.demo import marker
from open95598.service.portal import accounts
from open95598.service.portal.models import Origin
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
ROOT = Path(__file__).resolve().parents[3]
CLIENTS = 4
#: the clock runs so much faster than the wall
PACE = 600
#: s between two messages of a customer: what is kept in the hour has to be passed on afterwards, one by one
THINKING = 0.8


class Outer:
    """``open95598 portal`` on a home and a port of its own."""

    def __init__(self, home: Path, upstream: str, token: str) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        marker.put(home)  # its clock may be paced
        (home / "token").write_text(token)
        kept = ("OPEN95598_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_")
        self._env = {k: v for k, v in os.environ.items() if not k.startswith(kept)} | {
            "OPEN95598_HOME": str(home), "OPEN95598_UPSTREAM": upstream, "PORT": str(self.port),
            "OPEN95598_WORKERS": "2", "OPEN95598_THREADS": "4",
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it serves."""
        with (self.home / "portal.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "open95598", "portal", "--token-file", str(self.home / "token")],
                cwd="/", env=self._env, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        eventually(self._serves, 120, "the outer portal serves")

    def _serves(self) -> bool:
        assert self._process
        assert self._process.poll() is None, (self.home / "portal.log").read_text()[-3000:]
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """Kill it as nothing can be prepared for; its workers go down with it."""
        assert self._process
        workers = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal() and self._is_worker(p)]
        for pid in (self._process.pid, *workers):
            os.kill(pid, signal.SIGKILL)
        self._process.wait(30)

    def _is_worker(self, process: Path) -> bool:
        assert self._process
        try:
            return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1]) == self._process.pid
        except (OSError, ValueError, IndexError):
            return False

    def end(self) -> None:
        """End it cleanly."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def figures(self) -> dict[str, int]:
        """Return how many messages are in which state, from its metrics."""
        text = httpx.get(f"{self.url}/metrics", timeout=30).text
        return {s: int(float(n)) for s, n in re.findall(r'spool_messages\{state="(\w+)"\} (\S+)', text)}


class Customers:
    """Customers who fill in the form in a browser without scripts; each sends until it is told that we have it."""

    def __init__(self, url: str) -> None:
        self.url = url
        #: what each said → the receipt or number that it was told
        self.told: dict[str, str] = {}
        self.troubles: list[str] = []
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(n,), daemon=True) for n in range(CLIENTS)]

    def __enter__(self) -> Customers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(120)

    def go_on(self, more: int) -> None:
        """Wait until so many more were told that we have their message."""
        goal = len(self.told) + more
        eventually(lambda: self.troubles or len(self.told) >= goal, 240, f"{goal} messages taken")
        assert self.troubles == []

    def _client(self, number: int) -> None:
        while not self._ending.is_set():
            try:
                self._one(number)
            except Exception as problem:
                self.troubles.append(repr(problem))
                return
            self._ending.wait(THINKING)

    def _one(self, number: int) -> None:
        words = f"没电了 {uuid.uuid4().hex}"
        said = {
            "token": uuid.uuid4().hex, "topic": "home", "description": words, "area": "湘江市东湖区",
            "place": "芙蓉路88号", "contact_phone": f"13{uuid.uuid4().int % 10**9:09d}", "danger": "",
        }  # fmt: skip
        deadline = time.monotonic() + 200
        while time.monotonic() < deadline:
            try:
                with httpx.Client(base_url=self.url, timeout=90, headers={"Accept-Language": "zh-CN"}) as browser:
                    page = browser.get("/portal/new/fault/").text
                    csrf = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
                    answer = browser.post("/portal/new/fault/", data=said | {"csrfmiddlewaretoken": csrf})
                    if answer.status_code == 302:
                        if number == 0:  # an impatient one clicks twice
                            browser.post("/portal/new/fault/", data=said | {"csrfmiddlewaretoken": csrf})
                        done = browser.get("/portal/done/").text
                        self.told[words] = re.findall(r"<dd>([-0-9A-Z]+)</dd>", done)[0]
                        return
                    if answer.status_code < 500:
                        raise AssertionError(f"{answer.status_code} {answer.text[-500:]}")
            except httpx.TransportError:
                pass  # the portal was killed: we were told nothing, so we send it again
            time.sleep(0.2)
        raise AssertionError("not taken in 200 s")


@pytest.fixture
def outer(live_server: Any, tmp_path: Path) -> Iterator[tuple[Outer, Cable, house_clock.PacedClock]]:
    """An outer portal at the end of a cable to the live inner house, all on one paced clock."""
    world = worlds.small()
    world.person(Role.DISPATCHER, "P1")
    paced = house_clock.PacedClock(marker.clock_path(tmp_path))
    with house_clock.using(paced):
        paced.pace(1)
        token = accounts.token(accounts.make("outer", world.units["P1"], paced.now()), "test", paced.now())
        cable = Cable((live_server.thread.host, live_server.thread.port))
        portal = Outer(tmp_path, f"http://127.0.0.1:{cable.port}", token)
        try:
            portal.start()
            yield portal, cable, paced
        finally:
            portal.end()
            cable.close()


def test_an_hour_without_the_inner_zone_loses_nothing_and_doubles_nothing(outer: Any) -> None:
    portal, cable, paced = outer
    opened = paced.now()
    with Customers(portal.url) as customers:
        customers.go_on(4)
        cable.cut()
        began = paced.now()
        paced.pace(PACE)
        customers.go_on(8)
        portal.kill()
        portal.start()  # with what it had kept
        customers.go_on(8)
        away = httpx.get(f"{portal.url}/portal/follow/", headers={"Accept-Language": "zh-CN"})
        assert away.status_code == 200
        eventually(lambda: (paced.now() - began).total_seconds() > 3600, 120, "an hour has passed")
        paced.pace(1)
        assert portal.figures()["waiting"] > 8
        cable.mend(swallow=3)  # of the first three the answer gets lost: they are sent again
        customers.go_on(2)
    eventually(lambda: portal.figures()["waiting"] == 0, 240, "everything was passed on")
    assert portal.figures()["stuck"] == 0
    assert cable.swallowed == 3
    registered = Counter(
        text.split("\n")[-1] for text in WorkOrder.objects.system("test").values_list("description", flat=True)
    )
    lost = set(customers.told) - set(registered)
    assert not lost, f"lost: {len(lost)} of {len(customers.told)}"
    doubled = {text: count for text, count in registered.items() if count > 1}
    assert not doubled
    waited = [o.said_at for o in Origin.objects.exclude(said_at=None).order_by("case_id")]
    # what came at the same moment (seconds of the wall) may have been written in either order
    late = [a - b for a, b in itertools.pairwise(waited) if a - b > timedelta(minutes=30)]
    assert not late, "they were passed on in the order in which they came"
    # what was on its way when the cable was cut was said a little before
    assert all(opened <= at <= paced.now() for at in waited)
    assert sum(at >= began for at in waited) > len(waited) / 2
    _told_the_truth(portal, customers)


def _told_the_truth(portal: Outer, customers: Customers) -> None:
    """Every receipt leads to the order that was made of the very message."""
    numbers = dict(WorkOrder.objects.system("test").values_list("number", "description"))
    receipts = {words: told for words, told in customers.told.items() if told not in numbers}
    assert receipts, "some were told a receipt code"
    with httpx.Client(base_url=portal.url, timeout=60, headers={"Accept-Language": "zh-CN"}) as browser:
        for words, receipt in list(receipts.items())[:3]:
            csrf = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/portal/receipt/").text)[0]
            page = browser.post("/portal/receipt/", data={"receipt": receipt, "csrfmiddlewaretoken": csrf}).text
            number = re.findall(r'<b class="mono">([-0-9A-Z]+)</b>', page)[0]
            assert numbers[number].endswith(words)
