"""The organisation changes on its day; what was open is passed on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.units import hooks, queries, services
from open95598.foundation.units.changes import HOUSE
from open95598.foundation.units.models import Unit

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 3, 3)


@pytest.fixture
def tree(now):
    def make(code, level, parent=None, **more):
        return services.create(code=code, name=f"{code}公司", level=level, parent=parent, now=now, by=HOUSE, **more)

    hq = make("HQ", "headquarters")
    province = make("P1", "province", hq)
    north, south = make("C1", "city", province), make("C2", "city", province)
    county = make("N1", "county", north, territory=["雨花区"])
    team = make("T1", "team", county)
    return {u.code: u for u in (hq, province, north, south, county, team)}


def test_lineages_lead_from_the_top(tree):
    assert list(queries.lineage(tree["T1"].pk)) == [tree[c].pk for c in ("HQ", "P1", "C1", "N1", "T1")]
    assert set(queries.subtree_ids(tree["C1"].pk)) == {tree[c].pk for c in ("C1", "N1", "T1")}


def test_a_move_waits_for_its_day_and_takes_everything_below_along(tree, clock, now):
    told = []
    hook = hooks.on_lineage_changed(lambda ids, at: told.append(ids))
    try:
        change = services.move(tree["N1"], tree["C2"], TOMORROW, now=now, by=HOUSE)
        assert services.apply_due(now) == 0
        assert change.applied_at is None
        midnight = now.replace(hour=16)  # 2026-03-03 00:00 in Shanghai
        assert services.apply_due(midnight - timedelta(seconds=1)) == 0
        assert services.apply_due(midnight) == 1
        assert services.apply_due(midnight) == 0
    finally:
        hooks.lineage_changed.remove(hook)
    assert queries.lineage(tree["T1"].pk) == tuple(tree[c].pk for c in ("HQ", "P1", "C2", "N1", "T1"))
    assert told == [sorted([tree["N1"].pk, tree["T1"].pk])]
    kinds = Entry.objects.filter(stream=f"unit/{tree['N1'].pk}").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["unit.created", "unit.change_planned", "unit.moved"]


def test_a_unit_cannot_come_under_itself_or_above_its_level(tree, now):
    with pytest.raises(Invalid) as refused:
        services.move(tree["C1"], tree["N1"], TOMORROW, now=now, by=HOUSE)
    assert "new_parent" in refused.value.fields
    with pytest.raises(Invalid):
        services.move(tree["C1"], tree["T1"], TOMORROW, now=now, by=HOUSE)
    with pytest.raises(Invalid):
        services.merge(tree["HQ"], tree["P1"], TOMORROW, now=now, by=HOUSE)


def test_a_merger_passes_on_children_territory_people_roles_and_open_cases(tree, clock, now):
    passed = []
    hook = hooks.on_succession(lambda old, new, at, name: passed.append((old, new)))
    other = services.create(code="N2", name="N2公司", level="county", parent=tree["C2"], now=now, by=HOUSE)
    person = people.hire(username="li", name="李", unit=tree["N1"], actor=people.HOUSE, now=now)
    people.assign_role(person, "handler", tree["N1"], actor=people.HOUSE, now=now)
    clock.advance(timedelta(minutes=1))
    try:
        services.merge(tree["N1"], other, date(2026, 3, 2), now=clock.now(), by=HOUSE, reason="合并")
    finally:
        hooks.succession.remove(hook)
    assert passed == [(tree["N1"].pk, other.pk)]
    closed = Unit.objects.get(code="N1")
    assert closed.closed_on == date(2026, 3, 2)
    assert closed.successor == other
    assert Unit.objects.get(code="T1").lineage == [*Unit.objects.get(code="N2").lineage, tree["T1"].pk]
    assert Unit.objects.get(code="N2").territory == ["雨花区"]
    assert Person.objects.get(pk=person.pk).unit == other
    roles = RoleAssignment.objects.filter(person=person).order_by("valid_from")
    assert [(r.unit.code, r.valid_to) for r in roles] == [("N1", clock.now()), ("N2", None)]


def test_a_change_that_became_impossible_says_why_and_can_be_taken_back(tree, clock, now):
    change = services.move(tree["T1"], tree["N1"], TOMORROW, now=now, by=HOUSE)
    services.close(tree["N1"], tree["C1"], date(2026, 3, 2), now=now, by=HOUSE)
    assert services.apply_due(now + timedelta(days=2)) == 0
    change.refresh_from_db()
    assert "N1公司" in change.problem
    assert change.applied_at is None
    services.cancel(change, now=now, by=HOUSE)
    with pytest.raises(Impossible):
        services.cancel(change, now=now, by=HOUSE)


def test_bad_units_are_refused_field_by_field(tree, now):
    with pytest.raises(Invalid) as refused:
        services.create(code="hq", name="", level="nothing", parent=None, now=now, by=HOUSE)
    assert set(refused.value.fields) == {"code", "name", "level"}
    with pytest.raises(Invalid) as refused:
        services.create(code="X1", name="X", level="city", parent=tree["N1"], now=now, by=HOUSE)
    assert set(refused.value.fields) == {"level"}
