"""Which unit an address belongs to. Pure: units' territories in, the most specific unit out.

A territory entry is a division code (digits; trailing pairs of zeros stand for "all of it": ``430000`` covers
``430111…``) or a name that occurs in addresses (``长沙市``, ``雨花区``, ``韶山路``). The search walks down the tree: at
each step to the unit below whose territory matches, so that a street name that exists in two counties is looked for in
the right one only. Where two units match alike, their common ancestor gets the address: a dispatcher decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """What the search must know of a unit: its ancestors' ids with its own last, and its territory."""

    unit_id: int
    lineage: tuple[int, ...]
    territory: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """The unit found and why: the entries that led to it, from the top."""

    unit_id: int
    entries: tuple[str, ...]


@dataclass(frozen=True)
class _Hit:
    place: Place
    entry: str
    by_code: bool

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Nearer to the top first, a code before a name, a longer entry before a shorter."""
        return (-len(self.place.lineage), self.by_code, len(self.entry))


def normal(text: str) -> str:
    """Return text as entries are compared: compatibility forms folded, spaces out, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def match(address: str, division_code: str, places: Iterable[Place]) -> Match | None:
    """Return the most specific unit for an address and/or a division code; None when no territory matches."""
    text, code = normal(address), normal(division_code)
    hits = [hit for place in places if (hit := _hit(place, text, code)) is not None]
    above: tuple[int, ...] = ()
    entries: list[str] = []
    found: int | None = None
    while True:
        below = [h for h in hits if h.place.lineage[: len(above)] == above and len(h.place.lineage) > len(above)]
        best = _best(below)
        if not best:
            break
        if len(best) > 1:
            shared = _shared([hit.place.lineage for hit in best])
            if len(shared) > len(above):
                found = shared[-1]
                entries.append(best[0].entry)
            break
        above, found = best[0].place.lineage, best[0].place.unit_id
        entries.append(best[0].entry)
    return None if found is None else Match(found, tuple(entries))


def _hit(place: Place, text: str, code: str) -> _Hit | None:
    """Return the longest entry of a place that matches; a code before a name."""
    found: _Hit | None = None
    for entry in place.territory:
        wanted = normal(entry)
        if not wanted:
            continue
        if wanted.isdigit():
            while len(wanted) > 2 and wanted.endswith("00"):
                wanted = wanted[:-2]
            hit = _Hit(place, wanted, True) if code and code.startswith(wanted) else None
        else:
            hit = _Hit(place, wanted, False) if wanted in text else None
        if hit and (found is None or (hit.by_code, len(hit.entry)) > (found.by_code, len(found.entry))):
            found = hit
    return found


def _best(hits: Sequence[_Hit]) -> list[_Hit]:
    """Return the hit to walk to; several when nothing tells them apart.

    Of those nearest to the top, the one matched by a code, by a longer entry, or with more matches below it.
    """
    if not hits:
        return []
    top = max(hit.rank for hit in hits)
    alike = [hit for hit in hits if hit.rank == top]
    if len(alike) == 1:
        return alike
    support = [sum(hit.place.unit_id in other.place.lineage for other in hits) for hit in alike]
    most = max(support)
    return [hit for hit, count in zip(alike, support, strict=True) if count == most]


def _shared(lineages: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the ids that all lineages begin with."""
    shared: list[int] = []
    for ids in zip(*lineages, strict=False):
        if len(set(ids)) > 1:
            break
        shared.append(ids[0])
    return tuple(shared)
