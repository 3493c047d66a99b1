"""The interface of tracking, reports and indicators."""

from __future__ import annotations

import pytest
from tests import world as worlds

from open95598.control.tracking import projecting
from open95598.foundation.people.services import make_token
from open95598.service.workorders import directory, services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


def test_tracks_promises_and_peers_over_the_interface(client, clock) -> None:
    world = worlds.small()
    directory.forget()
    agent = world.actor("agent", "P1", clock.now())
    order = services.register(agent, worlds.fault(), clock.now())
    projecting.project([order.pk], clock.now())
    token = make_token(world.person("agent", "P1"), "test", [], clock.now())

    def get(path):
        answer = client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.content
        return answer.json()

    track = get(f"work-orders/{order.number}/track")
    assert track["lines"][0]["code"] == "to_accept" and not track["stands"]
    assert [t["number"] for t in get("tracking/promises")["tracks"]] == [order.number]
    assert get("tracking/standing") == {"tracks": [], "next": None}
    promises = get("indicators/promises")
    arrival = next(p for p in promises["promises"] if p["code"] == "arrival")
    assert arrival["months"][-1] == {"month": "2026-03-01", "kept": 0, "broken": 0, "pending": 1, "share": None}
    report = get("reports/process?unit=P1&month=2026-03")
    assert (report["number"], report["frozen"]) == ("", False)
    assert report["sections"][0]["total"][0] == 1
    assert {p["unit"] for p in get("indicators/peers?level=county")["peers"]} == {"X11", "X12", "X21", "X22"}
    directory.forget()
