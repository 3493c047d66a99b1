"""Figures of contacts by shift are those of the list behind them, also over midnight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests import world as worlds
from tests.integration.contacts.test_contacts import agent_of, browser_of, lay

from open95598.foundation.people import rights
from open95598.foundation.rulebook.desk_rows import DeskRules, Shift
from open95598.foundation.words import Label
from open95598.service.contacts import queries
from open95598.service.contacts.models import Contact
from open95598.service.workorders import directory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock: Any) -> worlds.World:
    """The small utility."""
    made = worlds.small()
    directory.forget()
    return made


def test_by_shift_and_the_list_behind(world: worlds.World, clock: Any) -> None:
    agent, morning = agent_of(world, clock), clock.now()  # Monday, 09:00 in the utility's zone
    for hours in (0, 6, 7, 14, 15, 22):  # 9, 15, 16, 23, 0, 7 o'clock
        lay(world, agent, morning + timedelta(hours=hours), "13800000001", "answered")
    clock.advance(timedelta(days=9))
    leader = world.person("shift_leader", "P1")
    seen = rights.load(leader, clock.now())
    _whole, lines = queries.figures(seen, morning, clock.now(), "shift", clock.now())
    assert {line.name: line.total for line in lines} == {"day": 2, "evening": 2, "night": 2}
    page = browser_of(leader)
    shown = page.get("/contacts/figures/?month=2026-03&by=shift").content.decode()
    assert shown.index("白班") < shown.index("夜班") or shown.index("夜班") < shown.index("中班")
    assert "data-chart" in shown
    assert "hours=960-1440" in shown
    behind = page.get("/contacts/?began_from=2026-03-01&began_to=2026-03-31&hours=960-1440").content.decode()
    assert behind.count("data-row") == 2
    assert page.get("/contacts/?hours=9-a&hours=1").status_code == 200


def test_a_shift_over_midnight(world: worlds.World, clock: Any) -> None:
    agent, morning = agent_of(world, clock), clock.now()
    for hours in (0, 14, 19):  # 9, 23, 4 o'clock
        lay(world, agent, morning + timedelta(hours=hours), "", "answered")
    shifts = (Shift("day", Label("白", "day"), 360), Shift("night", Label("夜", "night"), 1320))
    rows = Contact.objects.system("test").all()
    found = queries.in_shifts(rows, shifts).order_by("began_at").values_list("shift", flat=True)
    assert list(found) == ["day", "night", "night"]
    rules = DeskRules(shifts=shifts)
    assert [rules.hours(shift) for shift in shifts] == ["360-1320", "1320-360"]
    assert queries.of_hours(rows, ["1320-360"]).count() == 2
    assert queries.in_shifts(rows, ()).values_list("shift", flat=True)[0] == ""
