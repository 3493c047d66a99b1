"""How far naming somebody in an order reaches: who is kept away from it (DOMAIN 2.2). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Someone:
    """A named person: the lineage of their unit, and of the units that they head."""

    id: int
    unit: tuple[int, ...]
    heads: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Reach:
    """Who is kept away: ids of people and of units."""

    people: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()


def reach(people: Iterable[Someone], units: Collection[int], *, report: bool) -> Reach:
    """Return who is kept away from an order that names these people and units.

    The people themselves; the units with everything below them; the units that a named person heads, whose people would
    judge their own head; in a whistle-blow report also the unit that a named person belongs to. The top of the tree is
    never kept away because of a person: nobody stands above it.
    """
    people = list(people)
    implied = [lineage for one in people for lineage in one.heads]
    implied += [one.unit for one in people if report]
    return Reach(
        frozenset(one.id for one in people),
        frozenset({*units, *(lineage[-1] for lineage in implied if len(lineage) > 1)}),
    )
