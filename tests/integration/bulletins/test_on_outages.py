"""What the desks were told stands on the storm board; a bulletin is written, or proposed, from an outage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import gridded
from tests.registered import HOUSE, Registry

from open95598.casework import services as casework
from open95598.service.bulletins.models import Bulletin
from open95598.service.outages.models import Outage

HOUR = timedelta(hours=1)


@pytest.fixture
def registry(db: None) -> Registry:
    """Return six customers on a small grid."""
    return gridded.stand()


@pytest.fixture
def outage(registry: Registry, clock: Any) -> Outage:
    """Return an outage of a feeder with an estimate."""
    now = clock.now()
    fields = {"device": "F1", "device_kind": 1, "device_name": "湘江线", "actual_start": now - HOUR,
              "estimated_from": now + HOUR, "estimated_to": now + 2 * HOUR, "original_customers_served": 5}  # fmt: skip
    row: Outage = casework.open_many([casework.Opening("outage", registry.world.units["X11"].pk, fields)], HOUSE, now)[
        0
    ].typed
    return row


def _browser(registry: Registry, role: str, unit: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(registry.world.person(role, unit))
    return client


def test_a_leader_posts_what_the_outage_says_and_the_board_shows_it(registry: Registry, outage: Outage) -> None:
    leader = _browser(registry, "shift_leader", "P1")
    page = leader.get(reverse("outages:case", args=(outage.pk,))).content.decode()
    address = f"{reverse('bulletins:new')}?outage={outage.pk}"
    assert address in page
    form = leader.get(address)
    values = form.context["values"]
    assert values["title"] == "停电：东湖区阳光花园、芙蓉路、韶山路"
    assert f"TD-{outage.pk}" in values["text"] and "影响5户" in values["text"] and "恢复" in values["text"]
    assert values["words"] == "阳光花园，芙蓉路，韶山路，湘江线" and values["valid_until"]
    sent = {name: values.get(name, "") for name in ("title", "text", "severity", "words", "valid_until")}
    unit = registry.world.units["P1"].pk
    assert leader.post(reverse("bulletins:new"), sent | {"unit": unit}).status_code == 302
    [row] = Bulletin.objects.system("t").all()
    board = leader.get(reverse("outages:board"), {"unit": registry.world.units["X11"].pk}).content.decode()
    assert row.title in board and 'id="storm-bulletins"' in board
    assert row.title in leader.get(reverse("outages:case", args=(outage.pk,))).content.decode()
    row.state = "withdrawn"
    row.save(update_fields=("state",))
    assert row.title not in leader.get(reverse("outages:board")).content.decode()


def test_a_desk_tells_its_leader_and_nobody_reads_of_an_outage_they_may_not_see(
    registry: Registry, outage: Outage
) -> None:
    agent = _browser(registry, "agent", "X11")
    page = agent.get(reverse("outages:case", args=(outage.pk,))).content.decode()
    assert f"{reverse('bulletins:propose')}?outage={outage.pk}" in page
    form = agent.get(reverse("bulletins:propose"), {"outage": outage.pk})
    assert f"TD-{outage.pk}" in form.context["values"]["text"]
    stranger = _browser(registry, "shift_leader", "X21")
    for asked in (str(outage.pk), "x", "9" * 30, ""):
        assert not stranger.get(reverse("bulletins:new"), {"outage": asked}).context["values"].get("text"), asked
