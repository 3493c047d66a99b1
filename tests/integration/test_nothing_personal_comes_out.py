"""Nobody's number or name comes out where it was not asked for; every conversation is one record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.registered import Registry, fill
from tests.world import MONDAY

from open95598.foundation.people.services import make_token
from open95598.service.contacts import queries, services
from open95598.service.contacts.kinds import Channel, Outcome

pytestmark = pytest.mark.django_db
PHONE, NAME, DOOR = "13812345678", "李小明", "3栋2单元501室"


@pytest.fixture
def house(clock: Any, settings: Any) -> Registry:
    """Return the small utility with six customers."""
    settings.API_RATE = 0
    return fill(worlds.small())


def browser(person: Any) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_no_number_comes_out_of_lists_searches_exports_logs_and_errors(
    house: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    agent = house.world.person("agent", "X11")
    services.begin(
        house.world.actor("agent", "X11", MONDAY), {"channel": "phone", "phone": PHONE, "name": NAME}, MONDAY
    )
    page = browser(agent)
    api = Client(headers={"authorization": f"Bearer {make_token(agent, 't', (), MONDAY)}"})
    pk = house.who[NAME].pk
    shown = [
        page.post("/customers/find/", {"q": PHONE}), page.get("/contacts/"), page.get(f"/customers/{pk}/"),
        page.post("/desk/known/", {"contact_phone": PHONE}),
        page.post(f"/customers/{pk}/add-contact/", {"kind": "phone", "value": f"{PHONE}9999999999999"}),
        page.post(f"/customers/{pk}/nonsense/", {"value": PHONE}),
        api.post("/api/v1/customers/search", {"q": PHONE}, content_type="application/json"),
        api.get("/api/v1/contacts"), api.get(f"/api/v1/customers/{pk}"), api.get("/api/v1/accounts/4300000001/facts"),
        api.post("/api/v1/contacts", {"channel": "phone", "phone": f"{PHONE}x"}, content_type="application/json"),
        api.get("/api/v1/customers/999999"),
    ]  # fmt: skip
    for number, answer in enumerate(shown):
        said = answer.content.decode()
        assert NAME not in said and DOOR not in said, number
        if number not in (3, 4):  # these forms give back to whoever typed it what was typed
            assert PHONE not in said, number
        assert PHONE not in answer.headers.get("Location", ""), number
    exported = page.post("/contacts/", {"act": "export", "format": "csv"})
    assert PHONE not in exported.content.decode(errors="ignore")
    assert PHONE not in caplog.text and NAME not in caplog.text


def test_a_conversation_of_every_channel_is_one_record_and_counts(house: Registry) -> None:
    switch = house.world.person("integration", "X11")
    client = Client(headers={"authorization": f"Bearer {make_token(switch, 't', (), MONDAY)}"})
    for channel in Channel.values:
        body = {"channel": channel, "phone": PHONE, "agent": house.world.person("agent", "X11").username,
                "source": "t", "source_ref": channel}  # fmt: skip
        made = client.post("/api/v1/contacts", json.dumps(body), content_type="application/json")
        assert made.status_code == 201, (channel, made.content)
        end = json.dumps({"outcome": Outcome.ANSWERED})
        code = made.json()["code"]
        assert client.post(f"/api/v1/contacts/{code}/end", end, content_type="application/json").status_code == 200
    rights = house.world.actor("shift_leader", "P1", MONDAY).rights
    assert rights is not None
    rows = queries.contacts(rights)
    assert sorted(rows.values_list("channel", flat=True)) == sorted(Channel.values)
    assert all(row.customer_id == house.who[NAME].pk and row.outcome == Outcome.ANSWERED for row in rows)
