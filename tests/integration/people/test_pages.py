"""The pages of people, units and one's own account, as different people see them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services
from open95598.foundation.people.models import ApiToken, Delegation, Person, RoleAssignment
from open95598.foundation.units.models import Unit, UnitChange


@pytest.fixture
def admin(person, client):
    """Sign an administrator of the city CA in."""
    boss = person("boss", unit="CA", roles=("administrator@CA",))
    client.force_login(boss)
    return boss


def test_without_signing_in_every_page_leads_to_the_sign_in_page(db, client):
    for address in ("/people/", "/people/1/", "/units/", "/units/HQ/", "/profile/", "/profile/password/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={address}")


def test_an_agent_sees_units_but_no_people(person, client):
    client.force_login(person("agent", unit="CA", roles=("agent@CA",)))
    assert client.get("/people/").status_code == 403
    assert client.get("/units/").status_code == 200
    page = client.get("/units/CA/").content.decode()
    assert "agent" not in re.sub(r"<(header|nav|details class=\"menu).*?</\1>", "", page.split("<main")[1])
    assert client.post("/units/CA/rename/", {"new_name": "x", "effective_on": "2026-03-02"}).status_code == 403


def test_people_and_units_of_others_are_not_there(admin, person, tree, client):
    far = person("far", unit="CB")
    assert client.get(f"/people/{far.pk}/").status_code == 404
    assert client.get("/people/999999/").status_code == 404
    assert client.get("/units/CB/").status_code == 404
    assert client.post(f"/people/{far.pk}/leave/", {}).status_code == 404
    listed = client.get("/people/?state=all").content.decode()
    assert f"/people/{admin.pk}/" in listed
    assert f"/people/{far.pk}/" not in listed


def test_an_account_from_its_making_to_its_end(admin, tree, client, clock):
    made = {"username": "wang", "name": "王伟", "unit": tree["NA"].pk, "password": "First-95598-word"}
    assert client.post("/people/new/", made | {"password": "short"}).status_code == 200
    assert not Person.objects.filter(username="wang").exists()
    client.post("/people/new/", made)
    wang = Person.objects.get(username="wang")
    base = f"/people/{wang.pk}"
    assert client.post(f"{base}/role/", {"role": "handler", "unit": tree["NA"].pk}).status_code == 302
    assert client.post(f"{base}/role/", {"role": "handler", "unit": tree["CB"].pk}).status_code == 422
    token = client.post(f"{base}/token/", {"name": "script", "days": "30"}).content.decode()
    shown = re.search(r"o95_[\w-]+", token)[0]
    assert services.person_for_token(shown, clock.now()).person == wang
    assert shown not in client.get(f"{base}/").content.decode()
    clock.advance(timedelta(minutes=1))
    role = RoleAssignment.objects.get(person=wang)
    assert client.post(f"{base}/end-role/", {"row": role.pk}).status_code == 302
    assert client.post(f"{base}/end-role/", {"row": role.pk}).status_code == 409
    assert client.post(f"{base}/leave/", {"reason": "离职"}).status_code == 302
    assert services.person_for_token(shown, clock.now()) is None
    page = client.get(f"{base}/").content.decode()
    assert "离职" in page
    entry = Entry.objects.get(stream=f"person/{wang.pk}", kind="person.left")
    assert entry.actor_id == admin.pk


def test_the_list_pages_on_by_account_and_costs_few_queries(admin, person, client, django_assert_max_num_queries):
    for number in range(60):
        person(f"p{number:02}", roles=("handler@NA",))
    client.get("/people/")
    with django_assert_max_num_queries(12):
        first = client.get("/people/").content.decode()
    after = re.search(r"after=([^\"&]+)", first)[1]
    second = client.get(f"/people/?after={after}").content.decode()
    accounts = [set(re.findall(r">(p\d\d|boss)</a>", page)) for page in (first, second)]
    assert not accounts[0] & accounts[1]
    assert len(accounts[0] | accounts[1]) == 61


def test_a_planned_change_of_a_unit_is_shown_and_taken_back(admin, tree, client):
    wish = {"new_name": "新名公司", "effective_on": "2026-04-01", "reason": "改革"}
    assert client.post("/units/NA/rename/", wish).status_code == 302
    change = UnitChange.objects.get(kind="rename")
    assert change.by_id == admin.pk
    assert "新名公司" in client.get("/units/NA/").content.decode()
    assert Unit.objects.get(code="NA").name == "NA供电公司"
    assert client.post("/units/NA/cancel/", {"row": change.pk}).status_code == 302
    assert (
        client.post("/units/NA/move/", {"new_parent": tree["CB"].pk, "effective_on": "2026-04-01"}).status_code == 422
    )
    assert client.post("/units/NA/amend/", {"area_type": "rural", "calendar": "cn", "territory": "雨花区\n430111"})
    assert Unit.objects.get(code="NA").territory == ["雨花区", "430111"]
    page = client.get("/units/?address=长沙市雨花区1号").content.decode()
    assert '<a href="/units/NA/">NA供电公司</a> <span class="muted">雨花区</span>' in page


def test_ones_own_page(person, client, now):
    li, zhao = person("li", roles=("handler@NA",)), person("zhao")
    client.force_login(li)
    assert client.post("/profile/", {"action": "profile", "language": "en", "theme": "dark"}).status_code == 302
    assert "My account" in client.get("/profile/").content.decode()
    wish = {"action": "delegation", "delegate": "ZHAO", "valid_from": "2026-03-02T10:00",
            "valid_to": "2026-03-05T18:00", "reason": "leave"}  # fmt: skip
    assert client.post("/profile/", wish).status_code == 302
    assert Delegation.objects.get().delegate == zhao
    assert Delegation.objects.get().valid_from == now  # typed in the utility's zone
    token = re.search(r"o95_[\w-]+", client.post("/profile/", {"action": "token", "name": "x"}).content.decode())[0]
    assert services.person_for_token(token, now).person == li
    theirs = ApiToken.objects.create(person=zhao, digest="x", created_at=now)
    assert client.post("/profile/", {"action": "revoke-token", "row": theirs.pk}).status_code == 404
