"""Every flow walked at random by everybody at once: whatever is done or refused, the case stays whole."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests import world as worlds

from open95598.casework import registry, sweeper
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.flow import InputType
from open95598.casework.inputs import options
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.clock import FixedClock
from open95598.foundation.errors import Refused
from open95598.foundation.events.models import Event
from open95598.foundation.events.registry import Heard
from open95598.foundation.journal import chain
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import rights
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.service.workorders import merging, services
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import Finding, Judgement, WorkOrder
from open95598.service.workorders.steps import joining

pytestmark = pytest.mark.django_db
ROLES = [Role.AGENT, Role.SHIFT_LEADER, Role.HANDLER, Role.CREW_MEMBER, Role.UNIT_MANAGER, Role.CALLBACK_CLERK]
UNITS = ["P1", "C1", "X11", "X21", "T111"]


@pytest.fixture
def world():
    made = worlds.small()
    for unit in UNITS:
        for role in ROLES:
            made.person(role, unit)
    return made


def _value(draw: Any, field: Any, rules: Any, world: Any, numbers: list[str]) -> Any:
    if field.name in ("into", "of"):
        choices: list[Any] = [*numbers, "20260302-P1-NOSUCH"]
    elif draw(st.integers(0, 14)) == 0:
        choices = [None, "", "nonsense", "\x00", 7, True, "9" * 12000]
    else:
        choices = _choices(field, rules, world)
    return draw(st.sampled_from(choices))


def _choices(field: Any, rules: Any, world: Any) -> list[Any]:
    match field.type:
        case InputType.CHOICE:
            return [code for code, _label in options(field, rules)]
        case InputType.UNIT:
            return [world.units[unit].code for unit in UNITS]
        case InputType.PERSON:
            return [world.person(Role.HANDLER, "X11").pk]
        case InputType.INTEGER:
            return [0, 1, 3, 10, 12]
        case InputType.DATETIME:
            return ["2026-03-05T09:00", "2026-03-05T09:00+08:00"]
        case InputType.BOOLEAN:
            return [True, False]
        case _:
            return ["已处理", "a" * 150, "=1+1", "<script>alert(1)</script>", "😀\u202e"]


def _check_whole(case_id: int, before: Case | None) -> Case:
    case = Case.objects.system("test").get(pk=case_id)
    flow = registry.flow(case.kind, case.flow_version)
    state = flow.state(case.state)
    clocks = list(CaseClock.objects.filter(case=case))
    running = [c for c in clocks if c.state == ClockState.RUNNING]
    assert case.is_open is not state.final
    assert (case.closed_at is None) is case.is_open
    assert case.due_at == min((c.due_at for c in running), default=None)
    assert case.is_open or not [c for c in clocks if c.state != ClockState.STOPPED]
    assert case.state == "suspended" or not [c for c in clocks if c.state == ClockState.PAUSED] or not running
    assert all((c.next_at is not None) <= (c.state == ClockState.RUNNING) for c in clocks)
    assert len({(c.name) for c in running}) == len(running), "a clock runs twice"
    if before is not None:
        assert case.version - before.version in (0, 1)
        assert case.state == before.state or case.version == before.version + 1
    assert set(case.scope) <= set(case.sight)
    assert set(case.scope) == set(case.unit.lineage)
    return case


def _check_promises(order: WorkOrder) -> None:
    """What must hold of an order on any branch (DOMAIN 2.2, 2.4)."""
    order.refresh_from_db()
    case, rules = order.case, store.get(order.case.rulebook_version)
    returned = [orjson.loads(e.body)["data"] for e in Entry.objects.filter(case_id=case.pk, kind="case.return")]
    for number, entry in enumerate(returned, 1):
        last = number >= rules.returns(case.kind).most
        assert entry["to"] == ("disputed" if last else "returned")
        assert not last or Unit.objects.get(pk=entry["unit"]).level == "province"
    assert len(returned) == order.returns <= rules.returns(case.kind).most
    assert order.extensions <= rules.extension.most
    if case.state == "terminated":
        assert order.inquired_at and order.told_at and order.finding and order.answer
    if case.state == "merged":  # the other one is still to be answered, so this customer cannot be forgotten
        head = order.merged_into
        assert head is not None and head.case.is_open and head.case.state not in joining.TOO_LATE
        assert CaseClock.objects.filter(case=case, name="answer").exclude(state="stopped").exists()
    waiting = WorkOrder.objects.system("test").filter(merged_into=order, case__state="merged").count()
    assert order.absorbed == waiting
    if case.kind == "complaint":
        _check_complaint(order)
    if Entry.objects.filter(case_id=case.pk, kind="case.answer_merged").exists():
        assert order.answer and order.replied_at


def _check_complaint(order: WorkOrder) -> None:
    """A complaint has a grade and, once answered, a finding with what it needs; whatever it was stands on record."""
    rows = list(Judgement.objects.system("test").filter(order=order).order_by("id"))
    grades = [row for row in rows if row.what == "grade"]
    found = [row for row in rows if row.what == "substantiated"]
    assert grades[-1].after == order.grade
    assert not found or found[-1].after == order.substantiated
    assert all(one.after == two.before for judged in (grades, found) for one, two in pairwise(judged))
    assert all(one.after != two.after for one, two in pairwise(found))
    if Entry.objects.filter(case_id=order.pk, kind="case.reply").exists():
        row = Finding.objects.get(order=order)
        assert row.finding
        needed = (row.explanation,) if order.substantiated == "no" else (row.cause, row.rectification, row.effect)
        assert all(needed)


def _check_chain(case: Case) -> None:
    entries = list(Entry.objects.filter(stream=f"case/{case.pk}").order_by("seq"))
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    head = b""
    for entry in entries:
        assert bytes(entry.prev) == head
        head = chain.link(head, entry.body)
        assert bytes(entry.hash) == head
    assert (case.journal_seq, bytes(case.journal_head)) == (len(entries), head)


@pytest.mark.parametrize("kind", [flow.kind for flow in ORDERS])
def test_a_case_stays_whole_whatever_people_do(world, kind) -> None:
    @settings(
        max_examples=6,
        phases=(Phase.explicit, Phase.generate),  # a failing walk is short enough as it is
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def walk(data: Any) -> None:
        draw, clock = data.draw, FixedClock(worlds.MONDAY)
        with transaction.atomic():
            _walk(draw, clock, world, kind)
            transaction.set_rollback(True)

    walk()


def _walk(draw: Any, clock: FixedClock, world: Any, kind: str) -> None:
    """Two orders of perhaps one matter and all that hangs below them, acted on by anybody.

    What waits for an answer hears of it at once.
    """
    rules = store.current(clock.now())
    codes = [c.code for top in rules.categories(kind) for c in top.walk()]
    agent = world.actor(Role.AGENT, "P1", clock.now())
    facts = worlds.fault(kind=kind, category=draw(st.sampled_from(codes)))
    orders = [services.register(agent, facts, clock.now()) for _one in range(2)]
    cases = [_check_whole(order.case_id, None) for order in orders]
    heard = 0
    for _step in range(draw(st.integers(3, 16))):
        clock.advance(timedelta(minutes=draw(st.sampled_from([1, 1, 20, 90, 600, 3000]))))
        if draw(st.booleans()):
            sweeper.sweep(clock.now())
            sweeper.sweep(clock.now())
        # one of the orders, or something open below them: a part, a supervision, …
        parents = [case.pk for case in cases]
        below = list(Case.objects.system("test").filter(parent_id__in=parents, is_open=True).order_by("pk"))
        case = draw(st.sampled_from([*cases, *cases, *below]))
        flow = registry.flow(case.kind, case.flow_version)
        role, unit = draw(st.sampled_from(ROLES)), draw(st.sampled_from(UNITS))
        chief = draw(st.booleans())  # with the doors open one comes further
        actor = _chief(world, clock) if chief else world.actor(role, unit, clock.now())
        likely = [a for a in flow.actions if case.state in a.sources] or list(flow.actions)
        action = draw(st.sampled_from(likely if draw(st.integers(0, 5)) else list(flow.actions)))
        numbers = [order.number for order in orders]
        given_ = {
            i.name: _value(draw, i, rules, world, numbers)
            for i in action.inputs
            if i.required or draw(st.booleans())
        }  # fmt: skip
        entries, events = Entry.objects.count(), Event.objects.count()
        try:
            with transaction.atomic():
                casework.perform(case.pk, action.name, actor, clock.now(), data=given_)
        except Refused:
            assert (Entry.objects.count(), Event.objects.count()) == (entries, events)
        else:
            assert Entry.objects.count() > entries
            assert Event.objects.count() > events
        _check_whole(case.pk, case)
        for event in Event.objects.filter(type="order.answered", id__gt=heard).order_by("id"):
            merging.hear(Heard(event.id, event.type, event.key, event.at, event.case_id, event.payload, 1), clock.now())
            heard = event.id
        cases = [_check_whole(c.pk, None) for c in cases]
        for one in below:
            _check_whole(one.pk, None)
        for order in orders:
            _check_promises(order)
    for case in (*cases, *Case.objects.system("test").filter(parent_id__in=[case.pk for case in cases])):
        _check_chain(case)


def _chief(world: Any, clock: FixedClock) -> Any:
    """Return somebody who holds every role at the top."""
    person = world.person(Role.UNIT_MANAGER, "HQ", name="chief")
    for role in (*ROLES, Role.DISPATCHER, Role.QUALITY_AUDITOR):
        RoleAssignment.objects.get_or_create(
            person=person, role=role, unit=world.units["HQ"], defaults={"valid_from": worlds.LONG_AGO}
        )
    return Actor.of(person, rights.load(person, clock.now()), "page")


def test_clocks_speak_once_however_often_the_sweeper_comes(world, clock) -> None:
    order = services.register(world.actor(Role.AGENT, "P1", clock.now()), worlds.fault(), clock.now())
    world.person(Role.DISPATCHER, "P1")
    world.person(Role.UNIT_MANAGER, "X11")
    for _round in range(30):
        clock.advance(timedelta(minutes=30))
        sweeper.sweep(clock.now())
        sweeper.sweep(clock.now())
    said = list(Entry.objects.filter(case_id=order.case_id, kind__startswith="clock.").values_list("kind", "body"))
    breaches = [body for kind, body in said if kind == "clock.breached"]
    clocks = CaseClock.objects.filter(case_id=order.case_id)
    assert len(breaches) == clocks.filter(breached_at__isnull=False).count() >= 2
    events = Event.objects.filter(case_id=order.case_id, type="clock.breached")
    assert events.count() == len(breaches)
    assert all(e.payload["recipients"] for e in events)
