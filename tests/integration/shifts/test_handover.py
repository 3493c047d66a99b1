"""The shift's handover: what is on the list, two people, the list frozen, promises passed, the clock, rights, paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests import world as worlds

from open95598.casework import sweeper
from open95598.casework.models import Case, CaseClock
from open95598.foundation.journal import queries as journal
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import rights
from open95598.service.shifts import queries
from open95598.service.shifts.models import Handover, Item
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


@pytest.fixture
def world(clock: Any) -> worlds.World:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM delivery")
    return worlds.small()


@pytest.fixture
def order(world: worlds.World, clock: Any) -> WorkOrder:
    """An order that an agent of the province took: its promise is theirs."""
    return services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())


def sit(client: Any, person: Any) -> Any:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def prepared(client: Any, world: worlds.World) -> Handover:
    leader = world.person("shift_leader", "P1")
    agent = world.person("agent", "P1")
    answer = sit(client, leader).post("/shifts/", {"leaving": [agent.pk]})
    assert answer.status_code == 302
    return Handover.objects.system("t").get()


def test_a_shift_is_handed_over_signed_for_by_another_and_its_promises_pass(
    world: Any, order: WorkOrder, client: Any, clock: Any
) -> None:
    leader, next_one = world.person("shift_leader", "P1"), world.person("deputy_leader", "P1")
    page = sit(client, leader).get("/shifts/").content.decode()
    assert "agent@P1" in page
    found = prepared(client, world)
    item = Item.objects.get(handover=found)
    assert (item.kind, item.ref_id, item.person_id) == ("promise", order.pk, world.person("agent", "P1").pk)
    assert client.post("/shifts/", {}).status_code == 302, "a second one waits for the first"
    assert Handover.objects.system("t").count() == 1
    url = f"/shifts/{found.pk}"
    client.post(f"{url}/hand_over/", {f"note-{item.pk}": "客户晚上在家", "remarks": "三号线检修"})
    item.refresh_from_db()
    assert item.note == "客户晚上在家"
    assert Case.objects.system("t").get(pk=found.pk).state == "handed"
    frozen = client.post(f"{url}/note/", {f"note-{item.pk}": "改了"})
    assert frozen.status_code == 409
    own = client.post(f"{url}/sign/")
    assert own.status_code == 409
    assert "交班人不能自己接班签收" in own.content.decode()
    assert sit(client, next_one).post(f"{url}/take_back/").status_code == 409
    assert client.post(f"{url}/sign/").status_code == 302
    order.refresh_from_db()
    assert order.keeper_id == next_one.pk
    found.refresh_from_db()
    assert (found.handed_by_id, found.signed_by_id) == (leader.pk, next_one.pk)
    kinds = list(Entry.objects.filter(case_id=found.pk).order_by("id").values_list("kind", "actor_id"))
    assert kinds == [
        ("case.opened", leader.pk), ("case.hand_over", leader.pk), ("case.sign", next_one.pk)
    ]  # fmt: skip
    item.refresh_from_db()
    assert item.passed
    paper = client.get(f"{url}/handover.pdf")
    assert paper.content.startswith(b"%PDF")
    assert client.post(f"{url}/sign/").status_code == 409


def test_one_that_nobody_signs_for_warns_and_is_overdue(world: Any, order: WorkOrder, client: Any, clock: Any) -> None:
    other = world.person("deputy_leader", "P1")
    found = prepared(client, world)
    client.post(f"/shifts/{found.pk}/hand_over/", {})
    assert CaseClock.objects.get(case_id=found.pk).due_at == clock.now() + timedelta(minutes=15)
    sweeper.sweep(clock.advance(timedelta(minutes=13)))
    warned = journal.audit(kind="clock.warned", case_id=found.pk, limit=2)
    assert [other.pk in entry.data["told"] for entry in warned] == [True]
    sweeper.sweep(clock.advance(timedelta(minutes=3)))
    assert Case.objects.system("t").get(pk=found.pk).breached


def test_whoever_may_not_know_of_an_order_does_not_learn_of_it_from_the_list(
    world: Any, order: WorkOrder, client: Any, clock: Any
) -> None:
    found = prepared(client, world)
    client.post(f"/shifts/{found.pk}/hand_over/", {f"note-{Item.objects.get().pk}": "别告诉他"})
    named = world.person("deputy_leader", "P1")
    Case.objects.system("t").filter(pk=order.pk).update(recused_people=[named.pk])
    page = sit(client, named).get(f"/shifts/{found.pk}/").content.decode()
    assert order.number not in page
    assert "别告诉他" not in page
    client.post(f"/shifts/{found.pk}/sign/")
    order.refresh_from_db()
    assert order.keeper_id != named.pk
    assert Item.objects.get().passed is False
    assert sit(client, world.person("shift_leader", "C2")).get(f"/shifts/{found.pk}/").status_code == 404
    assert sit(client, world.person("agent", "P1")).get("/shifts/").status_code == 403
    mine = rights.load(world.person("shift_leader", "P1"), clock.now())
    assert [row.visible for row in queries.items(found, mine)] == [True]
