"""Reads of the tree of units. Units themselves are no secret to anyone who is signed in; what happens in them is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from open95598.foundation.errors import NotFound
from open95598.foundation.units.models import Unit
from open95598.foundation.units.territory import Match, Place, match


class Reach(Protocol):
    """What this room needs of a person's rights (``people.policy.Rights``): where a permission was granted."""

    def units(self, permission: Any, /) -> frozenset[int]:
        """Return the ids of the units at which it was granted."""
        ...


_kept: ContextVar[dict[int, Unit] | None] = ContextVar("units kept", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within it ``get`` reads each unit once: for one transaction that does many things with few units."""
    token = _kept.set({} if _kept.get() is None else _kept.get())
    try:
        yield
    finally:
        _kept.reset(token)


def get(unit_id: int) -> Unit:
    """Return a unit, closed ones too. Raises ``NotFound``."""
    kept = _kept.get()
    unit = kept.get(unit_id) if kept is not None else None
    if unit is None:
        unit = Unit.objects.filter(pk=unit_id).first()
        if unit is None:
            raise NotFound(f"unit {unit_id}")
        if kept is not None:
            kept[unit_id] = unit
    return unit


def lineage(unit_id: int) -> tuple[int, ...]:
    """Return the ids of the unit's ancestors from the top, then its own. Raises ``NotFound``."""
    ids = Unit.objects.filter(pk=unit_id).values_list("lineage", flat=True).first()
    if ids is None:
        raise NotFound(f"unit {unit_id}")
    return tuple(ids)


def subtree_ids(unit_id: int, *, closed: bool = True) -> list[int]:
    """Return the ids of the unit and all units below it, closed ones too unless ``closed`` is false."""
    below = Unit.objects.filter(lineage__contains=[unit_id])
    return list((below if closed else below.filter(closed_on=None)).values_list("pk", flat=True))


def at_or_below(unit_ids: Iterable[int]) -> QuerySet[Unit]:
    """Return the units that are, or lie below, one of ``unit_ids``."""
    ids = sorted(unit_ids)
    return Unit.objects.filter(lineage__overlap=ids) if ids else Unit.objects.none()


def in_reach(rights: Reach, permission: Any) -> QuerySet[Unit]:
    """Return the open units at which ``rights`` hold ``permission`` (where it was granted, and below)."""
    return at_or_below(rights.units(permission)).filter(closed_on=None)


def unit_options(rights: Reach, permission: Any) -> list[tuple[int, str]]:
    """Return (id, name indented by depth) of the open units in reach, in tree order, for a select field."""
    rows = in_reach(rights, permission).order_by("lineage").values_list("pk", "name", "lineage")
    found = list(rows)
    top = min((len(ids) for _, _, ids in found), default=1)
    return [(pk, "　" * (len(ids) - top) + name) for pk, name, ids in found]


def by_code(code: str) -> Unit:
    """Return the unit with this code, whatever its case. Raises ``NotFound``."""
    unit = Unit.objects.filter(Q(code=code) | Q(code__iexact=code)).first()
    if unit is None:
        raise NotFound(f"unit {code}")
    return unit


def places(on: date) -> list[Place]:
    """Return the units that are open on a day and have a territory, as ``territory.match`` wants them."""
    rows = Unit.objects.filter(closed_on=None).filter(Q(opened_on=None) | Q(opened_on__lte=on)).exclude(territory=[])
    return [
        Place(pk, tuple(ids), tuple(entries)) for pk, ids, entries in rows.values_list("pk", "lineage", "territory")
    ]


def match_address(address: str, division_code: str, on: date) -> Match | None:
    """Return the most specific unit, open on that day, whose territory holds the address; None when none does."""
    return match(address, division_code, places(on))
