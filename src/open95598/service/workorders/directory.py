"""The tree of units as routing wants it, remembered for a short while."""

from __future__ import annotations

import time

from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.units.models import Unit

_KEPT_SECONDS = 20.0
_kept: tuple[float, tuple[UnitFacts, ...]] | None = None


def units() -> tuple[UnitFacts, ...]:
    """Return the open units as values; read again when what is remembered is older than 20 seconds."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _KEPT_SECONDS:
        rows = Unit.objects.filter(closed_on=None).order_by("lineage")
        facts = tuple(
            UnitFacts(u.pk, u.code, u.name, u.level, tuple(u.lineage), tuple(u.territory), u.area_type) for u in rows
        )
        _kept = (time.monotonic(), facts)
    return _kept[1]


def forget() -> None:
    """Read the units again at the next question (after a change of the tree; between tests)."""
    global _kept
    _kept = None
