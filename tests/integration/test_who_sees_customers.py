"""Who gets into the rooms about customers.

The table ``who_sees_customers.txt`` is what there is: a change of it is a decision, made by whoever reads the diff.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.registered import Registry, fill
from tests.world import MONDAY

from open95598.foundation.people.policy import Role
from open95598.registry.customers.models import CustomerAccount
from open95598.service.contacts import services

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
