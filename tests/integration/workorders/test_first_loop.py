"""One fault, end to end: from the call to the archived, answered case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.models import Case, CaseClock
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.journal.models import Entry
from open95598.service.workorders import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.small()


def test_a_fault_travels_to_the_county_and_back(world, clock) -> None:
    now = clock.now()
    agent = world.actor("agent", "P1", now)
    order = services.register(agent, worlds.fault(), now)
    assert order.case.state == "dispatched"
    assert order.case.unit.code == "X11"
    crew = world.actor("crew_member", "X11", now)
    names = casework.possible_names(order.case, order, crew, now)
    assert "accept" in names and "return" in names and "dispatch" not in names

    def act(actor, action, **data):
        clock.advance(timedelta(minutes=5))
        return casework.perform(order.case_id, action, actor, clock.now(), data=data)

    act(crew, "accept")
    act(crew, "send_crew")
    act(crew, "arrive")
    act(crew, "diagnose", cause=_first(order, "fault_causes"), ownership=_first(order, "ownership"))
    act(crew, "restore", result=_first(order, "results"))
    outcome = act(crew, "reply", answer="更换熔断器后恢复供电。")
    assert outcome.case.state == "reviewed"
    clerk = world.actor("callback_clerk", "P1", now)
    with pytest.raises(Impossible):
        act(clerk, "archive")
    act(clerk, "call_back", outcome="satisfied", satisfaction="satisfied")
    done = act(clerk, "archive").case
    assert (done.state, done.is_open, done.due_at) == ("archived", False, None)
    assert not CaseClock.objects.filter(case=done).exclude(state="stopped").exists()
    kinds = list(Entry.objects.filter(case_id=done.pk).order_by("id").values_list("kind", flat=True))
    assert kinds == [f"case.{k}" for k in (
        "opened", "dispatch", "accept", "send_crew", "arrive", "diagnose", "restore", "reply", "call_back", "archive"
    )]  # fmt: skip
    order.refresh_from_db()
    assert order.satisfaction == "satisfied" and order.restored_at and order.attempts == 1


def _first(order, name):
    from open95598.foundation.rulebook import store

    return store.get(order.case.rulebook_version).choices(name)[0].code


def test_refusals_say_what_is_possible(world, clock) -> None:
    now = clock.now()
    order = services.register(world.actor("agent", "P1", now), worlds.fault(), now)
    with pytest.raises(NotFound):
        casework.perform(order.case_id, "accept", world.actor("handler", "X21", now), now)
    with pytest.raises(Forbidden) as forbidden:
        casework.perform(order.case_id, "accept", world.actor("agent", "P1", now), now)
    assert "urge" in forbidden.value.extra["possible_actions"]
    handler = world.actor("handler", "X11", now)
    with pytest.raises(Impossible) as impossible:
        casework.perform(order.case_id, "restore", handler, now)
    assert "accept" in impossible.value.extra["possible_actions"]
    with pytest.raises(Invalid) as invalid:
        casework.perform(order.case_id, "return", handler, now, data={"reason": "because", "colour": "red"})
    assert set(invalid.value.fields) == {"reason", "note", "colour"}
    with pytest.raises(Stale):
        casework.perform(order.case_id, "accept", handler, now, version=order.case.version - 1)
    assert Case.objects.system("test").get(pk=order.case_id).state == "dispatched"


def test_registration_names_every_bad_field(world, now) -> None:
    agent = world.actor("agent", "P1", now)
    facts = worlds.fault(category="complaint.service", contact_phone="call me", address="", channel="pigeon")
    with pytest.raises(Invalid) as invalid:
        services.register(agent, facts, now)
    assert {"contact_phone", "address", "channel"} <= set(invalid.value.fields)
    with pytest.raises(Forbidden):
        services.register(world.actor("crew_member", "X11", now), worlds.fault(), now)
