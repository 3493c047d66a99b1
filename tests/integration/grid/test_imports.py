"""A grid from tables: on trial, loaded, brought up to date; what is wrong with it is found, never a crash."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Role
from open95598.foundation.transfer import importers, imports, tasks
from open95598.foundation.transfer.models import ImportRun, RunState
from open95598.registry.grid import renumbering
from open95598.registry.grid.models import (
    GridDevice,
    GridFinding,
    GridFormerCode,
    GridLink,
    GridPoint,
    GridStaged,
    GridVersion,
)

LATER = MONDAY + timedelta(days=3)
DEVICES = """设备编号,设备类型,上级设备,供电单位,设备名称,经度,纬度,常开
S,变电站,,X11,一号变电站,112.9,28.2,否
F1,线路,S,X11,湘江线,112.91,28.21,否
F2,线路,S,X11,东湖线,,,否
T1,台区,F1,X11,芙蓉路1号台区,112.92,28.22,否
T2,配变,F1,X11,,,,否
T3,台区,F2,X12,,,,否
B1,表箱,T1,X11,,,,否
B3,计量箱,T3,X12,,,,否
"""


@pytest.fixture(autouse=True)
def _vault(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def bring(registry: Registry) -> Callable[..., ImportRun]:
    """Import a table to its end."""

    def bring(name: str, text: str | bytes, *, dry: bool = False, whole: bool = False, person: Person | None = None,
              progress: Any = None, batch: int | None = None, file: str = "grid.csv") -> ImportRun:  # fmt: skip
        data = text.encode() if isinstance(text, str) else text
        draft = imports.upload(importers.get(name), io.BytesIO(data), file, person=person, now=LATER)
        run = imports.prepare(draft, draft.mapping, dry_run=dry, all_or_nothing=whole, now=LATER)
        return imports.run(run.pk, lambda: LATER, progress=progress, batch=batch)

    return bring


def device(code: str) -> GridDevice:
    return GridDevice.objects.system("a test").select_related("unit", "parent").get(code=code)


def hangs() -> dict[str, str]:
    return dict(GridPoint.objects.system("a test").values_list("code", "device__code"))


def found(run: ImportRun) -> set[tuple[str, str, str]]:
    return set(run.findings.values_list("kind", "about", "text"))


def test_devices_and_what_hangs_on_them(bring: Any) -> None:
    run = bring("grid-devices", DEVICES, batch=3)
    assert (run.state, run.created, run.rejected) == (RunState.DONE, 8, 0)
    assert not found(run)
    assert (device("B1").parent.code, device("F1").x, device("T3").unit.code) == ("T1", 112.91, "X12")
    points = bring("grid-points", "户号,表箱\n4300000001,B1\n4300000002,B1\n4300000014,B3\n", person=None)
    assert (points.state, points.created) == (RunState.DONE, 3)
    assert hangs() == {"4300000001": "B1", "4300000002": "B1", "4300000014": "B3"}
    assert GridPoint.objects.system("t").filter(usage_point=None).count() == 0
    assert (device("F1").points, device("S").points) == (2, 3)
    assert not GridStaged.objects.exists()


def test_what_devices_may_carry(bring: Any) -> None:
    text = DEVICES.replace("常开\n", "常开,额定容量,额定电流\n").replace(",否\n", ",否,,\n")
    run = bring("grid-devices", text.replace("湘江线,112.91,28.21,否,,", "湘江线,112.91,28.21,否,,400").replace(
        "芙蓉路1号台区,112.92,28.22,否,,", "芙蓉路1号台区,112.92,28.22,否,630,"))  # fmt: skip
    assert run.rejected == 0
    assert (device("F1").rated, device("T1").rated, device("T2").rated) == (400, 630, None)
    bring("grid-devices", DEVICES)
    assert device("F1").rated == 400  # a table that says nothing of it takes nothing away
    table = "设备编号,设备类型,上级设备,供电单位,额定电流\nF1,线路,S,X11,600\nF2,线路,S,X11,0\nT1,台区,F1,X11,5\n"
    changed = bring("grid-devices", table)
    assert [(one.field, one.before, one.after) for one in changed.changes.all() if one.field == "rated_a"] == [
        ("rated_a", "400", "600")
    ]  # fmt: skip
    assert [(one.row, one.column) for one in changed.problems.order_by("row")] == [(3, "额定电流"), (4, "额定电流")]


def test_on_trial_everything_is_told_and_nothing_stays(bring: Any) -> None:
    bad = DEVICES + "L1,开关,L2,X11,,,,否\nL2,开关,L1,X11,,,,否\nT8,台区,F9,X11,,,,否\nF7,线路,,X11,,,,否\n"
    run = bring("grid-devices", bad, dry=True)
    assert (run.state, run.created) == (RunState.DONE, 12)
    assert {(kind, about) for kind, about, _text in found(run)} == {
        ("loop", "L1"), ("orphan", "T8"), ("island", "F7")
    }  # fmt: skip
    assert not GridDevice.objects.system("t").exists()
    assert not GridVersion.objects.exists()
    assert not GridStaged.objects.exists()
    real = bring("grid-devices", bad)
    assert found(real) == found(run)
    assert GridFinding.objects.count() == 3


def test_a_customer_on_two_transformers_and_one_on_none_are_findings(bring: Any) -> None:
    bring("grid-devices", DEVICES)
    text = ("户号,用电点编号,表箱\n4300000001,P1,B1\n4300000001,P2,B3\n4300000002,P3,T1\n4300000002,P3,T2\n"
            "4399999999,P4,B1\n,P5,B77\n")  # fmt: skip
    run = bring("grid-points", text, batch=2)
    assert run.state == RunState.DONE
    assert found(run) == {
        ("double", "", "P2 → B3; P1 → B1"), ("double", "", "P3 → T1, T2"),
        ("account", "", "P4 → 4399999999"), ("orphan", "", "P5 → B77"),
    }  # fmt: skip
    assert hangs() == {"P1": "B1", "P2": "B3", "P3": "T1", "P4": "B1"}
    linked = GridPoint.objects.system("t").exclude(usage_point=None)
    assert set(linked.values_list("code", flat=True)) == {"P1", "P3"}
    # the same table once more: the customer stays where they hang
    bring("grid-points", text, batch=2)
    assert hangs()["P3"] == "T1"


def test_the_same_table_again_changes_nothing_and_another_one_what_it_says(bring: Any) -> None:
    bring("grid-devices", DEVICES)
    again = bring("grid-devices", DEVICES)
    assert (again.created, again.changed, again.doubles) == (0, 0, 8)
    assert GridLink.objects.count() == 8
    moved = bring("grid-devices", "设备编号,设备类型,上级设备,供电单位\nT2,台区,F2,X11\nT1,台区,F1,X11\n")
    assert (moved.changed, moved.doubles) == (1, 1)
    assert list(moved.changes.values_list("field", "before", "after")) == [("parent", "F1", "F2")]
    assert device("T1").name == "芙蓉路1号台区", "what the table has no column for stays"
    assert device("T2").parent.code == "F2"
    assert list(GridLink.objects.filter(device__code="T2").order_by("pk").values_list("parent_code", flat=True)) == [
        "F1", "F2"
    ]  # fmt: skip


def test_bad_rows_say_why_and_all_or_nothing_is_meant(bring: Any) -> None:
    bad = DEVICES + "X1,飞机,S,X11,,,,否\nX2,台区,F1,NOWHERE,,,,否\nX3,台区,X3,X11,,,,否\nX4,台区,F1,X11,,1,,否\n"
    whole = bring("grid-devices", bad, whole=True)
    assert whole.state == RunState.REJECTED
    assert not GridDevice.objects.system("t").exists()
    run = bring("grid-devices", bad)
    assert (run.created, run.rejected) == (8, 4)
    assert {(p.row, p.column) for p in run.problems.all()} == {
        (10, "设备类型"), (11, "供电单位"), (12, "上级设备"), (13, "纬度")
    }  # fmt: skip


def test_broken_off_it_goes_on_and_loads_everything_once(bring: Any) -> None:
    seen = []

    def fall(run: ImportRun) -> None:
        seen.append(run.read)
        if run.read >= 4:
            raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError):
        bring("grid-devices", DEVICES, batch=2, progress=fall)
    assert not GridDevice.objects.system("t").exists(), "no half grid"
    run = bring("grid-devices", DEVICES, batch=2)
    assert (run.state, run.created, run.read) == (RunState.DONE, 8, 8)
    assert GridDevice.objects.system("t").count() == 8


def test_parquet(bring: Any) -> None:
    table = pa.table({"code": ["S", "F1"], "kind": ["substation", "feeder"], "parent": [None, "S"], "unit": ["X11"] * 2,
                      "x": [112.9, None], "y": [28.2, None]})  # fmt: skip
    file = io.BytesIO()
    pq.write_table(table, file)
    run = bring("grid-devices", file.getvalue(), file="grid.parquet")
    assert (run.state, run.created) == (RunState.DONE, 2)
    assert device("F1").parent.code == "S"


def test_a_renumbered_feeder_keeps_everything(bring: Any) -> None:
    bring("grid-devices", DEVICES)
    bring("grid-points", "户号,表箱\n4300000001,B1\n")
    pk = device("F1").pk
    run = bring("grid-devices", "设备编号,原编号,设备类型,上级设备,供电单位\nF-801,F1,线路,S,X11\nT2,,台区,F1,X11\n")
    assert not found(run)
    assert device("F-801").pk == pk
    assert device("F-801").points == 1
    assert device("T1").parent.code == device("T2").parent.code == "F-801", "also where a row still has the former code"
    assert renumbering.by_code(["F1", "nothing"], "t")["F1"].pk == pk
    assert GridLink.objects.filter(device__code="T1").count() == 1, "the same device feeds it"
    # said once more nothing happens; with another device of the former code it is a finding
    again = bring("grid-devices", "设备编号,原编号,设备类型,上级设备,供电单位\nF-801,F1,线路,S,X11\n")
    assert (again.created, again.doubles) == (0, 1)
    bring("grid-devices", "设备编号,设备类型,上级设备,供电单位\nF1,线路,S,X11\n")
    both = bring("grid-devices", "设备编号,原编号,设备类型,上级设备,供电单位\nF-801,F1,线路,S,X11\n")
    assert ("renumber", "", "F1 → F-801") in found(both)
    assert GridFormerCode.objects.count() == 1


def test_codes_change_places_and_the_same_table_again_does_not_change_them_back(bring: Any) -> None:
    bring("grid-devices", DEVICES)
    first, second, area = device("F1").pk, device("F2").pk, device("T1").pk
    head = "设备编号,原编号,设备类型,供电单位\n"
    swap = head + "F1,F2,线路,X11\nF2,F1,线路,X11\nT1,T2,台区,X11\nT9,T1,台区,X11\n"
    for _again in range(2):
        run = bring("grid-devices", swap)
        assert run.rejected == 0
        assert not found(run)
        assert (device("F1").pk, device("F2").pk, device("T9").pk) == (second, first, area)
        assert (device("F1").name, device("F2").name) == ("东湖线", "湘江线")
        assert device("T9").parent.pk == first, "what feeds it is the same device as before"
        assert (device("F2").parent.code, device("T3").parent.pk) == ("S", second)
    row = head + "F1,F2,线路,X11\n"  # one alone: the other code is taken
    assert ("renumber", "", "F2 → F1") in found(bring("grid-devices", row))


def test_who_may(bring: Any, registry: Registry) -> None:
    agent = registry.world.person(Role.AGENT, "X11")
    refused = bring("grid-devices", DEVICES, person=agent)
    assert (refused.created, refused.rejected) == (0, 8)
    keeper = registry.world.person(Role.ADMINISTRATOR, "X11")
    own = bring("grid-devices", DEVICES, person=keeper)
    assert (own.created, own.rejected) == (6, 2), "those of X12 are not theirs"
    bring("grid-devices", DEVICES)
    points = bring("grid-points", "用电点编号,表箱\nP1,B1\nP2,B3\n", person=keeper)
    assert (points.created, points.rejected) == (1, 1)


def test_by_page(registry: Registry, clock: Any) -> None:
    client = Client()
    client.force_login(
        registry.world.person(Role.ADMINISTRATOR, "HQ"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(reverse("transfer:imports") + "?importer=grid-devices").content.decode()
    assert '<option value="grid-devices" selected>' in page
    text = DEVICES + "F7,线路,,X11,,,,否\n"
    answer = client.post(
        reverse("transfer:imports"),
        {"importer": "grid-devices", "file": SimpleUploadedFile("设备.csv", text.encode())},
    )
    client.post(reverse("transfer:import_start", args=[ImportRun.objects.get().pk]), {"way": "as_it_is", "do": "check"})
    trial = ImportRun.objects.get(dry_run=True)
    tasks.run_import(trial.pk)
    page = client.get(reverse("transfer:import", args=[trial.pk])).content.decode()
    assert "无电源（孤岛）" in page
    assert "F7" in page
    assert not GridDevice.objects.system("t").exists()
    client.post(reverse("transfer:import_start", args=[trial.pk]), {"do": "import"})
    tasks.run_import(ImportRun.objects.get(dry_run=False, state=RunState.QUEUED).pk)
    assert GridDevice.objects.system("t").count() == 9
    assert answer.status_code == 302
