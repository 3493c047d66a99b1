"""The ledger: charged once, never changed, reversed by an entry of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.actors import Actor
from open95598.control.assessment import services
from open95598.control.assessment.models import LedgerEntry
from open95598.control.assessment.services import Charge
from open95598.foundation.errors import Impossible, NotFound
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.journal import queries as journal
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Notice
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
HOUSE = Actor.house("test")


@pytest.fixture
def world():
    return worlds.small()


def charged(world, now, key="test/1", **more):
    return services.enter(Charge("false_order", world.units["X11"].pk, key, **more), HOUSE, now)


def test_a_charge_is_entered_once_with_the_rulebooks_points(world, now):
    person = world.person("handler", "X11")
    entry = charged(world, now, person_id=person.pk, reason="现场无人到达，工单填写已处理")
    again = charged(world, now + timedelta(days=40), reason="别的说法")
    assert again == entry
    entry.refresh_from_db()
    assert (entry.points, entry.rule, entry.period, entry.person) == (Decimal(5), "false-order", "2026-03", person)
    assert entry.scope == world.units["X11"].lineage
    assert LedgerEntry.objects.count() == 1
    written = Entry.objects.get(stream=f"assessment/{entry.unit_id}")
    assert written.kind == "assessment.entered"
    assert Event.objects.filter(type="assessment.entered").count() == 1
    notice = Notice.objects.get(person=person)
    assert notice.title["zh"] == "考核：虚假工单，5分"


def test_the_local_month_is_the_period(world):
    entry = charged(world, datetime(2026, 3, 31, 16, 30, tzinfo=UTC))  # half past midnight of April in Shanghai
    assert entry.period == "2026-04"


def test_a_charge_without_points_is_not_written(world, now):
    assert services.enter(Charge("praise", world.units["X11"].pk, "x/1"), HOUSE, now) is None
    assert not LedgerEntry.objects.exists()


def test_charges_name_units_and_cases_that_exist(world, now):
    with pytest.raises(NotFound):
        services.enter(Charge("late", 10**9, "x/1"), HOUSE, now)
    with pytest.raises(NotFound):
        services.enter(Charge("late", world.units["X11"].pk, "x/1", case_id=10**9), HOUSE, now)


@pytest.mark.parametrize("change", [lambda e: e.save(), lambda e: e.delete()])
def test_the_database_refuses_to_change_or_delete_an_entry(world, now, change):
    entry = charged(world, now)
    entry.points = Decimal(0)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        change(entry)
    entry.refresh_from_db()
    assert entry.points == Decimal(5)


def test_an_entry_is_reversed_once_and_both_stand(world, now):
    entry = charged(world, now, person_id=world.person("handler", "X11").pk)
    later = now + timedelta(days=40)
    back = services.reverse(entry.pk, "申诉成立：有现场照片为证", HOUSE, later)
    assert (back.points, back.period, back.reverses, back.person) == (Decimal(-5), "2026-04", entry, entry.person)
    for pk in (entry.pk, back.pk):
        with pytest.raises(Impossible):
            services.reverse(pk, "再来一次", HOUSE, later)
    with pytest.raises(NotFound):
        services.reverse(10**9, "没有", HOUSE, later)
    assert sum(e.points for e in LedgerEntry.objects.all()) == 0
    kinds = Entry.objects.filter(stream=f"assessment/{entry.unit_id}").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["assessment.entered", "assessment.reversed"]


def test_the_sign_says_what_an_entry_is(world, now):
    entry = charged(world, now)
    entry.pk, entry.key, entry.points = None, "test/2", Decimal(-1)
    with pytest.raises(IntegrityError, match="ledger_sign"), transaction.atomic():
        entry.save(force_insert=True)


def deliver(name):
    delivery.deliver_keys(name, set(Event.objects.values_list("key", flat=True)))


def test_a_missed_limit_is_charged_to_the_unit_that_had_it_and_its_owner(world, clock):
    agent = world.actor("agent", "P1", clock.now())
    facts = worlds.fault(kind="complaint", category="complaint.service.conduct.hall_attitude", unit="X11")
    order = orders.register(agent, facts, clock.now())
    handler = world.actor("handler", "X11", clock.now())
    if order.case.state == "created":
        dispatcher = world.actor("dispatcher", "P1", clock.now())
        casework.perform(order.pk, "dispatch", dispatcher, clock.now(), data={"unit": "X11"})
    casework.perform(order.pk, "accept", handler, clock.now())
    before = journal.timeline(order.pk, reveal=True)
    clock.advance(timedelta(hours=25))
    sweeper.sweep(clock.now())
    for _twice in range(2):
        deliver("assessment.late")
    entry = LedgerEntry.objects.get()
    assert (entry.charge, entry.rule, entry.points) == ("late", "late-complaint", Decimal(2))
    assert (entry.unit.code, entry.person_id, entry.number) == ("X11", handler.person_id, order.number)
    assert entry.facts["clock"] == "contact"
    told = [e for e in journal.timeline(order.pk, reveal=True) if e not in before]
    assert {e.kind for e in told} <= {"clock.breached", "clock.warned"}, "the customer's case is untouched"


def test_a_late_dispatch_is_the_openers(world, clock):
    agent = world.actor("agent", "P1", clock.now())
    facts = worlds.fault(kind="opinion", category="opinion.service", address="不知哪里")
    order = orders.register_many(agent, [orders.NewOrder(facts)], clock.now(), route=False)[0]
    assert order.case.state == "created"
    clock.advance(timedelta(hours=3))
    sweeper.sweep(clock.now())
    deliver("assessment.late")
    entry = LedgerEntry.objects.get()
    assert (entry.unit.code, entry.person, entry.facts["clock"]) == ("P1", None, "dispatch")
