"""Clocks that speak: to the right people, in the case's chain, whatever else is due in the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest
from tests import world as worlds

from open95598.casework import services as casework
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


def test_warnings_and_breaches_happen_once_to_the_right_people_after_the_sweeper_was_down_for_an_hour(
    world: worlds.World, clock: Any
) -> None:
    handler, manager = world.person(Role.HANDLER, "X11"), world.person(Role.UNIT_MANAGER, "X11")
    dispatcher, above = world.person(Role.DISPATCHER, "X11"), world.person(Role.SUPERVISOR, "C1")
    elsewhere = {world.person(role, "X21").pk for role in (Role.HANDLER, Role.UNIT_MANAGER, Role.DISPATCHER)}

    def taken(**facts: Any) -> WorkOrder:
        """Return an order that the handler has accepted."""
        new = services.NewOrder(worlds.fault(unit="X11", **facts))
        order = services.register_many(world.actor(Role.AGENT, "P1", clock.now()), [new], clock.now(), route=False)[0]
        for role, at, action, data in (
            (Role.DISPATCHER, "P1", "dispatch", {"unit": "X11"}),
            (Role.HANDLER, "X11", "accept", {}),
        ):
            casework.perform(order.pk, action, world.actor(role, at, clock.now()), clock.now(), data=data)
        return order

    complaint = taken(kind="complaint", category="complaint.service", description="营业厅人员态度不好")
    clock.advance(timedelta(hours=19))
    sweeper.sweep(clock.now())  # the last look: the complainant is to be contacted within 24 hours, warned after 19.2
    late, kept = taken(), taken()  # the crew is to be there within 45 minutes
    clock.advance(timedelta(minutes=20))
    for action in ("send_crew", "arrive"):
        casework.perform(kept.pk, action, world.actor(Role.HANDLER, "X11", clock.now()), clock.now())
    waiting = services.register(world.actor(Role.AGENT, "P1", clock.now()), worlds.fault(), clock.now())
    clock.advance(timedelta(minutes=40))

    spoken = Counter()
    for _hand in range(4):  # it starts again, and others look at the same time
        spoken += sweeper.sweep(clock.now()).counts
    assert spoken == {"warned": 2, "breached": 2, "escalated": 1}
    said = {
        (e.case_id, e.type, e.payload["clock"]): set(e.payload["recipients"])
        for e in Event.objects.filter(type__startswith="clock.", at=clock.now())
    }
    assert said == {
        (complaint.pk, "clock.warned", "contact"): {handler.pk},
        (late.pk, "clock.breached", "arrive"): {handler.pk, dispatcher.pk, manager.pk},
        (waiting.pk, "clock.breached", "accept"): {dispatcher.pk, manager.pk},
        (waiting.pk, "clock.escalated", "accept"): {above.pk},  # ten minutes later nobody had taken it yet
        (waiting.pk, "clock.warned", "arrive"): {dispatcher.pk},  # nobody owns it
    }
    for _again in range(2):  # an event is delivered once, however often the worker asks
        for order in (complaint, late, kept, waiting):
            while deliver_next("casework.clocks", f"case/{order.pk}", clock.now()) is Outcome.DONE:
                pass
    rung = Counter(Notice.objects.filter(kind__startswith="clock").values_list("case_id", "person_id"))
    assert rung == Counter((case_id, person) for (case_id, _type, _clock), people in said.items() for person in people)
    assert not elsewhere & {person for _case, person in rung}
    for order in (complaint, late, kept, waiting):
        kinds = Counter(kind for kind in _check_chain(order.pk) if kind.startswith("clock."))
        assert kinds == Counter(type_ for case_id, type_, _clock in said if case_id == order.pk)
