"""Whoever is named neither sees nor acts, whatever the organisation looks like and whatever happens to the order."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import world as worlds

from open95598.casework import recusal, sweeper
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case, CaseClock
from open95598.foundation import clock as house_clock
from open95598.foundation.errors import Refused
from open95598.foundation.live import hooks as live
from open95598.foundation.notices.models import Notice
from open95598.foundation.notices.services import notify
from open95598.foundation.people import rights
from open95598.foundation.people.models import Delegation, Person, RoleAssignment
from open95598.foundation.people.policy import Permission, Role
from open95598.foundation.people.reveal import facts_of
from open95598.foundation.transfer import exports
from open95598.foundation.units.models import Unit
from open95598.service.workorders import directory, queries, services, similar
from open95598.service.workorders.models import OrderPart, WorkOrder

pytestmark = pytest.mark.django_db
NOW = worlds.MONDAY
LEVELS = ("headquarters", "province", "city", "county", "team")
ACTING = [p for p in Permission if p.startswith(("case.", "personal."))]


@given(st.lists(st.integers(0, 7), min_size=6), st.integers(1, 9))
def test_the_unit_that_stands_in_is_the_nearest_above_that_is_not_recused(recused: list[int], depth: int) -> None:
    lineage = list(range(depth))
    found = recusal.stand_in(lineage, recused)
    free = [u for u in lineage if not set(recused) & set(lineage[: lineage.index(u) + 1])]
    assert found == (free[-1] if free else lineage[0])


class Organisation:
    """A random tree with people who hold random roles, some of them standing in for others."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.world = dice, worlds.World()
        parents = {"headquarters": [None]}
        for level, below in zip(LEVELS, (1, 1, 2, 3, 3), strict=True):
            codes = [f"{level[:2].upper()}{n}" for n in range(below)]
            for code in codes:
                above = dice.choice(parents[level])
                self.world.unit(code, level, above)
            parents[LEVELS[min(LEVELS.index(level) + 1, 4)]] = codes
        self.people: list[Person] = []
        units = list(self.world.units.values())
        seat = self.world.person(Role.SHIFT_LEADER, "PR0")
        for n in range(14):
            home, at = dice.choice(units), dice.choice(units)
            person = Person.objects.create(username=f"u{n}", name=f"员工{n:02d}号", unit=home)
            for role in dice.sample(list(Role), 2):
                RoleAssignment.objects.create(person=person, role=role, unit=at, valid_from=worlds.LONG_AGO)
            self.people.append(person)
        self.people += [seat, self.world.person(Role.UNIT_MANAGER, "HE0")]
        for _n in range(4):
            absent, stand_in = dice.sample(self.people, 2)
            Delegation.objects.create(
                absent=absent, delegate=stand_in, valid_from=NOW - timedelta(days=1), valid_to=NOW + timedelta(days=9)
            )
        self.seat = Actor.of(seat, rights.load(seat, NOW), "page")
        self.boss = Actor.of(self.people[-1], rights.load(self.people[-1], NOW), "page")

    def kept_away(self, people: set[int], units: set[int], kind: str) -> set[int]:
        """Say again, by walking the tree, who must not see an order in which these are named."""
        roles = list(RoleAssignment.objects.select_related("unit"))
        lineages = {u.pk: set(u.lineage) for u in Unit.objects.all()}
        top = self.world.units["HE0"].pk
        away = set(units)
        for person in Person.objects.filter(pk__in=people):
            away |= {r.unit_id for r in roles if r.person_id == person.pk and r.role == Role.UNIT_MANAGER} - {top}
            away |= {person.unit_id} - {top} if kind == "report" else set()
        found = set(people)
        for person in Person.objects.all():
            homes = [person.unit_id, *(r.unit_id for r in roles if r.person_id == person.pk)]
            if any(lineages[home] & away for home in homes):
                found.add(person.pk)
        return found


def attempt(act: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            act()
    except Refused:
        pass


def drive(org: Organisation, order: WorkOrder, dice: random.Random) -> None:
    """Let somebody do something to the order: draw others in, pass it on, ring bells, let clocks run out."""
    units = [u.pk for u in org.world.units.values()]
    person, unit = dice.choice(org.people), dice.choice(units)
    who = dice.choice([org.boss, Actor.of(person, rights.load(person, NOW), "page")])
    data: dict[str, dict[str, Any]] = {
        "dispatch": {"unit": unit}, "joint": {"unit": unit, "task": "协查"}, "accept": {}, "begin": {},
        "investigate": {},
        "coordinate": {"unit": unit, "task": "协调"}, "escalate": {"reason": "risk", "task": "请示"},
        "urge": {"reason": "not_handled"}, "transfer": {"unit": unit, "note": "转派"}, "note": {"text": "备注"},
        "return": {"reason": "not_ours", "note": "退"}, "decide": {"unit": unit, "note": "定"},
    }  # fmt: skip
    action = dice.choice(list(data))
    attempt(lambda: casework.perform(order.pk, action, who, NOW, data=data[action]))
    notify([p.pk for p in org.people], "test", "提醒", "", order.pk, now=NOW, key=f"{dice.random()}")
    CaseClock.objects.filter(case_id=order.pk, state="running").update(next_at=NOW, due_at=NOW - timedelta(hours=1))
    sweeper.sweep(NOW)


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_the_recused_never_see_and_never_act(seed: int) -> None:
    dice = random.Random(seed)
    with transaction.atomic(), house_clock.using(house_clock.FixedClock(NOW)):
        directory.forget()
        _live_through(Organisation(dice), dice)
        transaction.set_rollback(True)


def _live_through(org: Organisation, dice: random.Random) -> None:
    kind = dice.choice(["complaint", "report"])
    category = {"complaint": "complaint.service", "report": "report.damage"}[kind]
    units = [u for code, u in org.world.units.items() if code[0] not in "HP"]
    people, named = {p.pk for p in dice.sample(org.people[:14], dice.randint(0, 2))}, set()
    if dice.random() < 0.6:
        named = {dice.choice(units).pk}
    facts = worlds.fault(kind=kind, category=category, unit=dice.choice(units).pk)
    later = dice.random() < 0.5
    if not later:
        facts |= {"named_people": ",".join(map(str, people)), "named_units": ",".join(map(str, named))}
    order = services.register(org.seat, facts, NOW)
    for _n in range(4):
        drive(org, order, dice)
    if later:
        house = Actor.house("test")
        for field, ids in (("person", people), ("unit", named)):
            for one in ids:
                casework.perform(order.pk, "name", house, NOW, data={field: one})
    for _n in range(4):
        drive(org, order, dice)
    _nobody_named_has_it(org, order, org.kept_away(people, named, kind))


def _nobody_named_has_it(org: Organisation, order: WorkOrder, away: set[int]) -> None:
    cases = list(Case.objects.system("test"))
    ids = {case.pk for case in cases}
    assert not {case.owner_id for case in cases} & away
    order.refresh_from_db()
    assert order.keeper_id not in away and order.keeper_asked_id not in away
    assert not Notice.objects.filter(case_id__in=ids, person_id__in=away).exists()
    seeing = 0
    for person in org.people:
        mine = rights.load(person, NOW)
        sees = bool(live.visible(mine, ids))
        assert sees == queries.orders(mine).exists() or OrderPart.objects.restrict(mine).exists()
        if person.pk not in away:
            seeing += sees
            continue
        for permission in ACTING:
            assert not Case.objects.restrict(mine, permission).exists()
            assert not any(Actor.of(person, mine, "page").may(permission, facts_of(case)) for case in cases)
        assert not sees
        assert not similar.find(mine, NOW, phone="13812345678", address=str(order.address), text=order.description)
        assert not exports.listing_of("orders").query(mine, {"q": order.number}).exists()
        for case in cases:
            for action in ("note", "accept", "dispatch", "name", "recuse"):
                with pytest.raises(Refused):
                    casework.perform(case.pk, action, Actor.of(person, mine, "page"), NOW)
    assert seeing or away, "somebody is left who sees it"
