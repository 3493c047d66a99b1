"""Figures of reliability from the outages as they happened: the page, the spreadsheet, the interface, corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
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
from open95598.casework.actors import Actor
from open95598.control.indicators import pages as promises
from open95598.control.reliability import pages, serving
from open95598.control.reliability.models import Served
from open95598.foundation import months
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.people.policy import Role
from open95598.service.outages.kinds import Act
from open95598.service.outages.models import Outage, OutageAct, OutageReport
from open95598.service.outages.reporting import STILL_OUT
from open95598.service.planned.kinds import When
from open95598.service.planned.models import Count, PlannedDevice, PlannedOutage

HOUSE = Actor.house("test")
#: in the utility's zone it is 1 January 2026, 08:00
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=31)


@pytest.fixture
def world(db: None, clock: Any) -> worlds.World:
    clock.advance(NOW - clock.now())
    return worlds.small()


def out(
    world: worlds.World, start: datetime, minutes: float | None, customers: int, *, unit: str = "X11",
    state: str = "closed", cause: str = "equipment", parent: Outage | None = None, device: str = "T1",
) -> Outage:  # fmt: skip
    """Make an outage that lasted so long."""
    end = None if minutes is None else start + timedelta(minutes=minutes)
    fields = {
        "device": device, "device_name": device, "device_kind": 3, "actual_start": start, "actual_end": end,
        "original_customers_served": customers, "cause_kind": cause,
    }  # fmt: skip
    opening = casework.Opening("outage", world.units[unit].pk, fields, parent_id=parent.pk if parent else None)
    made: Outage = casework.open_many([opening], HOUSE, start)[0].typed
    case = made.case
    case.state, case.is_open = state, state not in ("closed", "merged", "withdrawn")
    case.save(update_fields=("state", "is_open"))
    Outage.objects.system("test").filter(pk=made.pk).update(is_open=case.is_open)
    return made


def plan(world: worlds.World, start: datetime, minutes: float, points: int, **more: Any) -> PlannedOutage:
    """Make an announced outage that was off so long."""
    information = more.pop("information", "planned")
    end = start + timedelta(minutes=minutes)
    fields = {"information": information, "starts_at": start, "ends_at": end, "first_starts_at": start,
              "actual_start": start, "actual_end": end, "cause": "maintenance", "scope": "芙蓉路", "points": points,
              "line": "湘江线", **more}  # fmt: skip
    kind = "planned_outage" if information in ("planned", "temporary") else "outage_information"
    made: PlannedOutage = casework.open_many([casework.Opening(kind, world.units["X11"].pk, fields)], HOUSE, start)[
        0
    ].typed
    case = made.case
    case.state, case.is_open = ("restored" if kind == "planned_outage" else "over"), False
    case.save(update_fields=("state", "is_open"))
    return made


def serve(world: worlds.World, customers: int, unit: str = "X11", month: date = date(2026, 1, 1)) -> None:
    Served.objects.create(month=month, unit=world.units[unit], customers=customers, at=NOW)


def page(world: worlds.World, month: str = "2026-12", unit: str = "") -> pages.Page:
    rights = world.actor(Role.UNIT_MANAGER, "HQ", NOW).rights
    assert rights is not None
    wanted = world.units[unit].pk if unit else ""
    return pages.open_page(rights, NOW, {"month": month, "unit": wanted})


def browser(world: worlds.World, role: str = "unit_manager", unit: str = "HQ") -> Client:
    client = Client()
    client.force_login(world.person(Role(role), unit), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_year_equals_the_worked_figure(world: worlds.World) -> None:
    serve(world, 10_000)
    for day, minutes, customers in ((40, 120, 800), (150, 45, 2000), (300, 180, 150)):
        out(world, NEW_YEAR + timedelta(days=day), minutes, customers)
    year = page(world).to_date
    assert (year.saidi, year.saifi, year.caidi) == (Decimal("21.300"), Decimal("0.29500"), Decimal("72.203"))
    assert (year.rs1, year.rs2, year.rs3) == (Decimal("99.995947"),) * 3
    assert (year.aihc, year.customers) == (Decimal("0.3550"), 10_000)
    [february] = [line for line in page(world).year if line.name == "2026-02"]
    assert february.saidi == Decimal("9.600")


def test_months_are_the_utilitys_and_the_years_end_splits_minutes(world: worlds.World) -> None:
    serve(world, 100)
    end = months.bounds(date(2026, 12, 1))[1]
    assert end == datetime(2026, 12, 31, 16, tzinfo=UTC)
    out(world, end - timedelta(minutes=30), 90, 10)
    december, january = page(world, "2026-12").here, page(world, "2027-01").here
    assert (december.sums.minutes, december.sums.interrupted) == (300, 10)
    assert (january.sums.minutes, january.sums.interrupted, january.sums.events) == (600, 0, 1)
    assert page(world, "2027-01").to_date.sums.minutes == 600


def test_customers_come_back_at_different_times(world: worlds.World) -> None:
    serve(world, 1000)
    start = NEW_YEAR + timedelta(days=340)
    whole = out(world, start, 100, 500, state="restored")
    OutageAct.objects.create(
        outage=whole, what=Act.RESTORE, at=start + timedelta(minutes=40), devices=["B11"], by_id=None
    )
    out(world, start, 100, 50, parent=whole, device="B11")
    still = out(world, start + timedelta(minutes=60), 30, 5, parent=whole, device="B12")
    OutageReport.objects.create(key="x", source=STILL_OUT, at=start, received_at=start, outage=still)
    found = page(world).here
    assert found.sums.minutes == 500 * 40 + 50 * 60 + 5 * 50
    assert found.sums.interrupted == 500


def test_uncertain_and_taken_over_outages_and_the_customers_own_are_in_no_figure(world: worlds.World) -> None:
    serve(world, 100)
    start = NEW_YEAR + timedelta(days=340)
    for state in ("unconfirmed", "probable", "merged", "withdrawn"):
        out(world, start, 10, 7, state=state)
    out(world, start, 10, 7, cause="customer")
    assert page(world).here.sums.events == 0
    merged = out(world, start, 50, 70, state="merged")
    out(world, start, 10, 7, parent=merged)
    assert page(world).here.sums.minutes == 70


def test_announced_outages_count_by_cause_and_by_steps(world: worlds.World) -> None:
    serve(world, 1000)
    start = NEW_YEAR + timedelta(days=340)
    works = plan(world, start, 60, 20)
    count = {"known": 0, "customers": 0, "important": 0, "protected": 0, "dark": 0, "added": 0, "removed": 0}
    Count.objects.create(plan=works, number=1, when=When.START, at=start, points=80, **count)
    Count.objects.create(
        plan=works, number=2, when=When.SWITCHING, at=start + timedelta(minutes=15), points=20, **count
    )
    plan(world, start, 30, 10, cause="municipal")
    plan(world, start, 100, 10, cause="orderly", information="orderly")
    plan(world, start, 100, 999, information="fault", cause="failure")
    plan(world, start, 100, 999, information="arrears", cause="arrears")
    out(world, start, 10, 100, cause="external")
    sums = page(world).here.sums
    assert sums.planned == (80 * 15 + 20 * 45 + 300 + 1000) * 60_000_000
    assert sums.external == (300 + 1000) * 60_000_000
    assert sums.rationing == 1000 * 60_000_000
    here = page(world).here
    assert here.rs1 is not None and here.rs2 is not None and here.rs3 is not None
    assert here.rs1 < min(here.rs2, here.rs3)
    parts = {part: [one.row.number for one in page(world).behind(part)] for part in pages.PARTS}
    assert (len(parts["all"]), len(parts["fault"]), len(parts["planned"])) == (4, 1, 3)
    assert parts["rationing"] == [f"TJ-{PlannedOutage.objects.system('t').get(cause='orderly').pk}"]


def test_a_late_correction_changes_the_months_it_belongs_to(world: worlds.World) -> None:
    serve(world, 100)
    december, january = datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC)
    row = out(world, january, 60, 10)
    assert [page(world, m).here.sums.interrupted for m in ("2026-12", "2027-01")] == [0, 10]
    manager = world.actor(Role.UNIT_MANAGER, "X11", NOW)
    told = {"dark_since": december, "light_at": december + timedelta(minutes=30), "supply_points": 20,
            "cause": "weather", "why": "表计记录"}  # fmt: skip
    casework.perform(row.pk, "correct_outage", manager, NOW, data=told)
    assert [page(world, m).here.sums.interrupted for m in ("2026-12", "2027-01")] == [20, 0]
    assert page(world, "2026-12").here.sums.minutes == 600
    row.case.refresh_from_db()
    assert (row.case.state, row.case.is_open) == ("closed", False)
    with pytest.raises((Invalid, Impossible)):
        casework.perform(row.pk, "correct_outage", manager, NOW, data={**told, "light_at": december})
    with pytest.raises((Invalid, Impossible)):
        casework.perform(row.pk, "correct_outage", manager, NOW, data={**told, "light_at": NOW + timedelta(hours=1)})
    agent = world.actor(Role.AGENT, "P1", NOW)
    with pytest.raises(Forbidden):
        casework.perform(row.pk, "correct_outage", agent, NOW, data=told)


def test_units_below_add_up_and_a_month_keeps_its_customers(world: worlds.World) -> None:
    serve(world, 100)
    serve(world, 300, "X21")
    serve(world, 200, month=date(2026, 12, 1))
    start = NEW_YEAR + timedelta(days=340)
    out(world, start, 10, 100)
    out(world, start, 20, 30, unit="X21")
    whole = page(world)
    assert whole.here.customers == 500
    assert whole.year[0].customers == 400
    assert sum(line.sums.minutes for line in whole.below) == whole.here.sums.minutes == 1600
    assert sum(line.customers for line in whole.below) == 500
    saidi = [line.indices.saidi for line in whole.below if line.indices.saidi]
    assert saidi == sorted(saidi, reverse=True)


def test_customers_are_counted_on_the_grid_each_night(world: worlds.World) -> None:
    registry = gridded.stand(world)
    unit = registry.world.units["X11"].pk
    assert page(registry.world).here.customers == 6
    assert serving.keep(NOW) == 1
    assert serving.keep(NOW) == 1
    assert Served.objects.get().customers == 6
    Served.objects.update(customers=4)
    month = months.of(NOW)
    assert serving.by_month([unit], [month, months.moved(month, -3), months.moved(month, 1)]) == {
        month: {unit: 4}, months.moved(month, -3): {unit: 4}, months.moved(month, 1): {unit: 4},
    }  # fmt: skip


def test_the_pages_the_spreadsheets_and_the_interface_say_the_same(world: worlds.World) -> None:
    serve(world, 10_000)
    start = NEW_YEAR + timedelta(days=340)
    row = out(world, start, 120, 800)
    client = browser(world)
    text = client.get("/reliability/?month=2026-12").content.decode()
    assert "9.600" in text and "0.08000" in text
    behind = client.get("/reliability/outages/?month=2026-12&part=fault").content.decode()
    assert f"TD-{row.pk}" in behind and f"/outages/{row.pk}/" in behind
    assert f"TD-{row.pk}" not in client.get("/reliability/outages/?month=2026-12&part=planned").content.decode()
    for what, wanted in (("months", 9.6), ("units", 9.6), ("outages", 96_000)):
        answer = client.get(f"/reliability/xlsx/?month=2026-12&what={what}")
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        assert wanted in {float(v) for line in book.worksheets[0].values for v in line if isinstance(v, int | float)}
    answer = client.get("/api/v1/reliability?month=2026-12").json()
    assert answer["months"][-1]["saidi_minutes"] == "9.600"
    assert answer["months"][-1]["customer_minutes"] == "96000.000"
    [one] = client.get("/api/v1/reliability/outages?month=2026-12").json()["items"]
    assert (one["number"], one["customers_interrupted"]) == (f"TD-{row.pk}", 800)
    assert browser(world, "crew_member", "X11").get("/reliability/").status_code == 403
    assert browser(world, "unit_manager", "X11").get(f"/reliability/?unit={world.units['X21'].pk}").status_code == 403


def test_a_year_costs_the_same_few_queries_whatever_happened(world: worlds.World) -> None:
    serve(world, 100)
    counts = []
    for n in range(2):
        for day in range(1 + n * 20):
            parent = out(world, NEW_YEAR + timedelta(days=300 + day), 60, 5)
            out(world, NEW_YEAR + timedelta(days=300 + day), 90, 2, parent=parent)
            plan(world, NEW_YEAR + timedelta(days=300 + day), 60, 5)
        with CaptureQueriesContext(connection) as queries:
            found = page(world)
            assert (found.to_date.rs1, len(found.below), len(found.behind())) != (None, 0, 0)
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 13


def test_the_first_and_third_promise_are_counted_from_outages(world: worlds.World) -> None:
    serve(world, 100)
    start = NEW_YEAR + timedelta(days=40)
    out(world, start, 120, 80)
    early = plan(world, start + timedelta(days=5), 60, 10)
    late = plan(world, start + timedelta(days=6), 60, 10)
    PlannedOutage.objects.system("t").filter(pk=early.pk).update(published_at=start - timedelta(days=3))
    PlannedOutage.objects.system("t").filter(pk=late.pk).update(published_at=start + timedelta(days=1))
    rights = world.actor(Role.UNIT_MANAGER, "HQ", NOW).rights
    assert rights is not None

    def kept(unit: str) -> dict[str, promises.Shown]:
        found = promises.open_page(rights, NOW, {"unit": world.units[unit].pk, "month": "2026-02"})
        return {one.promise.code: one for one in found.promises}

    there = kept("X11")
    [february] = [line for line in page(world, unit="X11").year if line.name == "2026-02"]
    assert there["reliability"].measured and february.rs1 is not None
    assert round(there["reliability"].now.share or 0, 4) == float(round(february.rs1, 4)) < 100
    notices = there["planned-outage-notice"]
    assert (notices.now.good, notices.now.bad, notices.now.share) == (1, 1, 50.0)
    assert notices.before.share is None
    elsewhere = kept("X21")
    assert elsewhere["planned-outage-notice"].now.share is None and elsewhere["reliability"].now.share is None
    text = browser(world).get("/indicators/promises/", {"unit": world.units["X11"].pk, "month": "2026-02"}).content
    assert (
        "99." in text.decode()
        and "/reliability/?unit=" in text.decode()
        and "/planned-outages/figures/" in text.decode()
    )


def gridded_plan(world: worlds.World, start: datetime, minutes: float, points: int, *devices: str) -> PlannedOutage:
    """Make an announced outage of devices of the grid."""
    made = plan(world, start, minutes, points)
    PlannedDevice.objects.bulk_create(PlannedDevice(plan=made, device=code) for code in devices)
    return made


def test_outages_that_know_nothing_of_each_other_darken_a_customer_once(world: worlds.World) -> None:
    gridded.stand(world)  # F1 holds T1 (three points) and T2 (two)
    serve(world, 1000)
    out(world, NEW_YEAR, 60, 3)  # T1
    out(world, NEW_YEAR + timedelta(minutes=30), 60, 5, device="F1")
    out(world, NEW_YEAR + timedelta(minutes=80), 40, 5, device="F1")  # the same line again, before it was over
    found = page(world, "2026-01")
    assert found.here.sums.minutes == 3 * 120 + 2 * 90
    assert found.here.sums.interrupted == 5
    out(world, NEW_YEAR + timedelta(minutes=50), 20, 1, device="T3")  # on another line: as it is
    assert page(world, "2026-01").here.sums.minutes == 3 * 120 + 2 * 90 + 20


def test_faults_within_announced_outages_and_around_them_count_once(world: worlds.World) -> None:
    gridded.stand(world)
    serve(world, 1000)
    gridded_plan(world, NEW_YEAR, 60, 5, "T1", "T2")
    out(world, NEW_YEAR + timedelta(minutes=30), 60, 3)  # T1: half of it inside
    found = page(world, "2026-01")
    assert found.here.sums.minutes == 5 * 60 + 3 * 30
    assert found.here.sums.interrupted == 5
    assert found.here.sums.planned == 5 * 60 * 60_000_000
    out(world, NEW_YEAR - timedelta(minutes=20), 50, 5, device="F1")  # the whole line, since before
    found = page(world, "2026-01")
    assert found.here.sums.minutes == 5 * 50 + 5 * 30 + 3 * 30
    assert found.here.sums.interrupted == 5


def test_a_unit_has_the_same_figures_on_its_own_page_and_above(world: worlds.World) -> None:
    gridded.stand(world)
    serve(world, 1000)
    out(world, NEW_YEAR, 60, 3)
    out(world, NEW_YEAR, 30, 5, device="F1", unit="C1")  # the unit above answers for it
    own = page(world, "2026-01", "X11")
    assert own.here.sums.minutes == 3 * 30
    above = page(world, "2026-01", "C1")
    assert above.here.sums.minutes == 5 * 30 + 3 * 30
    assert [one.sums.minutes for one in above.below if one.name == "X11"] == [3 * 30]
