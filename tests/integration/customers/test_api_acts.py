"""Whatever an account's page can do is done by the API as well: with the same rights, refused as a problem document."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation import clock
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.registry.customers import account_views
from open95598.registry.customers.models import CustomerMerge, PlaceName

LATER = MONDAY + timedelta(days=3)


class Api:
    """A client of somebody with a token."""

    def __init__(self, registry: Registry, role: str, unit: str) -> None:
        token = people.make_token(registry.world.person(role, unit), "test", (), MONDAY)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        with clock.using(clock.FixedClock(LATER)):
            return self.client.generic(
                method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", "application/json",
                headers=headers,
            )  # fmt: skip


@pytest.fixture
def agent(registry: Registry) -> Api:
    return Api(registry, "agent", "X11")


def test_the_life_of_an_account(registry: Registry, agent: Api) -> None:
    path, other = "accounts/4300000001", registry.who["曾国强"].pk
    before = agent("GET", path).json()
    assert before["parties"][0]["name"] == "李**"
    assert before["addresses"] == ["湘江市东湖区芙蓉路****"]
    tenant = agent("POST", f"{path}/parties", {"customer": other, "role": "tenant", "reason": "moves in"}).json()
    [party] = [p for p in tenant["parties"] if p["role"] == "tenant"]
    ended = agent("POST", f"{path}/parties/{party['id']}/end", {"reason": "moves out"}).json()
    assert next(p for p in ended["parties"] if p["id"] == party["id"])["valid_to"] == "2026-03-05"
    terms = {"price_class": "commercial", "nature": "temporary", "expires_on": "2026-06-01", "reason": "a shop"}
    agreed = agent("POST", f"{path}/contracts", terms).json()
    assert [(c["price_class"], c["ended_on"] is None) for c in agreed["contracts"]] == [
        ("commercial", True), ("residential", False),
    ]  # fmt: skip
    meter = {"meter": "M70000001", "multiplier": "40", "final": "120.5", "first": "1", "reason": "worn out"}
    hung = agent("POST", f"{path}/meters", meter).json()["meters"]
    assert [(m["number"], m["removed_on"] is None, m["final_reading"]) for m in hung] == [
        ("M70000001", True, None), ("M10000001", False, "120.50"),
    ]  # fmt: skip
    place = before["places"][0]["id"]
    assert agent("POST", f"{path}/names", {"place": place, "name": "老阳光", "reason": "so called"}).status_code == 200
    assert PlaceName.objects.filter(place=place, name="老阳光").exists()
    moved = {"address": "湘江市东湖区韶山路99号", "reason": "a slip"}
    assert agent("POST", f"{path}/address", moved).json()["addresses"] == ["湘江市东湖区韶山路****"]
    assert agent("POST", f"{path}/contracts/end", {"reason": "over"}).json()["contracts"][0]["ended_on"] == "2026-03-05"
    assert agent("POST", f"{path}/close", {"reason": "gone"}).json()["closed_on"] == "2026-03-05"
    assert agent("POST", f"{path}/close", {"reason": "gone"}).status_code == 409
    assert agent("POST", f"{path}/reopen", {"reason": "back"}).json()["closed_on"] is None
    told = Entry.objects.filter(stream=registry.who["李小明"].stream).values_list("body", flat=True)
    done = [json.loads(body) for body in told.order_by("-seq")[:7]]
    assert {entry["data"]["via"] for entry in done} == {"api"}
    assert not any("韶山路99" in body for body in told), "addresses lie apart in the journal"


ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "party": ("parties", {"customer": 1, "role": "payer", "reason": "x"}),
    "agree": ("contracts", {"reason": "x"}),
    "exchange": ("meters", {"meter": "M70000009", "final": "1", "reason": "x"}),
    "relocate": ("address", {"address": "湘江市东湖区韶山路99号", "reason": "x"}),
    "alias": ("names", {"place": 1, "name": "x", "reason": "x"}),
    "end-agreement": ("contracts/end", {"reason": "x"}),
    "close": ("close", {"reason": "x"}),
    "reopen": ("reopen", {"reason": "x"}),
}


def test_the_api_has_every_act_of_the_page() -> None:
    assert set(ACTS) == set(account_views._ACTS)


@pytest.mark.parametrize(("role", "unit", "status"), [("handler", "X11", 403), ("agent", "X12", 404),
                                                      ("crew_member", "X11", 403)])  # fmt: skip
def test_who_may_not(registry: Registry, role: str, unit: str, status: int) -> None:
    api = Api(registry, role, unit)
    for path, body in ACTS.values():
        refused = api("POST", f"accounts/4300000001/{path}", body)
        assert refused.status_code == status, path
        assert refused["Content-Type"].startswith("application/problem+json")
        assert "李小明" not in refused.content.decode()


def test_bad_input_names_its_field(agent: Api) -> None:
    for path, body, field in (
        ("contracts", {"nature": "temporary", "reason": "x"}, "expires_on"),
        ("meters", {"meter": "M70000009", "reason": "x"}, "final"),
        ("meters", {"meter": "M10000002", "final": "5", "reason": "x"}, "meter"),
        ("address", {"address": "x", "reason": ""}, "reason"),
        ("address", {"address": " ", "reason": "x"}, "address"),
        ("close", {"reason": "x", "more": 1}, "more"),
    ):
        refused = agent("POST", f"accounts/4300000001/{path}", body)
        assert refused.status_code == 422, path
        assert field in json.dumps(refused.json()["errors"])


def test_a_key_makes_an_act_happen_once(agent: Api) -> None:
    asked = {"price_class": "commercial", "reason": "a shop"}
    first, again = (
        agent("POST", "accounts/4300000001/contracts", asked, **{"Idempotency-Key": "k1"}) for _ in range(2)
    )
    assert len(first.json()["contracts"]) == 2
    assert again.content == first.content
    assert len(agent("GET", "accounts/4300000001").json()["contracts"]) == 2
    other = agent("POST", "accounts/4300000002/contracts", asked, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422


def test_contacts_consent_and_mergers(registry: Registry, agent: Api) -> None:
    who, other = registry.who["李小明"].pk, registry.who["张伟"].pk
    added = agent("POST", f"customers/{who}/contacts", {"kind": "email", "value": "li@example.org"}).json()
    mail = next(c["id"] for c in added["contacts"] if c["kind"] == "email")
    path = f"customers/{who}/contacts/{mail}"
    assert agent("POST", f"{path}/prefer").json()["contacts"][0]["id"] == mail
    assert agent("PUT", f"{path}/consents/bill").json()["contacts"][0]["consents"] == ["service", "bill"]
    assert agent("DELETE", f"{path}/consents/bill").json()["contacts"][0]["consents"] == ["service"]
    assert agent("DELETE", f"{path}/consents/bill").status_code == 409
    assert agent("POST", f"customers/{other}/contacts/{mail}/end").status_code == 404
    assert [c["kind"] for c in agent("POST", f"{path}/end").json()["contacts"]] == ["phone"]
    assert agent("POST", f"customers/{who}/merges", {"other": other, "reason": "x"}).status_code == 404
    made = agent("POST", "customers", {"name": "李晓明", "unit": "X11", "phone": "13812345678"}).json()["id"]
    assert agent("POST", f"customers/{who}/merges", {"other": made, "reason": "one person"}).status_code == 200
    done = CustomerMerge.objects.get(kept=who)
    assert agent("POST", f"customers/{made}/merges/{done.pk}/undo", {"reason": "two"}).status_code == 404
    assert agent("POST", f"customers/{who}/merges/{done.pk}/undo", {"reason": "two"}).status_code == 200
