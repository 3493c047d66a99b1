"""A partner's receiver is away for a day, over real HTTP: nothing lost, nothing twice, in order for each case."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests import world as worlds

from open95598.foundation.clock import FixedClock
from open95598.foundation.events import backoff, relay
from open95598.foundation.events.delivery import Outcome, deliver_keys
from open95598.foundation.events.models import Delivery
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Message
from open95598.foundation.notices.services import send

from .conftest import Gateway

pytestmark = pytest.mark.django_db
CASES = (1, 2, 3)


class Partner:
    """A receiver at an address of its own, whose server is there or not: away means a refused connection."""

    def __init__(self) -> None:
        self.server: Gateway | None = None
        self.port = 0
        self.arrived: list[tuple[str, int, int]] = []

    def open(self, *behave: Any) -> None:
        """Begin to listen, from the second time on at the same port."""
        self.server = Gateway(self.port)
        self.server.behave = list(behave)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening; keep what had arrived: (id, case, number), in order."""
        assert self.server
        self.server.shutdown()
        self.server.server_close()
        self._take()
        self.server = None

    def had(self) -> list[tuple[str, int, int]]:
        """Return what arrived so far."""
        self._take()
        return self.arrived

    def _take(self) -> None:
        if self.server is not None:
            told = [json.loads(body) for _method, _path, _headers, body in self.server.requests]
            self.arrived += [(m["id"], m["case_id"], int(m["body"])) for m in told]
            self.server.requests = []


@pytest.fixture
def partner(settings: Any) -> Iterator[Partner]:
    settings.NOTICES = {"webhook_secret": "secret", "webhook_allow": ("127.0.0.1",), "timeout": 1.0}
    partner = Partner()
    partner.open()
    yield partner
    if partner.server:
        partner.close()


def tell(partner: Partner, number: int, now: datetime) -> None:
    for case in CASES:
        address = f"http://127.0.0.1:{partner.port}/hook"
        send("webhook", address, "case.changed", str(number), now, f"{case}/{number}", case)


def work(clock: FixedClock) -> Counter[Outcome]:
    """Do what the relay and a worker do, once; return what became of the tries."""
    relay.turn(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'events.deliver' RETURNING args")
        jobs = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in cursor.fetchall()]
    return sum((Counter(deliver_keys(**job)) for job in jobs), Counter())


def test_a_day_without_the_receiver(partner: Partner, clock: FixedClock) -> None:
    tell(partner, 0, clock.now())
    work(clock)
    assert sorted(number for _id, _case, number in partner.had()) == [0, 0, 0]

    partner.close()
    tries = 0
    for hour in range(24):
        if hour == 12:  # the second half of the day something listens again, and is broken
            partner.open(*[503] * 10_000)
        if hour % 2 == 0:
            tell(partner, 1 + hour // 2, clock.now())
        for _ in range(6):
            tries += work(clock)[Outcome.FAILED]
            clock.advance(timedelta(minutes=10))
    assert not Delivery.objects.filter(subscriber="notices.send", state="dead").exists()
    assert Message.objects.filter(state="sent").count() == 3
    # the house's clock paces the tries: a handful at first, then one an hour
    assert 24 <= tries / len(CASES) <= backoff.ATTEMPTS
    refused = [number for _id, _case, number in partner.had()[3:]]
    assert set(refused) == {1}, "the first of a case is tried, never a later one"

    partner.close()
    partner.arrived = [arrived for arrived in partner.arrived if arrived[2] == 0]
    partner.open("hang")  # the first that arrives is taken, and the answer is lost
    clock.advance(backoff.LONGEST * (1 + backoff.SPREAD))
    work(clock)
    clock.advance(timedelta(hours=2))
    work(clock)
    had = partner.had()
    assert len(had) == 3 * 13 + 1, "one answer was lost: that message came twice"
    assert len({ref for ref, _case, _number in had}) == 3 * 13, "… under one id, as every message"
    for case in CASES:
        first = dict.fromkeys((ref, number) for ref, its, number in had if its == case)
        assert [number for _ref, number in first] == list(range(13))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_what_the_receiver_refuses_waits_for_a_decision_and_holds_its_case_only(
    partner: Partner, clock: FixedClock
) -> None:
    partner.server.behave = [422]  # the first of the three cases is refused for good
    for number in range(3):
        tell(partner, number, clock.now())
    work(clock)
    letter = Delivery.objects.get(subscriber="notices.send", state="dead")
    held = int(letter.key.split("/")[2])
    assert [(case, number) for _id, case, number in partner.had() if case != held] == [
        (case, number) for case in CASES if case != held for number in range(3)
    ]
    clock.advance(timedelta(days=1))
    work(clock)
    assert [number for _id, case, number in partner.had() if case == held] == [0]

    admin = Client()
    admin.force_login(worlds.small().person("administrator", "HQ"), backend="django.contrib.auth.backends.ModelBackend")
    page = admin.get("/outbox/?subscriber=notices.send").content.decode()
    assert "HTTP 422" in page
    assert '<td class="number">2</td>' in page  # so many wait behind it
    messages = admin.get("/messages/").content.decode()
    assert "HTTP 422" in messages
    assert admin.post("/outbox/decide/", {"id": letter.id, "decision": "retry"}).status_code == 302
    assert Entry.objects.filter(stream="outbox", kind="outbox.retried").count() == 1
    work(clock)
    had = [(ref, number) for ref, case, number in partner.had() if case == held]
    assert [number for _ref, number in had] == [0, 0, 1, 2]
    assert had[0] == had[1], "tried again under its id"


def test_people_are_not_made_to_wait_for_one_another(settings: Any, gateway: Gateway, clock: FixedClock) -> None:
    """A number that does not exist holds back what goes to it about its case, and nothing else."""
    settings.NOTICES = {"sms_url": f"{gateway.url}/sms", "timeout": 1.0}
    gateway.behave = [404]
    now = clock.now()
    night = send("sms", "13800001111", "", "call-back", now, "quiet", 7, not_before=now + timedelta(hours=9))
    for key, to, case in (("wrong", "13800001111", 7), ("next", "13800001111", 7), ("case", "13800001111", 8)):
        send("sms", to, "", key, now, key, case)
    send("sms", "13800002222", "", "other", now, "other", 7)
    work(clock)
    sent = Message.objects.filter(state="sent").values_list("key", flat=True)
    assert set(sent) == {"case", "other"}
    clock.advance(timedelta(hours=9))
    work(clock)
    night.refresh_from_db()
    assert night.state == "sent", "what waited for its hour stands in no queue"
