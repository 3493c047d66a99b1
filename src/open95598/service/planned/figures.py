"""How well outages were announced: publication timeliness, scope-to-customer rate (DOMAIN 4). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Announced:
    """What is known of one outage: ``notice`` = how long before ``starts_at``, its first announced start, it had to be
    announced; of information that is no plan there is no notice. ``entry`` = how long after the true restoration it
    was entered (None: not restored). ``points``, ``known``: usage points in its scope, those whose customer is known.
    """

    planned: bool
    starts_at: datetime
    notice: timedelta
    published_at: datetime | None
    points: int
    known: int
    late_change: bool
    cancelled: bool
    entry: timedelta | None

    @property
    def in_time(self) -> bool:
        """Whether it was announced in time."""
        return self.published_at is not None and self.published_at <= self.starts_at - self.notice


@dataclass(frozen=True)
class Figures:
    """Figures of many outages. Rates in percent with one decimal; None where there is nothing to divide by."""

    outages: int
    plans: int
    in_time: int
    timeliness: Decimal | None
    points: int
    known: int
    to_customer: Decimal | None
    late_changes: int
    cancelled: int
    restored: int
    entered_in_time: int
    entry_rate: Decimal | None


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in percent, half-up to one decimal; None of nothing."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_TENTH, ROUND_HALF_UP) if whole else None


def count(given: Iterable[Announced], record_within: timedelta) -> Figures:
    """Count. Timeliness is of plans whose announcement was due: those that were announced, or begun without.

    A plan that was cancelled before it was ever announced is no failure to announce. ``record_within``: start and
    restoration are entered in time so soon after they happened (DOMAIN 4, Q10).
    """
    rows = list(given)
    plans = [one for one in rows if one.planned and (one.published_at is not None or not one.cancelled)]
    ended = [one for one in rows if one.entry is not None]
    in_time = sum(one.in_time for one in plans)
    entered = sum(one.entry is not None and one.entry <= record_within for one in ended)
    points, known = sum(one.points for one in rows), sum(one.known for one in rows)
    return Figures(
        len(rows), len(plans), in_time, percent(in_time, len(plans)), points, known, percent(known, points),
        sum(one.late_change for one in rows), sum(one.cancelled for one in rows), len(ended), entered,
        percent(entered, len(ended)),
    )  # fmt: skip
