"""People come, hold roles, delegate, and leave; all of it is in their stream."""

from __future__ import annotations

from datetime import timedelta

import pytest

from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import hooks, rights, services
from open95598.foundation.people.actors import HOUSE, Actor
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Permission


def told(person):
    return list(Entry.objects.filter(stream=f"person/{person.pk}").order_by("seq").values_list("kind", flat=True))


def acting(person, now):
    return Actor(person.pk, person.name, rights.load(person, now))


def test_a_career_in_the_journal(person, tree, now):
    li = person("li", roles=("handler",))
    services.change(li, actor=HOUSE, now=now, unit=tree["CA"], phone="13800000000")
    services.end_role(RoleAssignment.objects.get(person=li), actor=HOUSE, now=now + timedelta(hours=1))
    services.leave(li, actor=HOUSE, now=now + timedelta(hours=2))
    assert told(li) == ["person.hired", "person.role_given", "person.changed", "person.role_ended", "person.left"]
    assert not Entry.objects.filter(body__contains="13800000000").exists()  # personal content lies apart


def test_rights_begin_and_end_with_the_assignment(person, tree, now, django_assert_num_queries):
    li = person("li")
    row = services.assign_role(li, "agent", tree["CA"], actor=HOUSE, now=now, valid_from=now + timedelta(days=1))
    assert not rights.load(li, now).anywhere(Permission.CASE_OPEN)
    with django_assert_num_queries(2):
        later = rights.load(li, now + timedelta(days=1))
    assert later.at(Permission.CASE_OPEN, tree["TA"].lineage)
    assert not later.at(Permission.CASE_OPEN, tree["TB"].lineage)
    services.end_role(row, actor=HOUSE, now=now + timedelta(days=2))
    assert not rights.load(li, now + timedelta(days=2)).anywhere(Permission.CASE_OPEN)


def test_the_same_role_twice_is_refused(person, tree, now):
    li = person("li", roles=("agent@CA",))
    with pytest.raises(Invalid):
        services.assign_role(li, "agent", tree["CA"], actor=HOUSE, now=now)


def test_an_administrator_reaches_only_the_units_below(person, tree, now):
    boss = acting(person("boss", unit="CA", roles=("administrator@CA",)), now)
    services.hire(username="new", name="新", unit=tree["TA"], actor=boss, now=now)
    with pytest.raises(Forbidden):
        services.hire(username="other", name="外", unit=tree["NB"], actor=boss, now=now)
    li = person("li", unit="NA")
    with pytest.raises(Forbidden):
        services.assign_role(li, "administrator", tree["PA"], actor=boss, now=now)
    with pytest.raises(Forbidden):
        services.change(li, actor=boss, now=now, unit=tree["NB"])
    with pytest.raises(Forbidden):
        services.reset_password(person("far", unit="PB"), "Long-enough-95598", actor=boss, now=now)


def test_nobody_without_the_right_changes_people(person, tree, now):
    agent = acting(person("agent", roles=("agent@HQ",)), now)
    li = person("li")
    for attempt in (
        lambda: services.leave(li, actor=agent, now=now),
        lambda: services.assign_role(li, "agent", tree["NA"], actor=agent, now=now),
        lambda: services.make_token(li, "x", [], now, actor=agent),
        lambda: services.delegate(li, person("zhao"), valid_from=now, valid_to=now + timedelta(days=1), reason="x",
                                  actor=agent, now=now),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            attempt()


def test_bad_accounts_are_refused_field_by_field(person, tree, now):
    person("Li", employee_number="007")
    with pytest.raises(Invalid) as refused:
        services.hire(username="lI", name=" ", unit=tree["NA"], actor=HOUSE, now=now, email="x", employee_number="007")
    assert set(refused.value.fields) == {"username", "name", "email", "employee_number"}
    with pytest.raises(Invalid) as refused:
        services.hire(username="wang", name="王", unit=tree["NA"], actor=HOUSE, now=now, password="12345678")
    assert set(refused.value.fields) == {"password"}


def test_delegation_lends_the_absent_owners_rights_for_its_time(person, tree, now):
    absent, helper = person("absent", roles=("handler@NA",)), person("helper", unit="NB")
    row = services.delegate(absent, helper, valid_from=now, valid_to=now + timedelta(days=3), reason="年休假",
                            actor=acting(absent, now), now=now)  # fmt: skip
    assert rights.load(helper, now).deputises[absent.pk].at(Permission.CASE_HANDLE, tree["TA"].lineage)
    assert not rights.load(helper, now + timedelta(days=3)).deputises
    with pytest.raises(Forbidden):
        services.end_delegation(row, actor=acting(person("third"), now), now=now)
    services.end_delegation(row, actor=acting(helper, now), now=now + timedelta(hours=1))
    assert not rights.load(helper, now + timedelta(hours=1)).deputises
    with pytest.raises(Impossible):
        services.end_delegation(row, actor=HOUSE, now=now + timedelta(hours=2))


def test_whoever_leaves_loses_everything_at_once(person, tree, now, client):
    li = person("li", roles=("agent@CA",))
    token = services.make_token(li, "script", [], now)
    client.force_login(li)
    gone = []
    hook = hooks.on_succession(lambda leaver, at: gone.append(leaver.pk))
    try:
        services.leave(li, actor=HOUSE, now=now + timedelta(minutes=1), reason="离职")
    finally:
        hooks.succession.remove(hook)
    assert gone == [li.pk]
    assert services.person_for_token(token, now + timedelta(minutes=1)) is None
    assert not rights.load(type(li).objects.get(pk=li.pk), now + timedelta(minutes=1)).where
    with pytest.raises(Impossible):
        services.leave(li, actor=HOUSE, now=now)


def test_tokens_are_shown_once_expire_and_are_revoked(person, now):
    li = person("li")
    token = services.make_token(li, "script", ["case.view"], now, days=1)
    row = services.person_for_token(token, now)
    assert row.person == li
    assert row.scopes == ["case.view"]
    assert row.digest not in token
    assert services.person_for_token(token, now + timedelta(days=1)) is None
    assert services.person_for_token(token + "x", now) is None
    services.revoke_token(row, actor=HOUSE, now=now)
    assert services.person_for_token(token, now) is None
    with pytest.raises(Invalid):
        services.make_token(li, "script", ["case.everything"], now)


def test_old_passwords_do_not_come_back(person, now):
    li = person("li", password="First-95598-word")
    for number in range(5):
        old = "First-95598-word" if number == 0 else f"Word-{number - 1}-of-many"
        services.change_own_password(li, old, f"Word-{number}-of-many", keep_session=None, now=now)
        li.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        services.change_own_password(li, "Word-4-of-many", "First-95598-word", keep_session=None, now=now)
    assert "new_password" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        services.change_own_password(li, "wrong", "Some-other-95598", keep_session=None, now=now)
    assert "old_password" in refused.value.fields
