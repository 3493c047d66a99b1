"""The interface of the shift's handover: what another program reads of it and does with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds

from open95598.foundation.people.services import make_token
from open95598.service.shifts.models import Item
from open95598.service.workorders import directory, services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
BASE = "/api/v1/shift-handovers"


@pytest.fixture
def world(clock: Any) -> worlds.World:
    made = worlds.small()
    directory.forget()
    return made


def api_of(person: Any, clock: Any) -> Any:
    client = Client(headers={"authorization": f"Bearer {make_token(person, 'test', [], clock.now())}"})

    def call(path: str, body: Any = None, **headers: str) -> Any:
        url = f"{BASE}{path}"
        if body is None:
            return client.get(url)
        return client.post(url, json.dumps(body), content_type="application/json", headers=headers)

    return call


def test_a_handover_is_prepared_annotated_handed_over_and_signed_for(world: worlds.World, clock: Any) -> None:
    agent = world.person("agent", "P1")
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    leader, next_one = (api_of(world.person(r, "P1"), clock) for r in ("shift_leader", "deputy_leader"))
    wanted = {"unit": "P1", "leaving": [agent.username]}
    assert leader("", {"unit": "P1", "leaving": ["nobody"]}).json()["errors"]["leaving"]
    assert leader("", {"unit": "X99", "leaving": []}).status_code == 422
    made = leader("", wanted, **{"idempotency-key": "k1"})
    assert made.status_code == 201 and made.json() == leader("", wanted, **{"idempotency-key": "k1"}).json()
    pk = made.json()["id"]
    (item,) = made.json()["items"]
    assert (item["kind"], item["number"], item["person"]) == ("promise", order.number, agent.name)
    noted = leader(f"/{pk}/notes", {"notes": {str(item["id"]): "今晚回电"}, "remarks": "雷雨"}).json()
    assert (noted["items"][0]["note"], noted["remarks"]) == ("今晚回电", "雷雨")
    handed = leader(f"/{pk}/actions/hand_over", {})
    assert handed.status_code == 200 and handed.json()["state"] == "handed"
    assert leader(f"/{pk}/actions/sign", {}).status_code == 409, "nobody signs for their own"
    stale = next_one(f"/{pk}/actions/sign", {}, **{"if-match": '"0"'})
    assert stale.status_code == 412
    signed = next_one(f"/{pk}/actions/sign", {}, **{"if-match": handed["ETag"]})
    assert signed.status_code == 200 and signed.json()["items"][0]["passed"] is True
    assert Item.objects.get(pk=item["id"]).passed
    assert leader(f"/{pk}/notes", {"remarks": "晚了"}).status_code == 409
    assert [row["id"] for row in leader("?state=signed&unit=P1").json()["items"]] == [pk]
    assert leader("?state=handed").json() == {"items": [], "next_cursor": None}


def test_only_those_whose_shift_it_is_see_it_page_by_page(world: worlds.World, clock: Any) -> None:
    leader = api_of(world.person("shift_leader", "P1"), clock)
    made = []
    for _n in range(3):
        pk = leader("", {"unit": "P1"}).json()["id"]
        leader(f"/{pk}/actions/discard", {})
        made.append(pk)
    first = leader("?limit=2").json()
    rest = leader(f"?limit=2&cursor={first['next_cursor']}").json()
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1] and rest["next_cursor"] is None
    stranger = api_of(world.person("handler", "X21"), clock)
    assert stranger("").json()["items"] == [] and stranger(f"/{made[0]}").status_code == 404
    problem = stranger("", {"unit": "P1"})
    assert problem.status_code == 403 and problem["Content-Type"] == "application/problem+json"
