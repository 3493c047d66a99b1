"""An outage over midnight and the year's end in the utility's zone (UTC+8): one outage, whole minutes, right limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.integration.outages.conftest import CALLERS, House

from open95598.casework.models import CaseClock
from open95598.control.reliability import pages
from open95598.control.reliability.models import Served
from open95598.foundation.people.policy import Role
from open95598.service.outages.following import Follower
from open95598.service.outages.models import Outage

ZONE = ZoneInfo("Asia/Shanghai")
#: 31 December 2026, 23:55 there
EVE = datetime(2026, 12, 31, 23, 55, tzinfo=ZONE).astimezone(UTC)
#: who knows of them, a working day later
LATER = EVE + timedelta(days=1)


@pytest.fixture
def eve(db: None, clock: Any, house: House) -> House:
    clock.advance(EVE - clock.now())
    return house


def test_calls_before_and_after_midnight_are_one_outage_of_whole_minutes(eve: House) -> None:
    first = eve.call(CALLERS[0])
    eve.follow()
    eve.clock.advance(timedelta(minutes=6))  # it is next year
    second, third = eve.call(CALLERS[1]), eve.call(CALLERS[2])
    eve.follow()
    [outage] = eve.outages()
    assert [eve.report(order).outage_id for order in (first, second, third)] == [outage.pk] * 3
    local = [order.received_at.astimezone(ZONE) for order in (first, second)]
    assert [at.year for at in local] == [2026, 2027]
    assert [order.number[:8] for order in (first, second)] == ["20261231", "20270101"]
    eve.do(outage, "confirm_outage")
    clocks = {row.name: row for row in CaseClock.objects.filter(case=outage.pk)}
    assert {row.due_at - row.started_at for name, row in clocks.items() if name != "important_notice"} == {
        timedelta(minutes=5)
    }
    arrive = CaseClock.objects.filter(case=first.pk, name="arrive").get()
    assert arrive.due_at - arrive.started_at == timedelta(minutes=arrive.limit_minutes)
    # a new engine, started in the new year, believes what the old one did
    eve.follower = Follower()
    eve.follow(minutes=5)
    assert eve.outages().filter(case__is_open=True).count() == 1
    eve.clock.advance(timedelta(minutes=20))
    eve.do(outage, "restore_outage", cause="equipment")
    assert {eve.state(order) for order in (first, second, third)} == {"reviewed"}


def test_the_minutes_of_each_year_are_its_own_and_the_interruption_counts_once(eve: House) -> None:
    orders = [eve.call(phone) for phone in CALLERS]
    eve.follow()
    [outage] = eve.outages()
    eve.do(outage, "confirm_outage")
    Outage.objects.system("test").filter(pk=outage.pk).update(actual_start=EVE)
    eve.clock.advance(EVE + timedelta(minutes=35) - eve.clock.now() - timedelta(seconds=30))
    eve.do(outage, "restore_outage", cause="equipment")
    outage.refresh_from_db()
    assert outage.actual_end == EVE + timedelta(minutes=35)
    assert len(orders) == 3
    for year, month in ((2026, 12), (2027, 1)):
        Served.objects.create(month=date(year, month, 1), unit=eve.world.units["X11"], customers=100, at=LATER)
    rights = eve.world.actor(Role.UNIT_MANAGER, "HQ", LATER).rights
    assert rights is not None
    old, new = pages.open_page(rights, LATER, {"month": "2027-01", "unit": eve.world.units["X11"].pk}).year[-2:]
    served = outage.original_customers_served
    assert (old.name, old.sums.minutes, old.sums.interrupted) == ("2026-12", 5 * served, served)
    assert (new.name, new.sums.minutes, new.sums.interrupted) == ("2027-01", 30 * served, 0)
