"""The map: layers, hotspots, clusters when there is too much, and few queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.integration.outages.conftest import House

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import maplayers, mappage
from open95598.service.outages.maplayers import Layer, Pin
from open95598.service.workorders import directory


@pytest.fixture
def placed(house: House) -> House:
    """Return the utility with a place for every device."""
    for row in GridDevice.objects.system("a test"):
        GridDevice.objects.system("a test").filter(pk=row.pk).update(x=112 + row.lft / 100, y=28 + row.depth / 100)
    return house


def page(house: House, *layers: str, role: str = "unit_manager", unit: str = "X11") -> mappage.MapPage:
    rights = house.actor(role, unit).rights
    assert rights is not None
    units = {u.code: u for u in directory.units()}
    return mappage.MapPage(rights, units[unit], None, house.clock.now(), layers or None)


def often(house: House, device: str, times: int, days: int = 20) -> None:
    """Let a device have been out so many times."""
    for n in range(times):
        at = house.clock.now() - timedelta(days=days + n)
        fields = {"device": device, "device_name": device, "device_kind": 3, "actual_start": at,
                  "original_customers_served": 5}  # fmt: skip
        opening = casework.Opening("outage", house.world.units["X11"].pk, fields)
        made = casework.open_many([opening], Actor.house("test"), at)[0]
        casework.perform(made.case_id, "restore_outage", Actor.house("test"), at + timedelta(hours=1),
                         data={"cause": "weather"})  # fmt: skip


def pins(found: mappage.MapPage, layer: str) -> list[tuple[str, str]]:
    return [(one.pin.mark, one.pin.title) for name, placed in found.pins if name == layer for one in placed]


def test_hotspots_are_devices_that_were_out_again_and_again(placed: House) -> None:
    often(placed, "T1", 3)
    often(placed, "T2", 2)
    often(placed, "T3", 4, days=500)
    [(mark, title)] = pins(page(placed), "hotspots")
    assert (mark, "T1" in title) == ("3", True)
    assert not pins(page(placed, unit="X21"), "hotspots")
    client = Client()
    client.force_login(placed.world.person("unit_manager", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/outages/map/").content.decode()
    assert "/outages/?words=T1" in text
    listed = client.get("/outages/?words=T1").content.decode()
    assert listed.count("data-row") >= 3


def test_reports_stand_at_the_transformer_and_at_nobodys_home(placed: House) -> None:
    placed.calls()
    found = page(placed)
    [(layer, [pin])] = [(name, some) for name, some in found.pins if name == "reports"]
    area = GridDevice.objects.system("a test").get(code="T1")
    assert (pin.pin.x, pin.pin.y, pin.pin.mark) == (area.x, area.y, "3")
    placed.clock.advance(timedelta(hours=13))
    assert not pins(page(placed), layer)


def test_layers_are_switched_in_the_address_and_rooms_above_add_theirs(
    placed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed.calls()
    crew = Layer("crews", "抢修人员", lambda rights, unit, box, now: [Pin(112.02, 28.02, 7, "一班", "/x/", "1")])
    monkeypatch.setattr(maplayers, "LAYERS", [*maplayers.LAYERS, crew])
    monkeypatch.setattr(mappage, "LAYERS", [*mappage.LAYERS, crew])
    assert pins(page(placed), "crews") == [("1", "一班")]
    assert not pins(page(placed, "outages"), "crews")
    assert not page(placed, "outages").dots
    assert page(placed, "outages").ways[0][3].endswith("chosen=1&layer=outages")
    client = Client()
    client.force_login(placed.world.person("unit_manager", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/outages/map/?chosen=1&layer=grid").content.decode()
    assert 'value="grid" data-autosubmit checked' in text
    assert 'value="reports" data-autosubmit>' in text
    assert "map-pin" not in text
    assert "map-transformer" in text
    assert "map-transformer" not in client.get("/outages/map/?chosen=1").content.decode()


def test_what_does_not_fit_is_gathered_around_what_feeds_it(placed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = page(placed)
    assert not everything.full
    assert not everything.clusters
    number = len(everything.dots)
    monkeypatch.setattr(mappage, "MOST", 9)  # the station, feeders and areas; the twelve boxes do not fit
    found = page(placed)
    assert found.full
    assert len(found.dots) == 9
    assert sum(one.cluster.number for one in found.clusters) + 9 == number == 21
    near = found.clusters[0]
    assert "width=" in near.url
    monkeypatch.setattr(mappage, "MOST", 0)
    assert page(placed).full


def test_the_map_costs_the_same_few_queries_whatever_there_is(placed: House) -> None:
    counts = []
    for times in (3, 9):
        often(placed, "T1", times)
        often(placed, "T4", times)
        placed.calls()
        with CaptureQueriesContext(connection) as queries:
            found = page(placed)
            assert found.drawing
            assert (found.clusters, len(found.rings) > 0, len(found.pins)) == ([], True, len(maplayers.LAYERS))
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 28  # all layers on
