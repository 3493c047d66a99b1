"""Who gets into the rooms about customers, and that nobody's number or name comes out where it was not asked for.

The table ``who_sees_customers.txt`` is what there is: a change of it is a decision, made by whoever reads the diff.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.registered import Registry, fill
from tests.world import MONDAY

from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token
from open95598.registry.customers.models import CustomerAccount
from open95598.service.contacts import queries, services
from open95598.service.contacts.kinds import Channel, Outcome

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("who_sees_customers.txt")
PHONE, NAME, DOOR = "13812345678", "李小明", "3栋2单元501室"
ADDRESSES = (
    "customers:/customers/", "customer:/customers/{customer}/", "account:/accounts/{account}/", "new:/customers/new/",
    "standing:/standing/{customer}/", "value:/keyaccounts/value/", "visits:/keyaccounts/visits/",
    "contacts:/contacts/", "contact:/contacts/{contact}/", "desk:/desk/", "chats:/chats/",
    "knowledge:/knowledge/", "write:/knowledge/new/", "bulletins:/bulletins/", "post:/bulletins/new/",
    "appointments:/appointments/", "findings:/data-findings/", "grid:/grid/", "billing:/exchange/cis/",
)  # fmt: skip
#: everybody at the county whose customer it is; some at another city's county and above all of them
HELD = (*((role, "X11") for role in sorted(Role)), ("agent", "X21"), ("unit_manager", "X21"), ("agent", "P1"))


@pytest.fixture
def house(clock: Any, settings: Any) -> Registry:
    """Return the small utility with six customers."""
    settings.API_RATE = 0
    return fill(worlds.small())


def browser(person: Any) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_matrix_of_rights_is_the_one_that_was_decided(house: Registry) -> None:
    told = {"channel": "phone", "phone": PHONE, "name": NAME}
    leader = house.world.actor("agent", "X11", MONDAY, name="leads it")  # who works with the number sees it
    contact = services.begin(leader, told, MONDAY)
    names = {
        "customer": house.who[NAME].pk, "contact": contact.code,
        "account": CustomerAccount.objects.system("t").get(number="4300000001").pk,
    }  # fmt: skip
    lines = []
    for role, unit in HELD:
        client = browser(house.world.person(role, unit))
        got = []
        for line in ADDRESSES:
            name, address = line.split(":", 1)
            answer = client.get(address.format(**names))
            assert answer.status_code in (200, 302, 403, 404), (role, unit, name)
            if answer.status_code in (200, 302):
                got.append(name)
            text = answer.content.decode()
            assert PHONE not in text and NAME not in text and DOOR not in text, (role, unit, name)
        lines.append(f"{role} {unit}: {' '.join(got)}".rstrip())
    text = "\n".join(lines) + "\n"
    if not TABLE.exists():
        TABLE.write_text(text)
    assert text == TABLE.read_text()


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
