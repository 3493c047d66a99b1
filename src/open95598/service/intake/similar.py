"""Says how likely an open order is about what somebody reports just now, and why (DOMAIN 2.4, merge). Pure.

Three witnesses, each by itself weak: the telephone, the place, the words. They are taken for independent and put
together (one minus the product of doubts); another kind of order, an archived order and age speak against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from open95598.service.intake import places

#: from so many points on it is worth showing, and likely the same matter
WORTH, LIKELY = 25, 65

_PHONE = 0.6
_PLACE = {"room": 0.6, "building": 0.45, "estate": 0.28, "road": 0.06}
_WORDS = 0.5
#: so many rare enough keys make the words a full witness
_ENOUGH_KEYS = 6


@dataclass(frozen=True)
class Wanted:
    """What is being reported. ``keys``: the search keys of its description; ``weights``: how telling each is (0–1),
    1 when missing."""

    phone: str = ""
    address: str = ""
    keys: frozenset[int] = frozenset()
    kind: str = ""
    category: str = ""
    weights: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """An order that may be meant. ``keys``: all its search keys."""

    phone: str
    address: str
    keys: frozenset[int]
    kind: str
    category: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Similar:
    """``points`` 0–100; ``reasons`` as codes, the strongest first: ``phone``, ``room``/``building``/``estate``/
    ``road``, ``words``, ``category``; ``share`` of the words that are alike, 0–1."""

    points: int
    reasons: tuple[str, ...]
    share: float

    @property
    def likely(self) -> bool:
        """Whether it is likely the same matter."""
        return self.points >= LIKELY


def compare(wanted: Wanted, candidate: Candidate, now: datetime) -> Similar:
    """Return how alike the two are at ``now``."""
    found: list[tuple[float, str]] = []
    if wanted.phone and wanted.phone == candidate.phone:
        found.append((_PHONE, "phone"))
    level = places.agreement(places.parse(wanted.address), places.parse(candidate.address)) if wanted.address else ""
    if not level and wanted.address and wanted.address.strip() == candidate.address.strip():
        level = "room"  # an address that cannot be taken apart, word for word the same
    if level:
        found.append((_PLACE[level], level))
    share = overlap(wanted.keys, candidate.keys, wanted.weights)
    if share >= 0.2:
        found.append((_WORDS * share * min(1.0, len(wanted.keys) / _ENOUGH_KEYS), "words"))
    if found and wanted.category and wanted.category == candidate.category:
        found.append((0.05, "category"))
    doubt = 1.0
    for evidence, _code in found:
        doubt *= 1 - evidence
    points = round(100 * (1 - doubt) * _standing(wanted, candidate, now))
    return Similar(points, tuple(code for _evidence, code in sorted(found, reverse=True)), share)


def overlap(wanted: frozenset[int], held: frozenset[int], weights: Mapping[int, float]) -> float:
    """Return which share of the wanted keys, by their weight, the other text holds: 0 to 1."""
    whole = sum(weights.get(key, 1.0) for key in wanted)
    return sum(weights.get(key, 1.0) for key in wanted & held) / whole if whole else 0.0


def _standing(wanted: Wanted, candidate: Candidate, now: datetime) -> float:
    """Return what kind, state and age leave of the likeness, 0 to 1."""
    standing = 1.0 if not wanted.kind or wanted.kind == candidate.kind else 0.85
    since = now - (candidate.closed_at or candidate.opened_at)
    if candidate.closed_at is not None:
        return standing * 0.8 * max(0.5, 1 - since / timedelta(days=180))
    return standing * (1.0 if since < timedelta(days=30) else 0.9)
