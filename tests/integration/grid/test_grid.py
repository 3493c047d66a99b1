"""The grid in the database: loaded twice, moved, switched, asked by ranges of numbers, kept from the wrong eyes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from tests.registered import Registry
from tests.world import MONDAY

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.registry.customers.models import UsagePoint
from open95598.registry.grid import generating, loading, queries, services
from open95598.registry.grid.described import Described, Device, Point
from open95598.registry.grid.models import GridDevice, GridFinding, GridLink, GridPoint
from open95598.registry.grid.topology import Kind

LATER = MONDAY + timedelta(days=3)
MACHINE = Actor(None, "command", None, "command")


def small(*more: Device) -> Described:
    """A substation, two feeders, three areas, four boxes, five points; ``more`` devices behind them."""
    rows = [
        Device("S", Kind.SUBSTATION, name="一号变电站"), Device("F1", Kind.FEEDER, "S", "湘江线", 112.9, 28.2),
        Device("F2", Kind.FEEDER, "S", "东湖线"), Device("T1", Kind.TRANSFORMER, "F1", "<script>", 112.91, 28.21),
        Device("T2", Kind.TRANSFORMER, "F1"), Device("T3", Kind.TRANSFORMER, "F2"), Device("B1", Kind.BOX, "T1"),
        Device("B2", Kind.BOX, "T1"), Device("B3", Kind.BOX, "T2"), Device("B4", Kind.BOX, "T3"),
    ]  # fmt: skip
    points = [Point(f"P{at}", box) for at, box in enumerate(["B1", "B1", "B2", "B3", "B4"])]
    return Described([*rows, *more], points)


def load(registry: Registry, described: Described, code: str = "X11", source: str = "test") -> None:
    unit = Unit.objects.get(code=code)
    of = dict(zip((p.code for p in described.points), UsagePoint.objects.system("t").order_by("pk"), strict=False))
    loading.load(described, unit, source, MACHINE, LATER, {code: point.pk for code, point in of.items()})


def device(code: str) -> GridDevice:
    return GridDevice.objects.system("a test").select_related("unit").get(code=code)


@pytest.fixture
def eyes(registry: Registry) -> Actor:
    return registry.world.actor("unit_manager", "HQ", LATER)


def test_questions_are_ranges_of_numbers(registry: Registry, eyes: Actor) -> None:
    load(registry, small())
    rights = eyes.rights
    assert rights is not None
    assert [one.code for one in queries.way_up(rights, device("B2"))] == ["B2", "T1", "F1", "S"]
    assert [one.code for one in queries.subtree(rights, device("F1"))] == ["F1", "T1", "B1", "B2", "T2", "B3"]
    assert [one.code for one in queries.children(rights, device("S"))] == ["F1", "F2"]
    holds = queries.common(rights, [device("B1"), device("B3")])
    assert holds is not None
    assert holds.code == "F1"
    assert device("F1").points == 4
    assert [one.code for one in queries.find(rights, "湘江")] == ["F1"]
    hanging = queries.hanging(rights, device("S"))
    assert hanging.points == 5
    assert hanging.customers == queries.customers(rights, device("S")).count() > 0
    assert hanging.protected == sum(one.protected for one in queries.customers(rights, device("S")))


def test_what_is_loaded_again_is_brought_up_to_date_and_its_past_stays(registry: Registry) -> None:
    load(registry, small())
    load(registry, small())
    assert GridLink.objects.count() == GridDevice.objects.system("t").count() == 10
    moved = Described([Device("T2", Kind.TRANSFORMER, "F2")], [Point("P4", "B3")])
    loading.load(moved, Unit.objects.get(code="X11"), "test", MACHINE, LATER + timedelta(days=1))
    assert device("F1").points == 3
    assert device("F2").points == 2
    links = GridLink.objects.filter(device__code="T2").order_by("valid_from")
    assert [(one.parent_code, one.valid_to is None) for one in links] == [("F1", False), ("F2", True)]
    assert GridPoint.objects.system("t").get(code="P4").device.code == "B3"


def test_what_is_wrong_is_kept_and_told_and_nothing_is_lost(registry: Registry) -> None:
    more = [
        Device("L1", Kind.SECTION, "L2"), Device("L2", Kind.SECTION, "L1"), Device("O", Kind.BOX, "nowhere"),
        Device("S", Kind.FEEDER, "F1"), Device("I", Kind.FEEDER),
    ]  # fmt: skip
    described = small(*more)
    described.points += [Point("P0", "B4"), Point("P9", "nobody")]
    load(registry, described)
    found = {(one.kind, one.device.code if one.device else "") for one in GridFinding.objects.select_related("device")}
    assert found == {
        ("loop", "L1"), ("orphan", "O"), ("island", "I"), ("duplicate", ""), ("double", ""), ("orphan", ""),
    }  # fmt: skip
    assert GridDevice.objects.system("t").count() == 14
    loading.load(Described([Device("O", Kind.BOX, "T1")]), Unit.objects.get(code="X11"), "more", MACHINE, LATER)
    assert not GridFinding.objects.filter(device__code="O").exists()


def test_an_open_switch_darkens_what_stands_below_it(registry: Registry, eyes: Actor) -> None:
    load(registry, small())
    assert eyes.rights is not None
    services.switch(device("F1").pk, True, "page", eyes, LATER)
    services.switch(device("F1").pk, True, "page", eyes, LATER)
    services.switch(device("T1").pk, True, "page", eyes, LATER)
    assert [one.device.code for one in queries.opened(eyes.rights)] == ["F1"]
    assert queries.is_dark(device("B3"))
    assert not queries.is_dark(device("B4"))
    assert services.switch(device("F1").pk, False, "page", eyes, LATER + timedelta(hours=1)) is None
    assert not queries.is_dark(device("B3"))
    assert queries.is_dark(device("B1"))


def test_nobody_sees_or_switches_what_is_not_theirs(registry: Registry) -> None:
    load(registry, small())
    other = registry.world.actor("unit_manager", "X21", LATER)
    assert other.rights is not None
    with pytest.raises(NotFound):
        queries.get(other.rights, "F1")
    assert queries.common(other.rights, [device("B1"), device("B3")]) is None
    with pytest.raises(Forbidden):
        services.switch(device("F1").pk, True, "page", other, LATER)
    with pytest.raises(Forbidden):
        loading.load(small(), Unit.objects.get(code="X11"), "test", other, LATER)
    importer = registry.world.actor("integration", "X21", LATER)
    with pytest.raises(Forbidden):
        loading.load(small(), Unit.objects.get(code="X21"), "test", importer, LATER)


def test_pages_and_interface_answer(registry: Registry) -> None:
    load(registry, small())
    manager = registry.world.person("unit_manager", "X11")
    client = Client()
    client.force_login(Person.objects.get(pk=manager.pk), backend="django.contrib.auth.backends.ModelBackend")
    area = device("T1")
    page = client.get(f"/grid/{area.pk}/")
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.content.decode()
    assert "<script></" not in page.content.decode()
    assert client.get("/grid/?begins=湘江").content.decode().count("湘江线") >= 1
    assert client.get(f"/grid/{device('F1').pk}/branch/").status_code == 200
    assert client.post(f"/grid/{area.pk}/switch/", {"open": "1"}).status_code == 302
    told = client.get(f"/api/v1/grid/devices/{device('B1').pk}/hanging").json()
    assert told["dark"] is True
    assert told["points"] == 2
    shapes = client.get(f"/api/v1/grid/devices/{device('F1').pk}/geojson").json()["features"]
    assert [one["properties"]["code"] for one in shapes] == ["F1", "T1"]
    assert shapes[1]["geometry"] == {"type": "LineString", "coordinates": [[112.9, 28.2], [112.91, 28.21]]}
    stranger = registry.world.person("unit_manager", "X21")
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/grid/{area.pk}/").status_code == 404
    assert client.get(f"/api/v1/grid/devices/{area.pk}").status_code == 404


def test_a_made_grid_is_the_same_for_the_same_seed_and_whole(registry: Registry) -> None:
    made = generating.generate(400, 7)
    assert made == generating.generate(400, 7)
    topology, findings = made.topology()
    assert not findings
    assert topology.points(0) == len(made.points) == 400
    loading.load(made, Unit.objects.get(code="X11"), "made", MACHINE, LATER)
    root = GridDevice.objects.system("t").get(kind=Kind.SUBSTATION)
    assert root.points == 400
    assert json.loads("".join(queries.geojson(GridDevice.objects.system("t").all())))["features"]
