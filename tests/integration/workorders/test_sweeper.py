"""Clocks that speak: to the right people, in the case's chain, whatever else is due in the same moment."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest
from tests import world as worlds

from open95598.casework import sweeper
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.events.models import Event
from open95598.foundation.journal import chain
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Notice
from open95598.foundation.people.policy import Role
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    return worlds.small()


@pytest.fixture
def order(world: worlds.World, clock: Any) -> WorkOrder:
    """Return a fault that was dispatched to the county X11 and has an owner there."""
    order = services.register(world.actor(Role.AGENT, "P1", clock.now()), worlds.fault(), clock.now())
    owner = world.person(Role.HANDLER, "X11", name="owner")
    Case.objects.system("a test").filter(pk=order.case_id).update(owner=owner)
    return order


def _check_chain(case_id: int) -> list[str]:
    """Return the kinds of a case's entries; they chain, and the case carries the head."""
    fields = ("id", "at", "stream", "seq", "kind", "actor_id", "case_id", "body", "prev", "hash")
    rows = [
        chain.Row(*values[:8], bytes(values[8]), bytes(values[9]))
        for values in Entry.objects.filter(stream=f"case/{case_id}").order_by("seq").values_list(*fields)
    ]
    assert list(chain.sequence_faults(rows)) == []
    case = Case.objects.system("a test").get(pk=case_id)
    assert (case.journal_seq, bytes(case.journal_head)) == (rows[-1].seq, rows[-1].hash)
    return [row.kind for row in rows]


def _fall_due(order: WorkOrder, clock: Any, **past: Any) -> CaseClock:
    """Let one clock of the order have been due a minute ago, all others far from it; return it."""
    running = CaseClock.objects.filter(case_id=order.case_id, state=ClockState.RUNNING)
    running.update(next_at=None)
    due = running.order_by("id")[0]
    at = clock.now() - timedelta(minutes=1)
    CaseClock.objects.filter(pk=due.pk).update(due_at=at, warn_at=at - timedelta(minutes=10), next_at=at, **past)
    return CaseClock.objects.get(pk=due.pk)


def test_a_missed_clock_reaches_owner_and_manager_but_nobody_recused(
    world: worlds.World, order: WorkOrder, clock: Any
) -> None:
    owner = world.people[f"{Role.HANDLER}owner", "X11"]
    manager, named = world.person(Role.UNIT_MANAGER, "X11"), world.person(Role.UNIT_MANAGER, "X11", name="named")
    world.person(Role.UNIT_MANAGER, "X21")  # another county's
    Case.objects.system("a test").filter(pk=order.case_id).update(recused_people=[named.pk])
    due = _fall_due(order, clock)
    assert sweeper.sweep(clock.now()).counts == {"breached": 1}
    entry = Entry.objects.get(case_id=order.case_id, kind="clock.breached")
    told = orjson.loads(entry.body)["data"]
    assert set(told["told"]) >= {owner.pk, manager.pk}
    assert named.pk not in told["told"]
    assert told["folded"]  # nobody could be warned in time
    event = Event.objects.get(case_id=order.case_id, type="clock.breached")
    assert event.payload["recipients"] == told["told"]
    assert event.payload["clock"] == due.name
    assert deliver_next("casework.clocks", event.key, clock.now()) is Outcome.DONE
    notices = Notice.objects.filter(case_id=order.case_id)
    assert {n.person_id for n in notices} == set(told["told"])
    assert all(order.number in n.title["zh"] and n.title["zh"].endswith("已超时") for n in notices)
    due.refresh_from_db()
    assert (due.warned_at, due.breached_at) == (clock.now(), clock.now())
    assert Case.objects.system("a test").get(pk=order.case_id).breached
    assert sweeper.sweep(clock.now()).total == 0
    _check_chain(order.case_id)


def test_an_escalation_climbs_the_ladder_once(world: worlds.World, order: WorkOrder, clock: Any) -> None:
    _fall_due(order, clock)
    sweeper.sweep(clock.now())
    due = CaseClock.objects.get(case_id=order.case_id, breached_at__isnull=False)
    steps = 0
    while due.next_at is not None:
        clock.advance(due.next_at - clock.now())
        assert sweeper.sweep(clock.now()).counts == {"escalated": 1}
        assert sweeper.sweep(clock.now()).total == 0
        due.refresh_from_db()
        steps += 1
        assert due.escalated == steps
    assert _check_chain(order.case_id)[-1 - steps :] == ["clock.breached", *["clock.escalated"] * steps]


def test_two_clocks_of_one_case_in_one_batch_chain(world: worlds.World, order: WorkOrder, clock: Any) -> None:
    first = _fall_due(order, clock)
    CaseClock.objects.create(
        case_id=order.case_id,
        name="joint",
        limit_minutes=10,
        warn_minutes=5,
        started_at=first.started_at,
        due_at=first.due_at,
        warn_at=first.warn_at,
        next_at=first.next_at,
    )
    assert sweeper.sweep(clock.now()).counts == {"breached": 2}
    assert _check_chain(order.case_id)[-2:] == ["clock.breached"] * 2
    ids = list(Event.objects.filter(case_id=order.case_id, type="clock.breached").order_by("id").values_list("id"))
    assert all(a < b for a, b in pairwise(ids))


def test_a_clock_that_was_moved_is_looked_at_again_when_it_says(
    world: worlds.World, order: WorkOrder, clock: Any
) -> None:
    due = _fall_due(order, clock, warned_at=clock.now())
    later = clock.now() + timedelta(hours=1)
    CaseClock.objects.filter(pk=due.pk).update(due_at=later)
    assert sweeper.sweep(clock.now()).total == 0
    due.refresh_from_db()
    assert due.next_at == later
    assert "clock.breached" not in _check_chain(order.case_id)
