"""Load curves against what a device may carry (DOMAIN 4). Pure: numbers and times in, numbers out.

A day of the utility's has a slot for every quarter of an hour: 96, or 92 and 100 where clocks are changed. A value
stands for the time from its own moment on. Hourly values stand in every fourth slot: how far a value reaches is seen
from a day's own values (`step`), so that it does not matter in which order or pieces they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil, nan, sqrt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from open95598.foundation.rulebook.reliability_rows import LoadRules

#: minutes of a slot
SLOT = 15
_SLOT = timedelta(minutes=SLOT)
Curve = Sequence[float | None]


def place(at: datetime, zone: ZoneInfo) -> tuple[datetime, int] | None:
    """Return the first instant (UTC) of the local day of a moment and the moment's slot; None off the quarters."""
    start = datetime.combine(at.astimezone(zone).date(), time(), zone).astimezone(UTC)
    slot, rest = divmod(at - start, _SLOT)
    return None if rest else (start, slot)


def next_day(start: datetime, zone: ZoneInfo, by: int = 1) -> datetime:
    """Return the first instant (UTC) of the local day so many days after the one that begins at ``start``."""
    day = start.astimezone(zone).date() + timedelta(days=by)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def slots(start: datetime, zone: ZoneInfo) -> int:
    """Return how many slots the local day has that begins at ``start``."""
    return (next_day(start, zone) - start) // _SLOT


def step(curve: Curve) -> int:
    """Return how many slots a value of a day reaches: 4 when they stand at full hours only, 2 at halves, else 1."""
    told = [at for at, value in enumerate(curve) if value is not None]
    return next((one for one in (4, 2) if all(at % one == 0 for at in told)), 1)


def filled(curve: Curve) -> Any:
    """Return a day as an array in which every value reaches as far as it stands for; NaN where nothing was told.

    Its size, without direction: a transformer that feeds back (solar power) is loaded as well.
    """
    values = np.array([nan if one is None else abs(one) for one in curve], dtype=float)
    reach = step(curve)
    if reach > 1:
        first = values[np.arange(len(values)) // reach * reach]
        values = np.where(np.isnan(values), first, values)
    return values


def held(day: Any, after: Any, lasting: int) -> float | None:
    """Return the most that was carried for ``lasting`` minutes at a stretch that begins on the day; None without such
    a stretch. ``day``, ``after``: arrays of `filled`, of the day and the following one (empty where there is none)."""
    size = ceil(lasting / SLOT)
    whole = np.concatenate([day, after[: size - 1]])
    if len(whole) < size:
        return None
    least = np.lib.stride_tricks.sliding_window_view(whole, size).min(axis=1)[: len(day)]
    least = least[~np.isnan(least)]
    return float(least.max()) if len(least) else None


@dataclass(frozen=True)
class Stretch:
    """A stretch of slots, the last one not included."""

    first: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.end - self.first) * SLOT


def stretches(values: Any, floor: float, lasting: int, *, above: bool = False) -> list[Stretch]:
    """Return the stretches of at least ``lasting`` minutes with no less than ``floor`` (``above``: more than that)."""
    over = values > floor if above else values >= floor
    edges = np.flatnonzero(np.diff(np.concatenate([[False], over, [False]]).astype(np.int8)))
    found = (Stretch(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True))
    return [one for one in found if one.minutes >= lasting]


def in_rated_unit(value: float, unit: str, rules: LoadRules, *, line: bool) -> float:
    """Return a load (``unit``: ``kw``, ``kva`` or ``a``) in the unit that its device is rated in: A for a ``line``,
    kVA for anything else [G]."""
    power = value / rules.power_factor if unit == "kw" else value
    if line:
        return value if unit == "a" else power / (sqrt(3) * rules.line_kv)
    return value * sqrt(3) * rules.area_kv if unit == "a" else power
