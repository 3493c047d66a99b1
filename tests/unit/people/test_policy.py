"""The whole matrix: every role at every unit against every permission on cases everywhere.

The expectation is written a second time here, in the words of the rule and by walking the tree, so that a mistake in
``policy`` is not repeated in its test.
"""

from __future__ import annotations

from itertools import product

import pytest

from open95598.foundation.people.policy import (
    GRANTS,
    NOT_DELEGATED,
    CaseFacts,
    Grant,
    Permission,
    Role,
    allows,
    rights_of,
)

#: unit → unit above: headquarters; provinces A, B; a city, a county and a team in each
PARENT = {1: None, 2: 1, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5, 8: 6, 9: 7}
ME, BOSS = 100, 200
CASE_PERMISSIONS = [p for p in Permission if p.startswith(("case.", "personal."))]


def lineage(unit: int) -> frozenset[int]:
    above = PARENT[unit]
    return frozenset({unit}) | (lineage(above) if above else frozenset())


def below_or_at(unit: int, top: int) -> bool:
    while unit != top:
        if PARENT[unit] is None:
            return False
        unit = PARENT[unit]
    return True


def case_at(unit: int, **more) -> CaseFacts:
    return CaseFacts(scope=lineage(unit), sight=lineage(unit), **more)


@pytest.mark.parametrize("role", list(Role))
def test_role_by_unit_by_action(role):
    for held_at, permission, unit, confidential, owner in product(
        PARENT, CASE_PERMISSIONS, PARENT, (False, True), (None, ME, BOSS)
    ):
        rights = rights_of(ME, [Grant(role, held_at)])
        case = case_at(unit, confidential=confidential, owner_id=owner)
        reaches = below_or_at(unit, held_at)
        expected = reaches and permission in GRANTS[role]
        if confidential and owner != ME:
            expected = expected and Permission.CASE_VIEW_CONFIDENTIAL in GRANTS[role]
        assert allows(rights, permission, case) == expected, (held_at, permission, unit, confidential, owner)


@pytest.mark.parametrize("role", list(Role))
def test_recusal_stands_above_every_role(role):
    for held_at, permission, unit in product(PARENT, CASE_PERMISSIONS, PARENT):
        rights = rights_of(ME, [Grant(role, held_at)], home_units=[held_at])
        assert not allows(rights, permission, case_at(unit, owner_id=ME, recused_people=frozenset({ME})))
        assert not allows(rights, permission, case_at(unit, owner_id=ME, recused_units=frozenset({held_at})))


@pytest.mark.parametrize("role", list(Role))
def test_joint_handlers_see_but_do_not_act(role):
    """A case of province A in which the county of B (7) takes part: its lineage is in sight, not in scope."""
    for permission in CASE_PERMISSIONS:
        case = CaseFacts(scope=lineage(6), sight=lineage(6) | lineage(7))
        expected = permission == Permission.CASE_VIEW and permission in GRANTS[role]
        assert allows(rights_of(ME, [Grant(role, 7)]), permission, case) == expected


@pytest.mark.parametrize("role", list(Role))
def test_a_delegate_acts_as_the_absent_owner_on_the_owners_cases_only(role):
    absent = rights_of(BOSS, [Grant(role, 6)], home_units=[6])
    rights = rights_of(ME, [], home_units=[9], deputises={BOSS: absent})
    for permission, unit, confidential in product(CASE_PERMISSIONS, PARENT, (False, True)):
        owned = case_at(unit, owner_id=BOSS, confidential=confidential)
        passes = permission not in NOT_DELEGATED
        assert allows(rights, permission, owned) == (passes and allows(absent, permission, owned))
        assert not allows(rights, permission, case_at(unit, owner_id=300, confidential=confidential))
        assert not allows(rights, permission, case_at(unit, confidential=confidential))
        for recused in ({"recused_people": frozenset({ME})}, {"recused_people": frozenset({BOSS})},
                        {"recused_units": frozenset({9})}, {"recused_units": frozenset({6})}):  # fmt: skip
            assert not allows(rights, permission, case_at(unit, owner_id=BOSS, **recused))


@pytest.mark.parametrize("role", list(Role))
def test_a_tokens_scopes_only_ever_narrow(role):
    for scope, permission, unit in product(CASE_PERMISSIONS, CASE_PERMISSIONS, (6, 7)):
        whole = rights_of(ME, [Grant(role, 2)], deputises={BOSS: rights_of(BOSS, [Grant(role, 3)])})
        token = rights_of(ME, [Grant(role, 2)], scopes=[scope], deputises=whole.deputises)
        for owner in (None, BOSS):
            case = case_at(unit, owner_id=owner)
            assert allows(token, permission, case) == (permission == scope and allows(whole, permission, case))


def test_somebody_without_a_role_may_do_nothing():
    for permission, unit in product(Permission, PARENT):
        assert not allows(rights_of(ME, [], home_units=[unit]), permission, case_at(unit, owner_id=ME))
