"""First-contact responsibility (B3): who takes an order keeps the promise until the customer is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Notice
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Delegation
from open95598.foundation.people.rights import load
from open95598.service.workorders import promises, services
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
PRAISE = {"kind": "praise", "category": "praise.staff", "description": "抢修师傅来得快，态度好。", "channel": "phone"}


@pytest.fixture
def world():
    return worlds.small()


@pytest.fixture
def agent(world, clock):
    return world.actor("agent", "P1", clock.now())


def taken(agent, clock, **facts):
    return services.register(agent, worlds.fault(**facts), clock.now())


def again(order) -> WorkOrder:
    return WorkOrder.objects.system("test").select_related("case").get(pk=order.pk)


def can(actor, order, clock) -> list[str]:
    row = again(order)
    return casework.possible_names(row.case, row, actor, clock.now())


def test_whoever_takes_the_order_keeps_it_whatever_unit_handles_it(world, agent, clock) -> None:
    order = taken(agent, clock)
    assert order.case.state == "dispatched" and order.keeper_id == agent.person_id
    assert list(promises.kept_for(agent.rights).values_list("number", flat=True)) == [order.number]
    opened = Entry.objects.get(case_id=order.pk, kind="case.opened")
    assert f'"keeper":{agent.person_id}' in opened.body


def test_an_order_that_no_person_took_goes_to_whom_the_rule_names(world, agent, clock) -> None:
    leaders = [world.actor("shift_leader", "P1", clock.now(), name=n) for n in ("a", "b")]
    house = Actor(agent.person_id, "portal", None, "portal")
    sheet = Actor(agent.person_id, agent.name, agent.rights, "import")
    kept = [services.register(actor, worlds.fault(), clock.now()).keeper_id for actor in (house, sheet, house, house)]
    # by turns: whoever keeps the fewest
    assert kept == [leaders[0].person_id, leaders[1].person_id, leaders[0].person_id, leaders[1].person_id]
    many = services.register_many(sheet, [services.NewOrder(worlds.fault()) for _n in range(4)], clock.now())
    assert sorted(o.keeper_id for o in many) == sorted([x.person_id for x in leaders] * 2)


def test_who_may_not_see_it_afterwards_does_not_keep_it(world, agent, clock) -> None:
    leader = world.actor("shift_leader", "P1", clock.now())
    report = {"kind": "report", "category": "report.conduct.power_abuse", "description": "供电所有人吃拿卡要。"}
    report["disclosed"] = "反映供电所人员吃拿卡要，请核查。"
    order = taken(agent, clock, **report | {"unit": "X11"})
    assert order.case.confidential and order.keeper_id == leader.person_id


def test_the_promise_ends_with_the_order_and_comes_back_with_it(world, agent, clock) -> None:
    order = services.register(agent, worlds.fault(**PRAISE), clock.now())
    leader = world.actor("dispatcher", "P1", clock.now())
    if order.case.state == "created":
        casework.perform(order.pk, "forward", leader, clock.now(), data={"unit": "X11"})
    casework.perform(order.pk, "acknowledge", world.actor("handler", "X11", clock.now()), clock.now())
    assert not again(order).promise_open and not promises.kept_for(agent.rights).exists()
    told = services.register(agent, worlds.fault(kind="consultation", category="consultation.bill"), clock.now(),
                             answer="按阶梯电价计算。")  # fmt: skip
    assert not again(told).promise_open and told.keeper_id == agent.person_id
    casework.perform(told.pk, "reopen", leader, clock.now(), data={"reason": first(told, "reopen_reasons")})
    assert again(told).promise_open
    # whatever ends an order ends the promise: an act that another room added as well
    order = taken(agent, clock)
    casework.perform(order.pk, "withdraw", Actor(None, "portal", None, "portal"), clock.now())
    assert not again(order).promise_open


def first(order, name: str) -> str:
    from open95598.foundation.rulebook import store

    return store.get(order.case.rulebook_version).choices(name)[0].code


def test_it_passes_only_to_whom_signs(world, agent, clock) -> None:
    order, other = taken(agent, clock), world.actor("agent", "P1", clock.now(), name="zhou")
    assert "offer_promise" not in can(other, order, clock)
    offer = {"person": other.person_id, "why": "leave", "note": "明天休假"}
    with pytest.raises(Invalid):
        casework.perform(order.pk, "offer_promise", agent, clock.now(), data=offer | {"person": agent.person_id})
    stranger = world.actor("handler", "X22", clock.now())
    with pytest.raises(Invalid):  # may not see the order
        casework.perform(order.pk, "offer_promise", agent, clock.now(), data=offer | {"person": stranger.person_id})
    casework.perform(order.pk, "offer_promise", agent, clock.now(), data=offer)
    assert again(order).keeper_id == agent.person_id  # until it is signed for
    assert "sign_promise" not in can(agent, order, clock) and "sign_promise" in can(other, order, clock)
    clock.advance(timedelta(minutes=1))
    casework.perform(order.pk, "sign_promise", other, clock.now())
    now = again(order)
    assert (now.keeper_id, now.keeper_asked_id) == (other.person_id, None)
    entry = Entry.objects.get(case_id=order.pk, kind="case.promise_passed")
    assert entry.actor_id == other.person_id and f'"from_keeper":{agent.person_id}' in entry.body
    assert Notice.objects.filter(person_id=agent.person_id, kind="order.promise").exists()
    with pytest.raises((Forbidden, Impossible)):
        casework.perform(order.pk, "offer_promise", agent, clock.now(), data=offer)


def test_not_signed_for_it_stays(world, agent, clock) -> None:
    order, other = taken(agent, clock), world.actor("agent", "P1", clock.now(), name="zhou")
    data = {"person": other.person_id, "why": "duty", "note": "换岗"}
    casework.perform(order.pk, "offer_promise", agent, clock.now(), data=data)
    casework.perform(order.pk, "decline_promise", other, clock.now(), data={"note": "我也要换岗"})
    now = again(order)
    assert (now.keeper_id, now.keeper_asked_id) == (agent.person_id, None)


def test_a_shift_hands_over_what_the_next_one_signs_for(world, agent, clock) -> None:
    orders = [taken(agent, clock) for _n in range(3)]
    other = world.actor("agent", "P1", clock.now(), name="zhou")
    blind = world.actor("agent", "X22", clock.now())
    passed, left = promises.hand_over(agent.person_id, other, clock.now(), case_ids=[o.pk for o in orders[:2]])
    assert (sorted(passed), left) == (sorted(o.pk for o in orders[:2]), [])
    passed, left = promises.hand_over(agent.person_id, blind, clock.now())
    assert (passed, left) == ([], [orders[2].pk])
    assert [again(o).keeper_id for o in orders] == [other.person_id, other.person_id, agent.person_id]
    with pytest.raises(Invalid):
        promises.hand_over(agent.person_id, agent, clock.now())
    with pytest.raises(Forbidden):
        promises.hand_over(agent.person_id, Actor.house("x"), clock.now())


def test_a_leaver_keeps_nothing(world, agent, clock) -> None:
    order, leader = taken(agent, clock), world.actor("shift_leader", "P1", clock.now())
    person = world.people["agent", "P1"]
    people.leave(person, actor=people.HOUSE, now=clock.now())
    assert again(order).keeper_id == leader.person_id
    assert Notice.objects.filter(person_id=leader.person_id, kind="order.promise", case_id=order.pk).exists()


def test_who_is_kept_away_from_the_order_keeps_no_promise_of_it(world, agent, clock) -> None:
    order, leader = taken(agent, clock), world.actor("shift_leader", "P1", clock.now())
    data = {"person": agent.person_id, "note": "投诉对象即受理人"}
    casework.perform(order.pk, "recuse", leader, clock.now(), data=data)
    assert again(order).keeper_id == leader.person_id


def test_a_delegate_sees_the_promises_of_the_absent(world, agent, clock) -> None:
    order, deputy = taken(agent, clock), world.person("agent", "P1", name="zhou")
    Delegation.objects.create(
        absent_id=agent.person_id, delegate=deputy, valid_from=clock.now() - timedelta(days=1),
        valid_to=clock.now() + timedelta(days=1), reason="休假",
    )  # fmt: skip
    assert [o.pk for o in promises.kept_for(load(deputy, clock.now()))] == [order.pk]
