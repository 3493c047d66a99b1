"""The seat knows that a caller is in a known or announced outage, before the caller has asked (K5, H14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.registered import HOUSE, Registry

from open95598.casework import services as casework
from open95598.casework.models import Case
from open95598.registry.customers.models import Place
from open95598.registry.grid import areas, placing
from open95598.service.outages.models import Outage

HOUR = timedelta(hours=1)
ESTATE = "湘江市东湖区芙蓉路88号阳光花园3栋2单元"


@pytest.fixture
def outage(registry: Registry, clock: Any) -> Outage:
    """Return a confirmed outage of the first transformer."""
    fields = {"device": "T1", "device_kind": 3, "device_name": "芙蓉路1号台区", "actual_start": clock.now() - HOUR,
              "estimated_from": clock.now() + HOUR, "estimated_to": clock.now() + 2 * HOUR,
              "original_customers_served": 3}  # fmt: skip
    opening = casework.Opening("outage", registry.world.units["X11"].pk, fields)
    row = casework.open_many([opening], HOUSE, clock.now())[0].typed
    Case.objects.system("t").filter(pk=row.pk).update(state="confirmed")
    return row


@pytest.fixture
def agent(registry: Registry) -> Client:
    """Return the browser of an agent who takes calls of the whole province."""
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(registry.world.person("agent", "P1"))
    return client


def _hints(client: Any, **typed: str) -> str:
    answer = client.post(reverse("workorders:hints"), {"kind": "fault", **typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_seat_is_told_by_number_address_or_account(agent: Client, outage: Outage) -> None:
    for typed in ({"contact_phone": "138 1234 5678"}, {"address": f"{ESTATE}501室"}, {"account": "4300000003"},
                  {"contact_phone": "13999990000", "address": f"{ESTATE}1103"}):  # fmt: skip
        text = _hints(agent, **typed)
        assert f"TD-{outage.pk}" in text and "阳光花园" in text and "对不起" in text, typed
        assert "尚未出发" in text or "尚无工单" in text
        assert "李小明" not in text and "芙蓉路88号" not in text  # nobody's door
    for typed in ({"contact_phone": "13612340000"}, {"address": "湘江市东湖区芙蓉路"}, {"account": "4300000014"},
                  {"account": "999"}, {"description": "停电"}):  # fmt: skip
        assert f"TD-{outage.pk}" not in _hints(agent, **typed), typed


def test_what_is_not_sure_is_not_said_to_be(agent: Client, outage: Outage) -> None:
    cases = Case.objects.system("t").filter(pk=outage.pk)
    cases.update(state="unconfirmed")
    assert "正在查明" in _hints(agent, contact_phone="13812345678")
    cases.update(state="restored")
    Outage.objects.system("t").filter(pk=outage.pk).update(actual_end=outage.actual_start + HOUR)
    assert f"TD-{outage.pk}" not in _hints(agent, contact_phone="13812345678")


def test_asking_costs_few_queries(agent: Client, outage: Outage) -> None:
    _hints(agent, contact_phone="13812345678")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        meant = placing.meant(f"{ESTATE}501室", "13812345678")
        assert placing.spot(meant) == placing.Spot("B1", "P4300000001")
    assert len(asked) <= 7


def test_areas_are_said_by_estates_and_roads(registry: Registry) -> None:
    found = areas.named(["F1"])
    assert found is not None
    assert found.zh.startswith("东湖区阳光花园") and "芙蓉路" in found.zh and "韶山路" in found.zh
    assert "88" not in found.zh and "T1" not in found.zh
    assert areas.of_device("F1") == found
    assert areas.named(["nix"]) is None
    assert areas.of_device("S").zh != "S"


def test_no_house_number_is_said_and_no_name_twice(registry: Registry) -> None:
    assert areas.without_door("新村路155号翠庭苑") == "翠庭苑"
    assert areas.without_door("新村路155号") == "新村路"
    assert areas.without_door("2号院") == "2号院" and areas.without_door("芙蓉路") == "芙蓉路"
    place = Place.objects.get(name="韶山路")
    Place.objects.filter(pk=place.pk).update(name="芙蓉路12号阳光花园")
    areas._rows.cache_clear()  # names do not change behind its back but here
    found = areas.named(["F1"])
    assert found is not None and found.zh == "东湖区阳光花园、芙蓉路"
    areas._rows.cache_clear()
