"""Load curves: brought in by table and interface, once, piece by piece; what is wrong is told row by row."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import gridded
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation.errors import Forbidden
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Role
from open95598.foundation.transfer import importers, imports
from open95598.foundation.transfer.models import ImportRun
from open95598.registry.grid import loadkeeping, queries
from open95598.registry.grid.models import GridDevice, GridLoad

NOW = MONDAY + timedelta(days=3)
DAY = datetime(2026, 2, 20, tzinfo=loadkeeping.zone())
FIRST = DAY.date()


@pytest.fixture(autouse=True)
def _vault(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def stands(db: None) -> Registry:
    made = gridded.stand()
    devices = GridDevice.objects.system("test")
    devices.filter(code="F1").update(rated=400)
    devices.filter(code="T1").update(rated=630)
    return made


@pytest.fixture
def bring(stands: Registry) -> Callable[..., ImportRun]:
    def bring(text: str, *, dry: bool = False, whole: bool = False, person: Person | None = None,
              batch: int | None = None) -> ImportRun:  # fmt: skip
        draft = imports.upload(
            importers.get("grid-loads"), io.BytesIO(text.encode()), "loads.csv", person=person, now=NOW
        )
        run = imports.prepare(draft, draft.mapping, dry_run=dry, all_or_nothing=whole, now=NOW)
        return imports.run(run.pk, lambda: NOW, batch=batch)

    return bring


def table(device: str, loads: Iterator[float] | list[float], minutes: int = 15, start: datetime = DAY) -> str:
    lines = (f"{device},{start + timedelta(minutes=minutes * at):%Y-%m-%d %H:%M},{load}" for at, load in
             enumerate(loads))  # fmt: skip
    return "设备编号,时间,电流(A)\n" + "\n".join(lines) + "\n"


def day(device: str, on: date = FIRST) -> queries.LoadDay:
    return queries.loads(GridDevice.objects.system("test").get(code=device), on, 1)[0]


def said(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.reason) for one in run.problems.order_by("row")]


def test_a_day_of_a_line_is_one_row_and_the_same_again_changes_nothing(bring: Any) -> None:
    text = table("F1", [200] * 40 + [300] * 8 + [410] * 3 + [200] * 45)
    first = bring(text)
    assert (first.created, first.changed, first.doubles, first.rejected) == (96, 0, 0, 0)
    found = day("F1")
    assert (found.peak, found.held, found.rated, found.rate) == (410, 300, 400, 75)
    assert found.peak_at == DAY + timedelta(hours=12)
    assert found.values.count(410) == 3
    again = bring(text)
    assert (again.created, again.changed, again.doubles) == (0, 0, 96)
    corrected = bring(text.replace(" 12:45,200", " 12:45,405"))
    assert (corrected.changed, corrected.doubles) == (1, 95)
    assert [(one.field, one.before, one.after) for one in corrected.changes.all()] == [("a", "200", "405")]
    assert day("F1").held == 405
    assert GridLoad.objects.system("test").count() == 1


def test_a_trial_writes_nothing(bring: Any) -> None:
    run = bring(table("F1", [1.0] * 96), dry=True)
    assert (run.created, run.rejected) == (96, 0)
    assert not GridLoad.objects.system("test").exists()


def test_hours_across_midnight_count_where_they_begin_in_whatever_order_they_come(bring: Any) -> None:
    evening, morning = [100] * 94 + [380] * 2, [380] * 2 + [100] * 94
    bring(table("F1", morning, start=DAY + timedelta(days=1)))
    assert day("F1", DAY.date() + timedelta(days=1)).rate == 25
    bring(table("F1", evening))
    assert day("F1").rate == 95
    bring(table("F1", [50] * 96, start=DAY + timedelta(days=1)))
    assert day("F1").rate == 25


def test_every_bad_row_is_told_and_the_good_ones_are_taken(bring: Any, stands: Registry) -> None:
    text = (
        "设备编号,时间,负荷(kW),电流(A)\n"
        "F1,2026-02-20 00:00,,100\n"
        "nothing,2026-02-20 00:00,,100\n"
        "F1,2026-02-20 00:07,,100\n"
        "F1,2026-02-20 00:15,,\n"
        "F1,2026-02-20 00:30,1,2\n"
        "F1,2026-02-30 00:00,,100\n"
        "F1,2026-02-20 00:45,,viel\n"
        "F1,2027-02-20 00:45,,1\n"
        "F1,1999-02-20 00:45,,1\n"
        "B1,2026-02-20 00:00,,100\n"
        "F1,2026-02-20 00:00,,101\n"
        "F1,2026-02-20 00:00,,100\n"
        "F1,2026-02-20 00:45,,-100\n"
        "F1,2026-02-20 01:00,,9999999\n"
    )
    run = bring(text)
    assert [(row, column) for row, column, _why in said(run)] == [
        (3, "设备编号"), (4, "时间"), (5, "负荷(kW)"), (6, "电流(A)"), (7, "时间"), (8, "电流(A)"), (9, "时间"),
        (10, "时间"), (11, "设备编号"), (12, "时间"), (15, "电流(A)"),
    ]  # fmt: skip
    assert [one for one in day("F1").values if one is not None] == [100, -100]
    whole = bring(text.replace("02-20", "02-21"), whole=True)
    assert whole.rejected == 11
    assert GridLoad.objects.system("test").count() == 1


def test_a_time_told_twice_is_noticed_in_another_batch_and_on_trial(bring: Any) -> None:
    text = table("F1", [100] * 20) + "F1,2026-02-20 00:00,101\n"
    for dry in (True, False):
        run = bring(text, dry=dry, batch=8)
        assert [row for row, _column, _why in said(run)] == [22]
    assert day("F1").values[0] == 100


def test_kilowatts_become_the_unit_of_the_rating_and_hours_are_as_good_as_quarters(bring: Any) -> None:
    bring(table("T1", [380, 570, 100], minutes=60).replace("电流(A)", "有功功率(kW)"))
    found = day("T1")
    assert found.values[:5] == [400, None, None, None, 600]
    assert (found.held, round(found.rate or 0, 1)) == (600, 95.2)


def test_a_rating_that_comes_later_judges_the_days_before(bring: Any) -> None:
    bring(table("T2", [90.0] * 8, minutes=60).replace("电流(A)", "kVA"))
    assert day("T2").rate is None
    GridDevice.objects.system("test").filter(code="T2").update(rated=100)
    assert loadkeeping.recount(DAY, NOW) == 1
    assert day("T2").rate == 90
    assert loadkeeping.recount(DAY, NOW) == 0
    GridDevice.objects.system("test").filter(code="T2").update(rated=200)
    assert loadkeeping.recount(DAY, NOW) == 0  # stronger since: what was stays
    assert day("T2").rated == 100


def test_who_may_not_import_at_a_unit_is_refused(bring: Any, stands: Registry) -> None:
    run = bring(table("F1", [1.0] * 3), person=stands.world.person(Role.DISPATCHER, "X21"))
    assert run.rejected == 3
    with pytest.raises(Forbidden):
        bring(table("F1", [1.0] * 4), person=stands.world.person(Role.AGENT, "P1"))
    assert not GridLoad.objects.system("test").exists()


def test_loads_of_the_past_get_their_months(bring: Any) -> None:
    bring(table("F1", [300] * 96, start=datetime(2025, 12, 5, tzinfo=loadkeeping.zone())))
    assert "grid_load_202512" in loadkeeping.arrange(NOW)
    assert day("F1", date(2025, 12, 5)).rate == 75
    assert loadkeeping.arrange(NOW) == []


def test_the_page_of_a_device_shows_its_worst_day(bring: Any, stands: Registry, clock: Any) -> None:
    client = Client()
    client.force_login(stands.world.person(Role.UNIT_MANAGER, "X11"))
    pk = GridDevice.objects.system("test").get(code="F1").pk
    assert "负荷最高的一天" not in client.get(f"/grid/{pk}/").content.decode()
    bring(table("F1", [100] * 96))
    bring(table("F1", [100] * 80 + [420] * 16, start=DAY + timedelta(days=3)))
    text = client.get(f"/grid/{pk}/").content.decode()
    assert "负荷最高的一天" in text
    assert "过载" in text
    assert "400 A" in text


def test_the_interface_takes_the_same(stands: Registry, clock: Any) -> None:
    client = Client()
    client.force_login(stands.world.person(Role.INTEGRATION, "HQ"))
    at = datetime(2026, 2, 20, 8, tzinfo=UTC)
    rows: list[dict[str, Any]] = [
        {"device": "F1", "at": (at + timedelta(minutes=15 * n)).isoformat(), "a": 350} for n in range(8)
    ]
    bad = [{"device": "F1", "at": at.isoformat(), "a": 1}, {"device": "nowhere", "at": at.isoformat(), "kw": 1}]

    def post(given: Any) -> Any:
        return client.post("/api/v1/grid/loads", json.dumps(given), content_type="application/json")

    refused = post({"rows": [*rows, *bad], "all_or_nothing": True}).json()
    assert (refused["taken"], [one["row"] for one in refused["refused"]]) == (False, [8, 9])
    assert not GridLoad.objects.system("test").exists()
    answer = post({"rows": [*rows, *bad]}).json()
    assert (answer["taken"], answer["new"], len(answer["refused"])) == (True, 8, 2)
    assert answer["refused"][1]["fields"].keys() == {"device"}
    assert post({"rows": rows}).json()["same"] == 8
    assert post({"rows": [{**rows[0], "at": "2026-02-20T08:00"}]}).status_code == 422
    pk = GridDevice.objects.system("test").get(code="F1").pk
    days = client.get(f"/api/v1/grid/devices/{pk}/loads?start=2026-02-20&days=1").json()
    assert [(one["percent"], one["rated"], len(one["values"])) for one in days] == [(87.5, 400, 96)]
    other = Client()
    other.force_login(stands.world.person(Role.AGENT, "P1"))
    told = other.post("/api/v1/grid/loads", json.dumps({"rows": rows}), content_type="application/json")
    assert told.status_code == 403
