"""Timeliness and scope to customer, on outages counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from open95598.service.planned import figures
from open95598.service.planned.figures import Announced

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
WEEK, FIVE = timedelta(days=7), timedelta(minutes=5)
PLAN = Announced(True, START, WEEK, START - WEEK, 100, 90, False, False, timedelta(minutes=5))


def test_announced_on_the_minute_is_in_time_and_a_minute_later_is_not() -> None:
    late = replace(PLAN, published_at=START - WEEK + timedelta(minutes=1), entry=timedelta(minutes=6), known=95)
    never = replace(PLAN, published_at=None, cancelled=True, points=0, known=0, entry=None)
    fault = replace(PLAN, planned=False, published_at=START, entry=None, late_change=True, points=10, known=10)
    found = figures.count([PLAN, late, never, fault], FIVE)
    assert (found.outages, found.plans, found.in_time, found.timeliness) == (4, 2, 1, Decimal("50.0"))
    assert (found.points, found.known, found.to_customer) == (210, 195, Decimal("92.9"))
    assert (found.late_changes, found.cancelled, found.restored, found.entered_in_time) == (1, 1, 2, 1)
    assert found.entry_rate == Decimal("50.0")


def test_a_plan_that_began_without_announcement_counts_against_it() -> None:
    found = figures.count([replace(PLAN, published_at=None)], FIVE)
    assert (found.plans, found.timeliness) == (1, Decimal("0.0"))


def test_of_nothing_there_is_no_rate() -> None:
    found = figures.count([], FIVE)
    assert found.timeliness is None
    assert found.to_customer is None
