"""The pages and the API of customers, as people with and without rights see them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation import clock
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.registry.customers import searching
from open95598.registry.customers.models import AccountFacts, Customer, CustomerAccount, CustomerMerge


@pytest.fixture
def browser(registry: Registry) -> Any:
    """Return a maker of signed-in browsers."""

    def make(role: str, unit: str) -> Client:
        client = Client()
        client.force_login(registry.world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    with clock.using(clock.FixedClock(MONDAY)):
        yield make


def test_the_page_masks_until_it_is_asked_for(registry: Registry, browser: Any) -> None:
    who = registry.who["李小明"]
    seat = browser("agent", "X11")
    page = seat.get(f"/customers/{who.pk}/").content.decode()
    assert "李**" in page
    assert "138****5678" in page
    assert "李小明" not in page
    assert "13812345678" not in page
    refused = seat.post(f"/customers/{who.pk}/reveal/", {"why": ""})
    assert refused.status_code == 422
    assert "13812345678" not in refused.content.decode()
    shown = seat.post(f"/customers/{who.pk}/reveal/", {"why": "call back"})
    assert "李小明" in shown.content.decode()
    assert "13812345678" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert Entry.objects.filter(stream=who.stream, kind="customer.shown").count() == 1


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [("agent", "X11", 200), ("agent", "X12", 404), ("read_only_auditor", "HQ", 200), ("administrator", "HQ", 403),
     ("crew_member", "X11", 403)],
)  # fmt: skip
def test_who_sees_the_page(registry: Registry, browser: Any, role: str, unit: str, status: int) -> None:
    assert browser(role, unit).get(f"/customers/{registry.who['李小明'].pk}/").status_code == status


def test_the_facts_say_how_old_they_are(registry: Registry, browser: Any) -> None:
    account = CustomerAccount.objects.system("test").get(number="4300000001")
    AccountFacts.objects.create(
        account=account, balance=Decimal("-12.50"), arrears=Decimal("12.50"), supply="stopped", as_of=datetime(
            2026, 2, 20, tzinfo=UTC), source="cis")  # fmt: skip
    seat = browser("agent", "X11")
    page = seat.get(f"/customers/{registry.who['李小明'].pk}/", headers={"accept-language": "en"}).content.decode()
    assert "12.50" in page
    assert "customer-old" in page


def test_forms_change_add_open_and_merge(registry: Registry, browser: Any) -> None:
    school, unit = registry.who["湘江市第三小学"], registry.world.units["X11"].pk
    seat = browser("shift_leader", "X11")
    base = f"/customers/{school.pk}"
    form = {"version": school.version, "kind": "organisation", "name": "湘江市第三小学", "tier": "platinum",
            "importance": "grade1", "manager": "", "unit": unit}  # fmt: skip
    changed = seat.post(f"{base}/change/", form)
    assert changed.status_code == 302
    stale = seat.post(f"{base}/change/", {**form, "tier": "silver"})
    assert stale.status_code == 422
    contact = {"kind": "phone", "value": "0731-85550000", "label": "值班室", "purposes": ["service", "outage"]}
    assert seat.post(f"{base}/add-contact/", contact).status_code == 302
    account = {"number": "4300000099", "address": "湘江市东湖区芙蓉路7号", "price_class": "commercial",
               "relation": "direct", "source": "hv", "nature": "ordinary", "load_grade": "2", "multiplier": "40",
               "meter": "M99", "unit": unit}  # fmt: skip
    refused = seat.post(f"{base}/open-account/", account)
    assert refused.status_code == 422
    assert seat.post(f"{base}/open-account/", {**account, "meter": "M9900"}).status_code == 302
    other = registry.who["张伟"]
    assert seat.post(f"{base}/merge/", {"other": other.pk, "reason": "x"}).status_code == 422  # of another county
    twin = registry.who["李小明"]
    assert seat.post(f"{base}/merge/", {"other": twin.pk, "reason": "x"}).status_code == 302
    merge = CustomerMerge.objects.get(kept=school)
    assert seat.post(f"/customers/{twin.pk}/merges/{merge.pk}/undo/", {"reason": "y"}).status_code == 404
    assert seat.post(f"{base}/merges/{merge.pk}/undo/", {"reason": ""}).status_code == 422
    assert seat.post(f"{base}/merges/{merge.pk}/undo/", {"reason": "two after all"}).status_code == 302
    twin.refresh_from_db(from_queryset=Customer.objects.system("test"))
    assert twin.closed_at is None
    page = seat.get(f"{base}/").content.decode()
    assert "4300000099" in page
    school.refresh_from_db(from_queryset=Customer.objects.system("test"))
    assert school.tier == "platinum"


def test_the_box_is_posted_and_escapes(registry: Registry, browser: Any) -> None:
    seat = browser("agent", "X11")
    Customer.objects.system("test").filter(pk=registry.who["湘江市第三小学"].pk).update(
        name="<script>alert(1)</script>小学"
    )
    found = seat.post("/customers/find/", {"q": "13612340000"}).content.decode()
    assert "&lt;script&gt;" in found
    assert "<script>" not in found
    assert seat.get("/customers/find/?q=1").status_code == 405
    assert "4300000001" in seat.post("/search/suggest/", {"q": "13812345678"}).content.decode()


def test_lists_filter_by_the_address(registry: Registry, browser: Any) -> None:
    seat = browser("agent", "C1")
    page = seat.get("/customers/?tier=diamond").content.decode()
    assert "第三小学" in page
    assert "曾**" not in page
    assert "曾**" in seat.get("/customers/?protected=1").content.decode()
    assert "王*" not in seat.get("/customers/").content.decode()


def test_the_api(registry: Registry) -> None:
    agent = registry.world.person("shift_leader", "X11")
    token = people.make_token(agent, "test", (), MONDAY)
    client = Client(headers={"authorization": f"Bearer {token}"})
    with clock.using(clock.FixedClock(MONDAY)):
        asked = json.dumps({"q": "阳光花圆3-2-501"})
        found = client.post("/api/v1/customers/search", asked, content_type="application/json").json()["items"]
        assert [(hit["name"], hit["account"], hit["found_by"]) for hit in found] == [("李**", "4300000001", "address")]
        url = f"/api/v1/customers/{found[0]['id']}"
        one = client.get(url)
        assert one.json()["contacts"][0]["value"] == "138****5678"
        asked = json.dumps({"tier": "silver"})
        headers = {"If-Match": one["ETag"]}
        changed = client.patch(url, asked, content_type="application/json", headers=headers)
        assert changed.json()["tier"] == "silver"
        assert client.patch(url, asked, content_type="application/json", headers=headers).status_code == 412
        plain = client.post(f"{url}/reveal", json.dumps({"why": "a check"}), content_type="application/json")
        assert plain.json()["name"] == "李小明"
        new = json.dumps({"name": "赵一", "unit": "X11", "phone": "13888880000"})
        made = client.post("/api/v1/customers", new, content_type="application/json", headers={"Idempotency-Key": "1"})
        again = client.post("/api/v1/customers", new, content_type="application/json", headers={"Idempotency-Key": "1"})
        assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
        assert client.get(f"/api/v1/customers/{registry.who['王芳'].pk}").status_code == 404
        crew = people.make_token(registry.world.person("crew_member", "X11"), "test", (), MONDAY)
        refused = Client(headers={"authorization": f"Bearer {crew}"}).post(
            "/api/v1/customers/search", json.dumps({"q": "13812345678"}), content_type="application/json"
        )
        assert refused.status_code == 403


def test_the_api_lists_by_what_is_not_personal(registry: Registry) -> None:
    token = people.make_token(registry.world.person("agent", "C1"), "test", (), MONDAY)
    client = Client(headers={"authorization": f"Bearer {token}"})
    with clock.using(clock.FixedClock(MONDAY)):
        refused = client.get("/api/v1/customers", {"q": "13812345678"})
        assert (refused.status_code, "13812345678" in refused.content.decode()) == (422, False)
        (school,) = client.get("/api/v1/customers", {"tier": "diamond"}).json()["items"]
        assert school["name"] == "湘江市第三小学"
        seen: list[int] = []
        after = 0
        while True:
            page = client.get("/api/v1/customers", {"limit": 2, "after": after}).json()
            seen += [row["id"] for row in page["items"]]
            assert all("*" in row["name"] for row in page["items"] if row["kind"] == "person")
            if page["next"] is None:
                break
            after = page["next"]
        assert sorted(set(seen)) == sorted(seen)
        assert registry.who["李小明"].pk in seen


def test_looking_somebody_up_stands_in_the_journal(registry: Registry, browser: Any) -> None:
    person = registry.world.person("agent", "X11")
    seat = browser("agent", "X11")
    for text in ("13812345678", "李小明", "13", "138-1234 5678"):
        seat.post("/customers/find/", {"q": text})
    entries = Entry.objects.filter(stream=f"searches/{person.pk}").order_by("seq")
    told = [json.loads(entry.body)["data"] for entry in entries]
    assert [(t["by"], t["term"], t["found"], t["via"]) for t in told] == [
        ("number", "138****5678", 1, "page"), ("words", "李**", 1, "page"), ("number", "138****5678", 1, "page"),
    ]  # fmt: skip
    assert told[0]["digest"] == searching.digest("13812345678") != told[1]["digest"]
    assert not any("13812345678" in entry.body or "李小明" in entry.body for entry in entries)
