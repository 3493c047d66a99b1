"""Many at one case in the same moment: threads with connections of their own, through the real API."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.models import Case, CaseClock
from open95598.foundation.events.models import Event
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> worlds.World:
    return worlds.small()


@pytest.fixture
def order(world: worlds.World, clock: Any) -> WorkOrder:
    return services.register(world.actor(Role.AGENT, "P1", clock.now()), worlds.fault(), clock.now())


def all_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Call all in threads that wait for each other at the start; return what they returned (or raised), in order."""
    start = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            found[n] = act()
        except Exception as problem:
            found[n] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def post(token: str, path: str, body: Any, **headers: str) -> Any:
    client = Client(headers={"authorization": f"Bearer {token}"})
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def tokens(world: worlds.World, role: Role, unit: str, many: int, now: Any) -> list[str]:
    return [make_token(world.person(role, unit, name=f"{role}{n}"), "test", [], now) for n in range(many)]


def test_twenty_creations_with_one_key_are_one_order(world: worlds.World, clock: Any) -> None:
    [token] = tokens(world, Role.AGENT, "P1", 1, clock.now())

    def create() -> Any:
        return post(token, "/work-orders", worlds.fault(), **{"idempotency-key": "the same"})

    answers = all_at_once(*[create] * 20)
    assert {a.status_code for a in answers} == {201}, answers
    assert len({a.content for a in answers}) == 1
    assert len({a["Location"] for a in answers}) == 1
    assert WorkOrder.objects.system("test").count() == 1
    assert Case.objects.system("test").count() == 1
    case_id = WorkOrder.objects.system("test").get().case_id
    assert Entry.objects.filter(case_id=case_id, kind="case.opened").count() == 1
    assert Event.objects.filter(case_id=case_id, type="case.opened").count() == 1


def test_one_key_of_two_accounts_is_two_orders(world: worlds.World, clock: Any) -> None:
    answers = all_at_once(*[
        lambda token=token: post(token, "/work-orders", worlds.fault(), **{"idempotency-key": "the same"})
        for token in tokens(world, Role.AGENT, "P1", 2, clock.now())
    ])  # fmt: skip
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["number"] != answers[1].json()["number"]


@pytest.mark.parametrize("stated", [False, True])
def test_ten_handlers_accept_and_one_wins(world: worlds.World, order: WorkOrder, clock: Any, stated: bool) -> None:
    path = f"/work-orders/{order.number}/actions/accept"
    headers = {"if-match": f'"{order.case.version}"'} if stated else {}
    answers = all_at_once(*[
        lambda token=token: post(token, path, {}, **headers)
        for token in tokens(world, Role.HANDLER, "X11", 10, clock.now())
    ])  # fmt: skip
    lost = 412 if stated else 409
    assert Counter(a.status_code for a in answers) == {200: 1, lost: 9}, [a.content for a in answers]
    won = next(a for a in answers if a.status_code == 200).json()
    for answer in answers:
        if answer.status_code == 409:
            assert set(answer.json()["possible_actions"]) == set(won["possible_actions"])
        elif answer.status_code == 412:
            assert answer.json()["current_version"] == won["version"]
    case = Case.objects.system("test").select_related("owner").get(pk=order.case_id)
    assert (case.version, case.owner.name if case.owner else "") == (order.case.version + 1, won["owner"])
    assert Entry.objects.filter(case_id=case.pk, kind="case.accept").count() == 1
    assert Event.objects.filter(case_id=case.pk, type="case.accept").count() == 1


def test_two_people_decide_differently_and_one_of_them_hears_what_is_possible(
    world: worlds.World, order: WorkOrder, clock: Any
) -> None:
    one, other = tokens(world, Role.HANDLER, "X11", 2, clock.now())
    path = f"/work-orders/{order.number}/actions"
    answers = all_at_once(
        lambda: post(one, f"{path}/accept", {}),
        lambda: post(other, f"{path}/return", {"reason": "wrong_unit", "note": "不归我们管"}),
    )
    accepted, returned = (a.status_code for a in answers)
    # once it is returned, the unit it was taken from does not see it any more: for the loser it is not there
    assert (accepted, returned) in ((200, 409), (404, 200)), [a.content for a in answers]
    if accepted == 200:
        assert answers[1].json()["possible_actions"] == answers[0].json()["possible_actions"]
    kinds = Entry.objects.filter(case_id=order.case_id, kind__in=("case.accept", "case.return"))
    assert kinds.count() == 1


@contextmanager
def held(case_id: int) -> Iterator[None]:
    """Hold the case's row locked from another connection, as somebody who is changing it does."""
    ready, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM casework_case WHERE id = %s FOR NO KEY UPDATE", [case_id])
            ready.set()
            let_go.wait(30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        let_go.set()
        thread.join()


def test_notes_and_urges_never_wait_for_whoever_changes_the_case(
    world: worlds.World, order: WorkOrder, clock: Any
) -> None:
    agent = world.actor(Role.AGENT, "P1", clock.now())
    handler = world.actor(Role.HANDLER, "X11", clock.now())
    with held(order.case_id), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
        try:
            with pytest.raises(OperationalError):  # so the lock is truly held
                casework.perform(order.case_id, "accept", handler, clock.now())
            casework.perform(order.case_id, "note", agent, clock.now(), data={"text": "客户补充：楼下变压器有异响"})
            reason = _first_choice(order, "urge", "reason")
            casework.perform(order.case_id, "urge", agent, clock.now(), data={"reason": reason})
        finally:
            cursor.execute("RESET lock_timeout")
    kinds = list(Entry.objects.filter(case_id=order.case_id).order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["case.note", "case.urge"]
    assert order.urge_count() == 1


def _first_choice(order: WorkOrder, action: str, field: str) -> str:
    from open95598.casework import registry
    from open95598.casework.inputs import options
    from open95598.foundation.rulebook import store

    declared = registry.flow(order.case.kind).action(action)
    assert declared is not None
    wanted = next(i for i in declared.inputs if i.name == field)
    return options(wanted, store.get(order.case.rulebook_version))[0][0]


def test_thirty_notes_at_once_are_thirty_entries_in_one_chain(
    world: worlds.World, order: WorkOrder, clock: Any
) -> None:
    [token] = tokens(world, Role.HANDLER, "X11", 1, clock.now())
    path = f"/work-orders/{order.number}/actions/note"
    answers = all_at_once(*[lambda n=n: post(token, path, {"text": f"第{n}条"}) for n in range(30)])
    assert {a.status_code for a in answers} == {200}
    entries = Entry.objects.filter(case_id=order.case_id, kind="case.note").order_by("id")
    assert sorted(e.seq for e in entries) == list(range(1, 31))


def test_two_sweepers_say_each_thing_once(world: worlds.World, clock: Any) -> None:
    agent = world.actor(Role.AGENT, "P1", clock.now())
    world.person(Role.UNIT_MANAGER, "X11")
    orders = [services.register(agent, worlds.fault(), clock.now()) for _ in range(20)]
    ids = [o.case_id for o in orders]
    clock.advance(timedelta(days=3))
    tallies = all_at_once(*[lambda: sweeper.sweep(clock.now(), batch=5, hands=2).total] * 2)
    while sweeper.sweep(clock.now()).total:  # what a sweeper skipped because another one held it
        pass
    assert all(isinstance(t, int) for t in tallies), tallies
    breached = CaseClock.objects.filter(case_id__in=ids, breached_at__isnull=False)
    said = Entry.objects.filter(case_id__in=ids, kind="clock.breached")
    assert said.count() == breached.count() > 0
    assert Event.objects.filter(case_id__in=ids, type="clock.breached").count() == breached.count()
    assert not CaseClock.objects.filter(case_id__in=ids, state="running", next_at__lte=clock.now()).exists()


def test_somebody_who_leaves_while_accepting_owns_nothing_open(
    world: worlds.World, order: WorkOrder, clock: Any
) -> None:
    """Whatever comes first, no open case stays with somebody who has left."""
    from open95598.foundation.people.actors import HOUSE
    from open95598.foundation.people.services import leave

    person = world.person(Role.HANDLER, "X11")
    token = make_token(person, "test", [], clock.now())
    path = f"/work-orders/{order.number}/actions/accept"
    accepted, left = all_at_once(
        lambda: post(token, path, {}), lambda: leave(Person.objects.get(pk=person.pk), actor=HOUSE, now=clock.now())
    )
    assert not isinstance(left, Exception), left
    assert accepted.status_code in (200, 401, 403, 404), accepted.content
    case = Case.objects.system("test").get(pk=order.case_id)
    assert case.owner_id != person.pk
    assert not RoleAssignment.objects.filter(person=person, valid_to=None).exists()
