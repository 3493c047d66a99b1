"""Chats by skill: offered to those who are good at it, to anybody after the declared wait; skills of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests import world as worlds
from tests.integration.chat.conftest import signed_in

from open95598.foundation.errors import Invalid
from open95598.foundation.people import services as people
from open95598.foundation.people.policy import Role
from open95598.service.chat import desk, queries

pytestmark = pytest.mark.django_db
WAIT = timedelta(seconds=30)


@pytest.fixture
def two(world: worlds.World, clock: Any) -> Any:
    """Somebody who knows faults and somebody who does not, both at the chat."""
    skilled, other = (world.person(Role.AGENT, "P1", name=name) for name in ("knows", "other"))
    people.change(skilled, skills=["fault"], actor=people.HOUSE, now=clock.now())
    skilled.refresh_from_db()
    for person in (skilled, other):
        desk.present(person.pk, clock.now())

    def take(person: Any) -> Any:
        return desk.take_next(world.actor("agent", "P1", clock.now(), name=person.name), person, clock.now())

    return skilled, other, take


def test_offered_first_to_who_is_good_at_it(world: worlds.World, clock: Any, begun: Any, two: Any) -> None:
    skilled, other, take = two
    outage, _token = begun(topic="outage")
    clock.advance(timedelta(seconds=5))
    bill, _token = begun(topic="bill")  # nobody there has that skill: anybody's
    assert "同事优先" in signed_in(other).get("/chats/").content.decode()
    assert take(other).pk == bill.pk
    assert take(other) is None
    assert take(skilled).pk == outage.pk


def test_anybody_is_offered_it_after_the_wait(clock: Any, begun: Any, two: Any) -> None:
    skilled, other, take = two
    outage, _token = begun(topic="outage")
    assert take(other) is None
    clock.advance(WAIT)
    assert take(other).pk == outage.pk
    assert not queries.waiting(desk.load(skilled, clock.now()))


def test_nothing_waits_for_who_is_gone_or_has_no_room(clock: Any, begun: Any, two: Any) -> None:
    skilled, other, take = two
    for _n in range(4):  # as many as one may lead
        begun(topic="outage")
        assert take(skilled) is not None
    outage, _token = begun(topic="outage")
    assert take(other).pk == outage.pk
    clock.advance(timedelta(seconds=120))
    desk.present(other.pk, clock.now())
    later, _token = begun(topic="outage")
    assert take(other).pk == later.pk  # the skilled one's screens are silent


def test_skills_are_data_of_a_person(world: worlds.World, clock: Any) -> None:
    boss = world.person(Role.ADMINISTRATOR, "P1")
    person = world.person(Role.AGENT, "P1")
    page = signed_in(boss)
    told = {"name": person.name, "unit": person.unit_id, "skills": ["billing", "fault"]}
    assert page.post(f"/people/{person.pk}/change/", told).status_code == 302
    person.refresh_from_db()
    assert person.skills == ["billing", "fault"]
    assert "电费账务" in page.get(f"/people/{person.pk}/").content.decode()
    with pytest.raises(Invalid):
        people.change(person, skills=["flying"], actor=people.HOUSE, now=clock.now())
