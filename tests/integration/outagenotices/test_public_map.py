"""Is it me, by map: areas, not houses; without signing in, without JavaScript, so many times a minute."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.registered import HOUSE
from tests.world import MONDAY, World

from open95598.casework import services as casework
from open95598.registry.grid import loading
from open95598.registry.grid.described import Described, Device, Point
from open95598.registry.grid.topology import Kind
from open95598.service.outagenotices import publicmap
from open95598.service.outages.models import Outage

NOW = MONDAY + timedelta(hours=4)
MAP = "/portal/outages/map/"


@pytest.fixture
def world(db: None, clock: Any) -> World:
    """Sixteen transformers of sixty points in a square of four by four, two kilometres apart; a farm far away."""
    world = worlds.small()
    devices = [Device("S", Kind.SUBSTATION), Device("F1", Kind.FEEDER, "S"), Device("F2", Kind.FEEDER, "S")]
    points = []
    for n in range(16):
        code, x, y = f"T{n}", 112.9 + n % 4 * 0.02, 28.1 + n // 4 * 0.02
        devices.append(Device(code, Kind.TRANSFORMER, "F1" if n < 8 else "F2", f"<b>{code}</b>", x, y))
        points += [Point(f"{code}-{at}", code) for at in range(60)]
    devices.append(Device("T99", Kind.TRANSFORMER, "F2", "孤零零的农场", 113.9, 28.9))
    points.append(Point("T99-0", "T99"))
    loading.load(Described(devices, points), world.units["X11"], "test", HOUSE, MONDAY)
    return world


def outage(world: World, device: str, kind: int, state: str = "confirmed") -> Outage:
    fields = {"device": device, "device_name": device, "device_kind": kind, "actual_start": NOW,
              "original_customers_served": 60, "told": "", "settled": True}  # fmt: skip
    opening = casework.Opening("outage", world.units["X11"].pk, fields)
    row: Outage = casework.open_many([opening], HOUSE, NOW)[0].typed
    type(row.case).objects.system("t").filter(pk=row.pk).update(state=state)
    return row


def ask(client: Client, x: float, y: float) -> str:
    page = client.get(f"{MAP}?at={x},{y}")
    assert page.status_code == 200
    return str(page.content.decode().split('id="answer"')[1].split("</section>")[0])


def test_the_area_is_told_and_nothing_finer(world: World, client: Client) -> None:
    outage(world, "T5", 3)
    there, beside = ask(client, 112.92, 28.12), ask(client, 112.96, 28.16)
    assert "停电" in there
    assert there != beside
    assert "没有停电信息" in beside
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(MAP).content.decode())
    assert page.count("<rect") == 16
    assert page.count("is-all") >= 1
    for hidden in ("T5", "农场", "&lt;b", "TD-"):
        assert hidden not in page, "no device, no line, no number of an incident"
    # the farm alone is not told apart, dark or not
    before = ask(client, 113.9, 28.9)
    outage(world, "T99", 3)
    assert ask(client, 113.9, 28.9) == before == ask(client, 100.0, 10.0)


def test_few_supply_points_are_never_told_apart(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more than a transformer's points asked for, areas are of four transformers, dark in part."""
    root = publicmap._ground.__wrapped__
    monkeypatch.setattr(publicmap, "ground", lambda now: root(None, 200))
    outage(world, "T5", 3)
    page = client.get(MAP).content.decode()
    assert page.count("<rect") == 4
    assert page.count('class="area is-part') == 1
    assert ask(client, 112.92, 28.12) == ask(client, 112.90, 28.10)


def test_a_click_on_the_drawing_asks_and_a_wider_area_comes_nearer(world: World, client: Client) -> None:
    outage(world, "F1", 1)
    page = client.get(MAP).content.decode()
    assert page.count("is-all") >= 8
    link = re.search(r'<a href="(\?[^"]*at=[^"#]*)', page)
    assert link is not None
    assert 'id="answer"' in client.get(MAP + link[1].replace("&amp;", "&")).content.decode()
    wide = client.get(f"{MAP}?x=112.93&y=28.13&width=8").content.decode()
    assert wide.count("<rect") == 1
    assert "at=" not in wide.split("<svg")[1].split("</svg>")[0], "as wide as that it comes nearer first"
    for nonsense in ("at=x", "at=1e99,2", "x=a&y=b&width=c", "at=nan,nan", "at=1,2,3"):
        assert client.get(f"{MAP}?{nonsense}").status_code == 200


def test_what_is_not_sure_yet_is_said_so_and_what_is_none_is_not(world: World, client: Client) -> None:
    row = outage(world, "T5", 3, "unconfirmed")
    nothing = ask(client, 112.92, 28.12)
    type(row.case).objects.system("t").filter(pk=row.pk).update(state="probable")
    assert "正在" in ask(client, 112.92, 28.12)
    type(row.case).objects.system("t").filter(pk=row.pk).update(state="withdrawn", is_open=False)
    Outage.objects.system("t").filter(pk=row.pk).update(is_open=False)
    assert ask(client, 112.92, 28.12) == nothing


def test_so_many_a_while_from_one_address(world: World, client: Client) -> None:
    answers = [client.get(f"{MAP}?at=112.9,28.1", REMOTE_ADDR="10.9.9.9").status_code for _n in range(245)]
    assert answers[0] == 200
    assert 429 in answers


def test_without_a_grid_the_page_says_what_to_do(db: None, clock: Any, client: Client) -> None:
    worlds.small()
    page = client.get(MAP)
    assert page.status_code == 200
    assert '<svg class="areas' not in page.content.decode()
