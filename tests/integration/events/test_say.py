"""Events and deliveries are one with the change that says them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from open95598.foundation import partitions
from open95598.foundation.events import registry
from open95598.foundation.events.models import DELIVERIES, EVENTS, Delivery, Event
from open95598.foundation.events.services import Said, say

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 3, 31, 20, 0, tzinfo=UTC)


@pytest.fixture
def hearers() -> Iterator[None]:
    registry.subscribe("t.all", "test.*")(lambda event, now: None)
    registry.subscribe("t.opened", "test.opened")(lambda event, now: None)
    yield
    registry.unsubscribe("t.all")
    registry.unsubscribe("t.opened")


def test_ids_follow_the_order_of_what_is_said_and_every_hearer_gets_its_row(hearers: None) -> None:
    ids = say(Said("test.opened" if n % 2 else "test.noted", f"case/{n % 3}", NOW, n, {"n": n}) for n in range(50))

    assert ids == sorted(ids)
    assert [e.payload["n"] for e in Event.objects.filter(id__in=ids).order_by("id")] == list(range(50))
    sent = Delivery.objects.filter(event_id__in=ids)
    assert sent.filter(subscriber="t.all").count() == 50
    assert sent.filter(subscriber="t.opened").count() == 25
    assert set(sent.values_list("state", "attempts", "due_at")) == {("pending", 0, NOW)}


def test_a_rollback_takes_event_and_deliveries_away(hearers: None) -> None:
    with transaction.atomic():
        (event_id,) = say([Said("test.opened", "case/1", NOW, 1)])
        assert Delivery.objects.filter(event_id=event_id).count() == 2
        transaction.set_rollback(True)
    assert not Event.objects.filter(id=event_id).exists()
    assert not Delivery.objects.filter(event_id=event_id).exists()


def test_nobody_listens_and_nothing_said() -> None:
    (event_id,) = say([Said("nobody.hears", "k", NOW, payload={"text": "工单"})])
    event = Event.objects.get(id=event_id)
    assert (event.case_id, event.payload, event.relayed) == (None, {"text": "工单"}, False)
    assert not Delivery.objects.filter(event_id=event_id).exists()
    assert say([]) == []


def test_a_month_moves_out_of_the_default_partition_whole() -> None:
    ids = say([Said("test.noted", "k", NOW + timedelta(hours=h)) for h in range(6)])  # over midnight UTC, into April
    assert partitions.ensure(EVENTS, NOW, NOW) == ["event_203103"]
    assert partitions.ensure(EVENTS, NOW, NOW) == []
    assert partitions.ensure(DELIVERIES, NOW, NOW) == ["delivery_203103"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM event WHERE id = ANY(%s) GROUP BY 1", [ids])
        assert dict(cursor.fetchall()) == {"event_203103": 4, "event_default": 2}
