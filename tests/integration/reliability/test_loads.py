"""Heavy and overloaded lines: on the list by the rulebook's limits, told of once, improved and compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests import gridded
from tests import world as worlds

from open95598.casework import services as casework
from open95598.control.reliability import improvements, loaded, telling
from open95598.control.reliability.models import Ground, Improvement
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.notices.models import Notice
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.registry.grid import loadkeeping, loads
from open95598.registry.grid.models import GridDevice

RULES = LoadRules()


@pytest.fixture
def world(db: None, clock: Any) -> worlds.World:
    made = gridded.stand(worlds.small()).world
    for code, rated in {"F1": 400, "F2": 400, "T1": 100, "T2": 100, "T3": 100}.items():
        GridDevice.objects.system("test").filter(code=code).update(rated=rated)
    return made


def day(code: str, back: int, now: Any, percent: Sequence[float]) -> None:
    """Let a device carry so much of its rating on a day so many days back; quarters of an hour from 10 o'clock on."""
    device = GridDevice.objects.system("test").get(code=code)
    placed = loads.place(now, loadkeeping.zone())
    assert placed is not None
    start = loads.next_day(placed[0], loadkeeping.zone(), -back)
    values = dict.fromkeys(range(96), 0.2 * (device.rated or 0))
    values.update({40 + at: one * (device.rated or 0) / 100 for at, one in enumerate(percent)})
    loadkeeping.keep({(device.pk, start): values}, now)


def listed(world: worlds.World, now: Any, unit: str = "X11", month: str = "", **more: Any) -> list[Any]:
    rights = world.actor(Role.UNIT_MANAGER, unit, now).rights
    when = loaded.period(month, RULES, now)
    rows = loaded.loaded(rights, world.units[unit].pk, RULES, when, **more)
    loaded.look_into(rows, RULES, when)
    return [(one.device.code, one.grade, one.rate, one.days, one.over_days, one.minutes, one.over_minutes) for one in
            rows]  # fmt: skip


def test_an_hour_at_a_stretch_makes_a_line_heavy_or_overloaded(world: worlds.World, now: Any) -> None:
    day("T1", 3, now, [70] * 4)
    day("T2", 3, now, [150] * 3 + [60] + [150] * 3)  # never an hour at a stretch
    day("T3", 3, now, [100] * 4)  # all of the rating, not more
    day("F1", 4, now, [101] * 4 + [80] * 4)
    day("F1", 3, now, [75] * 6)
    day("F2", 3, now, [69.5] * 40)
    assert listed(world, now) == [
        ("F1", "overloaded", 101, 2, 1, 210, 60), ("T3", "heavy", 100, 1, 0, 60, 0), ("T1", "heavy", 70, 1, 0, 60, 0),
    ]  # fmt: skip
    assert [one[0] for one in listed(world, now, grades=("overloaded",))] == ["F1"]
    assert listed(world, now, "X21") == []


def test_the_list_is_of_the_last_days_or_of_a_month(world: worlds.World, now: Any) -> None:
    day("T1", 5, now, [90] * 8)  # in February: it is the 2nd of March
    day("T2", 40, now, [90] * 8)
    day("T3", 1, now, [90] * 8)
    assert [one[0] for one in listed(world, now)] == ["T1", "T3"]
    assert [one[0] for one in listed(world, now, month="2026-03")] == ["T3"]
    assert [one[0] for one in listed(world, now, month="2026-01")] == ["T2"]
    assert [one[0] for one in listed(world, now, month="2099-01")] == ["T3"]


def test_people_are_told_once_for_a_line_what_it_is_and_a_month(world: worlds.World, now: Any) -> None:
    manager = world.person(Role.UNIT_MANAGER, "X11")
    day("T1", 5, now, [90] * 8)
    day("T2", 5, now, [130] * 8)
    assert telling.tell(now) == 2
    assert telling.tell(now + timedelta(days=1)) == 0
    told = Notice.objects.get(person=manager)
    assert told.title["zh"] == "线路、变压器：1条过载；1条重载"
    assert told.body["en"] == "overloaded: T2; heavy: 芙蓉路1号台区"
    day("T1", 1, now, [90] * 8)  # again, in March
    day("T1", 0, now, [120] * 8)  # and overloaded
    later = now + timedelta(days=1)
    assert telling.tell(later) == 1
    assert telling.tell(later) == 0


def test_an_improvement_because_of_load_is_beside_one_because_of_outages(world: worlds.World, now: Any) -> None:
    for back in (10, 5):
        day("T1", back, now, [130] * 8)
    manager = world.actor(Role.UNIT_MANAGER, "X11", now)
    with pytest.raises(Invalid):
        improvements.begin("T2", manager, now, Ground.LOAD)
    with pytest.raises(Forbidden):
        improvements.begin("T1", world.actor(Role.UNIT_MANAGER, "X21", now), now, Ground.LOAD)
    with pytest.raises(Invalid):
        improvements.begin("T1", manager, now)  # it was not out
    made = improvements.begin("T1", manager, now, Ground.LOAD)
    assert (made.grade, made.rate, made.days) == ("overloaded", 130, 2)
    with pytest.raises(Impossible):
        improvements.begin("T1", manager, now, Ground.LOAD)
    assert improvements.open_of(["T1"], Ground.LOAD) == {"T1": made.pk}
    assert improvements.open_of(["T1"]) == {}
    plan = {"reason": "overload", "measures": "增容至200千伏安", "finish_by": now + timedelta(days=9)}
    casework.perform(made.pk, "plan_improvement", manager, now, data=plan)
    casework.perform(made.pk, "approve_improvement", world.actor(Role.UNIT_MANAGER, "HQ", now), now, data={})
    casework.perform(made.pk, "finish_improvement", manager, now, data={"result": "已增容"})
    GridDevice.objects.system("test").filter(code="T1").update(rated=200)
    later = now + timedelta(days=30)
    day("T1", 10, later, [65] * 8)
    day("T1", 9, later, [72] * 8)
    row = Improvement.objects.system("test").select_related("case__unit").get(pk=made.pk)
    assert improvements.effect(row, later) is None
    assert improvements.load_effect(row, now) is None
    found = improvements.load_effect(row, later)
    assert found == improvements.LoadEffect(30, loaded.Share(2, 130), loaded.Share(1, 72))


def browser(world: worlds.World, role: str = "unit_manager", unit: str = "X11") -> Client:
    client = Client()
    client.force_login(world.person(Role(role), unit), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_page_spreadsheet_and_interface_say_the_same(world: worlds.World, now: Any) -> None:
    day("T1", 3, now, [110] * 8)
    day("F1", 3, now, [80] * 4)
    client = browser(world)
    text = client.get("/reliability/loads/").content.decode()
    assert "芙蓉路1号台区" in text
    assert text.count("<polyline") == 2
    assert "湘江线" not in client.get("/reliability/loads/?grade=overloaded").content.decode()
    assert "芙蓉路1号台区" not in client.get("/reliability/loads/?kind=line").content.decode()
    assert client.get("/reliability/loads/?unit=999999").status_code == 403
    sheet = load_workbook(BytesIO(b"".join(client.get("/reliability/loads/xlsx/?kind=line")))).worksheets[0]
    cells = [value for row in sheet.iter_rows(values_only=True) for value in row]
    assert "湘江线" in cells
    assert "芙蓉路1号台区" not in cells
    items = client.get("/api/v1/reliability/loads").json()["items"]
    assert [(one["device"], one["grade"], one["percent"], one["minutes"], one["improvement"]) for one in items] == [
        ("T1", "overloaded", 110, 120, None), ("F1", "heavy", 80, 60, None)
    ]  # fmt: skip
    made = client.post("/reliability/lines/begin/", {"device": "T1", "ground": "load"})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "过载：最高达额定的110%" in page
    assert client.get("/api/v1/reliability/loads").json()["items"][0]["improvement"]
    assert client.get("/reliability/improvements/?ground=load").content.decode().count("ZG-") >= 1


def test_the_list_costs_the_same_few_queries(world: worlds.World, now: Any) -> None:
    client = browser(world)
    client.get("/reliability/loads/")
    counts = []
    for codes in (["T1"], ["T2", "T3", "F1"]):
        for code in codes:
            for back in (2, 3, 4):
                day(code, back, now, [110] * 8)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/reliability/loads/").status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 20


def test_the_map_shows_them_as_a_layer(world: worlds.World, now: Any) -> None:
    devices = GridDevice.objects.system("test")
    devices.filter(code="T1").update(x=112.9, y=28.2)
    devices.filter(code="F1").update(x=113.1, y=28.4)
    day("T1", 3, now, [110] * 8)
    day("F1", 3, now, [80] * 4)
    day("T2", 3, now, [90] * 4)  # it has no place
    client = browser(world)
    text = client.get("/outages/map/?chosen=1&layer=load").content.decode()
    assert "芙蓉路1号台区：过载，额定的110%" in text
    assert "湘江线：重载，额定的80%" in text
    pk = devices.get(code="T1").pk
    assert f"/grid/{pk}/" in text
    assert "额定的110%" not in client.get("/outages/map/?chosen=1&layer=grid").content.decode()
    assert "额定的110%" not in browser(world, unit="X21").get("/outages/map/?chosen=1&layer=load").content.decode()
