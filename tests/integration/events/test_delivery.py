"""In order per key, at least once, effects once; a dead letter holds back its own key only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from open95598.foundation.clock import FixedClock
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.events import backoff, decisions, queries, registry, relay
from open95598.foundation.events.delivery import Outcome, deliver_keys, deliver_next
from open95598.foundation.events.models import Delivery, Event
from open95598.foundation.events.registry import Heard
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db


class Receiver:
    """A subscriber that writes down what it hears, in the database, and fails when it is told to."""

    def __init__(self) -> None:
        self.down: Callable[[Heard], bool] = lambda event: False
        self.error: Callable[[], Exception] = lambda: ConnectionError("no answer")
        self.tried: list[int] = []

    def __call__(self, event: Heard, now: Any) -> None:
        self.tried.append(event.payload["n"])
        # an effect in the database: an event of its own
        say([Said("test.effect", event.key, now, payload={"n": event.payload["n"]})])
        if self.down(event):
            raise self.error()

    def effects(self, key: str) -> list[int]:
        found = Event.objects.filter(type="test.effect", key=key).order_by("id")
        return [e.payload["n"] for e in found]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    registry.subscribe("t.receiver", "test.said")(receiver)
    yield receiver
    registry.unsubscribe("t.receiver")


def tell(key: str, count: int, clock: FixedClock) -> None:
    say(Said("test.said", key, clock.now(), payload={"n": n}) for n in range(count))


def jobs() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'events.deliver' ORDER BY id")
        return [row[0] if isinstance(row[0], dict) else __import__("json").loads(row[0]) for row in cursor.fetchall()]


def work() -> dict[Outcome, int]:
    """Do what the relay and a worker do, once."""
    from open95598.foundation import clock

    relay.turn(clock.now())
    tally: dict[Outcome, int] = {}
    for job in jobs():
        for outcome, count in deliver_keys(**job).items():
            tally[outcome] = tally.get(outcome, 0) + count
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return tally


def test_all_are_delivered_in_order_and_once(receiver: Receiver, clock: FixedClock) -> None:
    for key in ("case/1", "case/2"):
        tell(key, 30, clock)
    work()
    assert receiver.effects("case/1") == receiver.effects("case/2") == list(range(30))
    assert not Delivery.objects.exclude(state="done").exists()
    assert work() == {}
    assert len(receiver.tried) == 60


def test_a_failure_takes_its_effects_back_and_keeps_the_order(receiver: Receiver, clock: FixedClock) -> None:
    receiver.down = lambda event: event.payload["n"] == 3 and event.attempt < 3
    tell("case/1", 6, clock)
    tell("case/2", 3, clock)

    assert work() == {Outcome.DONE: 6, Outcome.FAILED: 1, Outcome.EMPTY: 1}
    assert receiver.effects("case/1") == [0, 1, 2]
    assert receiver.effects("case/2") == [0, 1, 2]
    assert work() == {}, "nothing is due before the back-off has passed"

    failed = Delivery.objects.get(attempts=1, state="pending")
    assert failed.error.startswith("ConnectionError: no answer")
    assert timedelta(seconds=4) <= failed.due_at - clock.now() <= timedelta(seconds=6)
    for _ in range(3):
        clock.advance(timedelta(seconds=13))
        work()
    assert receiver.effects("case/1") == list(range(6))
    assert receiver.tried.count(3) == 3


def test_a_dead_letter_holds_back_its_own_key_until_somebody_decides(receiver: Receiver, clock: FixedClock) -> None:
    receiver.error = lambda: registry.Undeliverable("this number does not exist")
    receiver.down = lambda event: event.key == "case/1" and event.payload["n"] == 1
    tell("case/1", 4, clock)
    tell("case/2", 4, clock)
    assert work()[Outcome.DEAD] == 1
    tell("case/1", 1, clock)
    clock.advance(timedelta(days=2))
    assert work() == {Outcome.HELD: 1}
    assert work() == {}, "what is held back is not looked at again and again"
    assert receiver.effects("case/2") == list(range(4))

    (letter,) = queries.dead_letters()
    (shown,) = queries.with_events([letter])
    assert (letter.key, shown.type, shown.behind) == ("case/1", "test.said", 3)
    assert shown.reason == "Undeliverable: this number does not exist"
    (line,) = [x for x in queries.summary(clock.now()) if x.subscriber == "t.receiver"]
    assert (line.pending, line.held, line.dead, line.oldest) == (3, 3, 1, timedelta(days=2))

    with pytest.raises(Invalid):
        decisions.drop([letter.id], "  ", clock.now())
    decisions.drop([letter.id], "a wrong number", clock.now(), actor_id=7, actor_name="Li")
    with pytest.raises(Impossible):
        decisions.retry([letter.id], clock.now())
    work()
    assert receiver.effects("case/1") == [0, 2, 3, 0]
    entry = Entry.objects.get(stream="outbox")
    assert entry.kind == "outbox.dropped"
    assert "a wrong number" in entry.body
    assert entry.actor_id == 7


def test_a_dead_letter_that_is_tried_again_comes_before_what_waited(receiver: Receiver, clock: FixedClock) -> None:
    receiver.down = lambda event: event.payload["n"] == 0
    receiver.error = lambda: registry.Undeliverable("gone")
    tell("case/1", 3, clock)
    work()
    receiver.down = lambda event: False
    decisions.retry([x.id for x in queries.dead_letters()], clock.now())
    work()
    assert receiver.effects("case/1") == [0, 1, 2]


def test_a_receiver_that_is_down_for_a_day_gets_everything_in_order(receiver: Receiver, clock: FixedClock) -> None:
    """A simulated day: 12 keys, an event of each every two hours, nobody answers; then somebody does."""
    receiver.down = lambda event: True
    for hour in range(24):
        if hour % 2 == 0:
            say(Said("test.said", f"case/{key}", clock.now(), payload={"n": hour // 2}) for key in range(12))
        for _ in range(6):
            work()
            clock.advance(timedelta(minutes=10))
    assert not Delivery.objects.filter(state="dead").exists()
    assert not Delivery.objects.filter(state="done").exists()
    assert set(receiver.tried) == {0}, "the first of a key is tried, never a later one"
    assert len(receiver.tried) < 12 * backoff.ATTEMPTS

    receiver.down = lambda event: False
    clock.advance(backoff.LONGEST * 1.2)
    work()
    assert all(receiver.effects(f"case/{key}") == list(range(12)) for key in range(12))


def test_tries_come_to_an_end(receiver: Receiver, clock: FixedClock) -> None:
    receiver.down = lambda event: True
    tell("case/1", 1, clock)
    for _ in range(backoff.ATTEMPTS + 3):
        work()
        clock.advance(timedelta(hours=2))
    letter = Delivery.objects.get(state="dead")
    assert letter.attempts == len(receiver.tried) == backoff.ATTEMPTS


def test_a_job_that_was_lost_is_made_again(receiver: Receiver, clock: FixedClock) -> None:
    tell("case/1", 2, clock)
    assert relay.nudge(clock.now()) == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert relay.nudge(clock.now()) == 0
    clock.advance(relay.LEASE)
    work()
    assert receiver.effects("case/1") == [0, 1]


def test_an_event_of_the_future_waits_for_its_time(receiver: Receiver, clock: FixedClock) -> None:
    say([Said("test.said", "message/1", clock.now() + timedelta(hours=9), payload={"n": 1})])
    assert work() == {}
    assert deliver_next("t.receiver", "message/1", clock.now()) is Outcome.NOT_YET
    clock.advance(timedelta(hours=9))
    work()
    assert receiver.effects("message/1") == [1]


def test_a_subscriber_that_the_code_has_lost_is_a_failure_not_a_loss(clock: FixedClock) -> None:
    registry.subscribe("t.gone", "test.said")(lambda event, now: None)
    tell("case/1", 1, clock)
    registry.unsubscribe("t.gone")
    assert work() == {Outcome.FAILED: 1}
    assert "no subscriber named t.gone" in Delivery.objects.get().error
    (line,) = [x for x in queries.summary(clock.now()) if x.subscriber == "t.gone"]
    assert not line.known


def test_many_keys_share_a_job_and_a_long_key_gives_way(
    receiver: Receiver, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(Said("test.said", f"case/{key}", clock.now(), payload={"n": 0}) for key in range(45))
    relay.turn(clock.now())
    assert [len(job["keys"]) for job in jobs()] == [20, 20, 5]

    monkeypatch.setattr("open95598.foundation.events.delivery.TURN", 3)
    tell("case/long", 8, clock)
    assert deliver_keys("t.receiver", ["case/long"]) == {Outcome.DONE: 3}
    work()
    work()
    work()
    assert receiver.effects("case/long") == list(range(8))


@pytest.mark.django_db(transaction=True)
def test_the_relay_misses_nothing_when_ids_commit_out_of_order(clock: FixedClock) -> None:
    import threading

    from django.db import connections

    relay.wake()  # what transactional tests before this one left behind
    said, go = threading.Event(), threading.Event()
    slow: list[int] = []

    def slowly() -> None:
        with transaction.atomic():
            slow.extend(say([Said("test.slow", "case/1", clock.now())]))
            said.set()
            go.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert said.wait(10)
    (quick,) = say([Said("test.quick", "case/2", clock.now())])
    assert relay.wake() == 1
    assert Event.objects.get(id=quick).relayed
    go.set()
    thread.join()
    assert slow[0] < quick
    assert relay.wake() == 1
    assert Event.objects.get(id=slow[0]).relayed
