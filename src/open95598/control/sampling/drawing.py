"""Drawing a sample that anybody can draw again: random by a seed that is on record. Pure.

Every candidate gets the SHA-256 of the seed and its id; the smallest are drawn. Who knows the seed beforehand could
choose what is drawn, so the seed is made when the population is closed, and kept with both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo


def draw(population: Iterable[int], count: int, seed: str) -> list[int]:
    """Return ``count`` of the ids, in the order of their lot; all of them when there are fewer."""
    return sorted(set(population), key=lambda pk: (lot(pk, seed), pk))[: max(count, 0)]


def lot(pk: int, seed: str) -> str:
    """Return the lot of one id: it does not depend on who else takes part."""
    return hashlib.sha256(f"{seed}/{pk}".encode()).hexdigest()


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def bounds(monday: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return where a week begins and where the next one does, in the utility's zone."""
    return datetime.combine(monday, time(), zone), datetime.combine(monday + timedelta(days=7), time(), zone)
