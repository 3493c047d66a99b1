"""The tree of units as routing wants it, remembered for a short while."""

from __future__ import annotations

import time
from functools import lru_cache

from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.units.models import Unit

_KEPT_SECONDS = 20


def units() -> tuple[UnitFacts, ...]:
    """Return the open units as values; what is remembered is at most 20 seconds old."""
    return _units(int(time.monotonic()) // _KEPT_SECONDS)


@lru_cache(maxsize=1)
def _units(_age: int) -> tuple[UnitFacts, ...]:
    rows = Unit.objects.filter(closed_on=None).order_by("lineage")
    return tuple(
        UnitFacts(u.pk, u.code, u.name, u.level, tuple(u.lineage), tuple(u.territory), u.area_type) for u in rows
    )


def forget() -> None:
    """Read the units again at the next question (after a change of the tree; between tests)."""
    _units.cache_clear()
