"""Lines that were out again and again start improvements: one open for each, linked, compared with what came after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import gridded
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.reliability import bad, improvements
from open95598.control.reliability.models import Improvement
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook.reliability_rows import FrequentRules
from open95598.registry.grid import loading
from open95598.registry.grid.described import Described, Device
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind
from open95598.service.outages.models import Outage
from open95598.service.planned import services
from open95598.service.planned.models import PlannedDevice

HOUSE = Actor.house("test")


@pytest.fixture
def world(db: None, clock: Any) -> worlds.World:
    return gridded.stand(worlds.small()).world


def out(world: worlds.World, device: str, at: Any, hours: float = 1) -> Outage:
    kind = GridDevice.objects.system("test").get(code=device).kind
    fields = {"device": device, "device_kind": kind, "actual_start": at, "original_customers_served": 3}
    made = casework.open_many([casework.Opening("outage", world.units["X11"].pk, fields)], HOUSE, at)[0]
    casework.perform(made.case_id, "restore_outage", HOUSE, at + timedelta(hours=hours), data={"cause": "weather"})
    row: Outage = made.typed
    return row


def often(world: worlds.World, device: str, times: int, now: Any, first: int = 3) -> list[Outage]:
    return [out(world, device, now - timedelta(days=first + 2 * n)) for n in range(times)]


def browser(world: worlds.World, role: str = "unit_manager", unit: str = "X11") -> Client:
    client = Client()
    client.force_login(world.person(Role(role), unit), backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(world: worlds.World, now: Any, unit: str = "X11") -> list[tuple[str, int, bool]]:
    rights = world.actor(Role.UNIT_MANAGER, unit, now).rights
    found = bad.frequent(rights, world.units[unit].pk, FrequentRules(), now)
    return [(one.device, one.times, one.alert) for one in found]


def test_a_line_is_listed_from_three_on_and_an_alert_from_five_on(world: worlds.World, now: Any) -> None:
    often(world, "T1", 2, now)
    assert listed(world, now) == []
    often(world, "T1", 1, now, first=20)
    often(world, "T2", 5, now)
    often(world, "T3", 4, now, first=70)  # longer ago than two months
    assert listed(world, now) == [("T2", 5, True), ("T1", 3, False)]
    assert listed(world, now, "X21") == []


def test_what_is_out_at_a_section_is_out_at_its_line_and_overlapping_ones_are_one(
    world: worlds.World, now: Any
) -> None:
    GridDevice.objects.system("test").filter(code="T1").update(kind=DeviceKind.SECTION)
    often(world, "T1", 2, now)
    out(world, "F1", now - timedelta(days=30))
    out(world, "F1", now - timedelta(days=30) + timedelta(minutes=30))
    assert listed(world, now) == [("F1", 3, False)]


def test_one_improvement_is_open_for_a_line(world: worlds.World, now: Any) -> None:
    rows = often(world, "T1", 3, now)
    manager = world.actor(Role.UNIT_MANAGER, "X11", now)
    with pytest.raises(Invalid):
        improvements.begin("T2", manager, now)
    with pytest.raises(NotFound):
        improvements.begin("nothing", manager, now)
    with pytest.raises(Forbidden):
        improvements.begin("T1", world.actor(Role.UNIT_MANAGER, "X21", now), now)
    made = improvements.begin("T1", manager, now)
    assert (made.times, made.outages) == (3, sorted(row.pk for row in rows))
    with pytest.raises(Impossible):
        improvements.begin("T1", manager, now)
    casework.perform(made.pk, "drop_improvement", manager, now, data={"why": "已列入大修"})
    again = improvements.begin("T1", manager, now)
    assert improvements.open_of(["T1", "T2"]) == {"T1": again.pk}


def test_a_plan_is_approved_by_somebody_else_and_judged_by_what_came_after(world: worlds.World, now: Any) -> None:
    often(world, "T1", 4, now)
    manager, handler = (world.actor(role, "X11", now) for role in (Role.UNIT_MANAGER, Role.HANDLER))
    made = improvements.begin("T1", manager, now)
    plan = {"reason": "aged", "measures": "更换避雷器", "finish_by": now + timedelta(days=20), "investment": 12}
    with pytest.raises(Impossible):
        casework.perform(made.pk, "plan_improvement", manager, now, data={**plan, "finish_by": now})
    casework.perform(made.pk, "plan_improvement", manager, now, data=plan)
    with pytest.raises((Impossible, Forbidden)):
        casework.perform(made.pk, "approve_improvement", manager, now, data={})
    above = world.actor(Role.UNIT_MANAGER, "HQ", now)
    casework.perform(made.pk, "approve_improvement", above, now, data={})
    casework.perform(made.pk, "finish_improvement", handler, now, data={"result": "已更换"})
    later = now + timedelta(days=40)
    out(world, "T1", now + timedelta(days=5))
    made = Improvement.objects.system("test").select_related("case").get(pk=made.pk)
    assert improvements.effect(made, now) is None
    assert improvements.effect(made, later) == improvements.Effect(40, 4, 1)
    casework.perform(made.pk, "close_improvement", above, later, data={"effect": "better", "conclusion": "明显减少"})
    made.refresh_from_db()
    assert (made.is_open, made.effect) == (False, "better")


def test_open_improvements_follow_devices_that_change_places(world: worlds.World, now: Any) -> None:
    manager = world.actor(Role.UNIT_MANAGER, "X11", now)
    made = {}
    for code in ("T1", "T2"):
        often(world, code, 3, now)
        made[code] = improvements.begin(code, manager, now).pk
    plan = planned(world, ["T1", "T2"], now)
    pks = dict(GridDevice.objects.system("test").filter(code__in=made).values_list("code", "pk"))
    swap = [Device("T1", Kind.TRANSFORMER, "F1", formerly="T2"), Device("T2", Kind.TRANSFORMER, "F1", formerly="T1")]
    loading.load(Described(swap), world.units["X11"], "swap", HOUSE, now)
    assert improvements.open_of(["T1", "T2"]) == {"T1": made["T2"], "T2": made["T1"]}
    assert GridDevice.objects.system("test").get(code="T1").pk == pks["T2"]
    rows = PlannedDevice.objects.filter(plan=plan).order_by("pk")
    assert list(rows.values_list("device", flat=True)) == ["T2", "T1"]


def planned(world: worlds.World, codes: list[str], now: Any) -> int:
    """Announce works at devices; return the plan's id."""
    start = now + timedelta(days=20)
    told = {"information": "planned", "devices": codes, "starts_at": start, "ends_at": start + timedelta(hours=4),
            "cause": "maintenance", "scope": "芙蓉路", "work": "检修", "work_kind": "maintenance"}  # fmt: skip
    return int(services.plan(world.actor(Role.DISPATCHER, "X11", now), told, now).pk)


def test_the_pages(world: worlds.World, now: Any) -> None:
    row = often(world, "T1", 3, now)[0]
    client = browser(world)
    text = client.get("/reliability/lines/").content.decode()
    assert "芙蓉路1号台区" in text
    made = client.post("/reliability/lines/begin/", {"device": "T1"})
    assert made.status_code == 302
    pk = Improvement.objects.system("test").get().pk
    assert f"ZG-{pk}" in client.get("/reliability/lines/").content.decode()
    assert client.post("/reliability/lines/begin/", {"device": "T1"}).status_code == 409
    page = client.get(f"/reliability/improvements/{pk}/").content.decode()
    assert f"TD-{row.pk}" in page
    assert f"ZG-{pk}" in client.get("/reliability/improvements/").content.decode()
    assert browser(world, "unit_manager", "X21").get(f"/reliability/improvements/{pk}/").status_code == 404
    answer = client.get("/api/v1/reliability/lines").json()["items"]
    assert [(one["device"], one["times"], one["improvement"]) for one in answer] == [("T1", 3, pk)]


def test_the_list_costs_the_same_few_queries(world: worlds.World, now: Any) -> None:
    counts = []
    for times in (3, 6):
        for device in ("T1", "T2", "B1"):
            often(world, device, times, now)
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(world, now)) == 3
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 16
