"""Gives the rulebook in force, or the one that a case was opened under. Built once a process, then kept.

What is published is looked up at most once a second, so that a process sees a new version soon without being told.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.foundation.errors import NotFound
from open95598.foundation.rulebook.build import Built, Layer, build
from open95598.foundation.rulebook.model import Amendment, Rulebook
from open95598.foundation.rulebook.models import Publication
from open95598.foundation.units.models import Unit

_FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class _Entry:
    version: str
    name: str
    starts_on: date
    #: id of the overlay's unit; None for a base
    unit_id: int | None
    is_overlay: bool


class _Seen:
    """What is published, as this process last saw it."""

    lock = threading.Lock()
    #: one thread builds a rulebook (seconds of parsing in a fresh process), the others wait for it
    building = threading.RLock()
    at: float = float("-inf")
    entries: tuple[_Entry, ...] = ()


def local_date(now: datetime) -> date:
    """Return the date at ``now`` in the utility's zone."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def digest_of(content: str) -> str:
    """Return the SHA-256 of a layer's content, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def content_of(layer: Layer) -> str:
    """Return a layer's files as canonical JSON: what is stored and hashed."""
    return json.dumps(dict(layer.files), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def forget() -> None:
    """Look up again what is published (after a publication, and between tests)."""
    _Seen.at = float("-inf")
    _digest.cache_clear()


def current(now: datetime, lineage: Sequence[int] = ()) -> Rulebook:
    """Return the rules in force at ``now`` for a unit, given the ids of its ancestors and its own, from the top.

    The base is the newest that has started (before the first one: the first). Overlays of the units of the lineage
    lie over it, from the top down. In an installation where nothing is published yet, the rulebooks that come with
    it are published first. Raises ``Broken`` when those files are wrong.
    """
    return get(current_version(now, lineage))


def current_version(now: datetime, lineage: Sequence[int] = ()) -> str:
    """Return the version id of ``current``."""
    entries = _entries(now)
    today = local_date(now)
    bases = [e for e in entries if not e.is_overlay]
    version = max(
        (e for e in bases if e.starts_on <= today),
        key=lambda e: e.starts_on,
        default=min(bases, key=lambda e: e.starts_on),
    ).version
    for unit_id in lineage:
        newest: dict[str, _Entry] = {}
        for entry in entries:
            if entry.is_overlay and entry.unit_id == unit_id and entry.starts_on <= today:
                held = newest.get(entry.name)
                newest[entry.name] = entry if held is None or held.starts_on < entry.starts_on else held
        for name in sorted(newest):
            version += "+" + newest[name].version
    return version


def get(version: str) -> Rulebook:
    """Return the rulebook of a version id (``cn/2026-01-01+bj/2026-03-01``); ``NotFound`` when it was not published."""
    return built(version).rulebook


def built(version: str) -> Built:
    """Return the rulebook of a version id with its schema values, for the page that shows it."""
    digests = tuple(_digest(part) for part in version.split("+"))
    with _Seen.building:
        return _build(version, digests)


def amendments_between(old: str, new: str) -> tuple[Amendment, ...]:
    """Return what the layers that ``new`` has and ``old`` had not yet declare to change in open cases, in order.

    Skipped versions of the same name count too. Empty when nothing is declared: open cases keep their version.
    """
    before = {part.rsplit("/", 1)[0]: part for part in old.split("+")}
    found: list[Amendment] = []
    for part in new.split("+"):
        name, until = part.rsplit("/", 1)
        since = before.get(name, "/0001-01-01").rsplit("/", 1)[1]
        rows = Publication.objects.filter(name=name, amends=True, starts_on__gt=since, starts_on__lte=until)
        for row in rows.order_by("starts_on"):
            found += amendments_of(row)
    return tuple(found)


def amendments_of(publication: Publication) -> tuple[Amendment, ...]:
    """Return what one layer declares to change in open cases."""
    layer = layer_of(publication)
    stack = [layer] if not publication.is_overlay else [_some_base(publication.starts_on), layer]
    return build(stack).rulebook.amendments


def layer_of(publication: Publication) -> Layer:
    """Return the published layer."""
    return Layer(publication.version, publication.starts_on, json.loads(publication.content))


def _some_base(starts_on: date) -> Layer:
    bases = Publication.objects.filter(is_overlay=False).order_by("starts_on")
    row = bases.filter(starts_on__lte=starts_on).last() or bases.first()
    if row is None:
        raise NotFound("no base rulebook is published")
    return layer_of(row)


@lru_cache(maxsize=512)
def _digest(part: str) -> str:
    """Return the digest of a published layer; what is published never changes, so it is asked for once."""
    found = Publication.objects.filter(version=part).values_list("digest", flat=True).first()
    if found is None:
        raise NotFound(f"the rulebook {part} is not published")
    return found


@lru_cache(maxsize=64)
def _build(version: str, digests: tuple[str, ...]) -> Built:
    del digests  # part of the key only
    parts = version.split("+")
    rows = {row.version: row for row in Publication.objects.filter(version__in=parts)}
    missing = [part for part in parts if part not in rows]
    if missing:
        raise NotFound(f"the rulebook {missing[0]} is not published")
    return build(layer_of(rows[part]) for part in parts)


def _entries(now: datetime) -> tuple[_Entry, ...]:
    if time.monotonic() - _Seen.at < _FRESH_SECONDS:
        return _Seen.entries
    with _Seen.lock:
        if time.monotonic() - _Seen.at < _FRESH_SECONDS:  # another thread looked while this one waited
            return _Seen.entries
        entries = _read()
        if not all(entry.is_overlay for entry in entries):
            _Seen.entries, _Seen.at = entries, time.monotonic()
            return entries
    # an empty installation (``open95598 migrate`` leaves none). Not remembered and not under the lock: the caller's
    # transaction may still roll back, and others who publish wait for its end in the database
    from open95598.foundation.rulebook import services

    services.publish(settings.RULEBOOKS, None, now)
    return _read()


def _read() -> tuple[_Entry, ...]:
    rows = list(Publication.objects.values_list("version", "name", "starts_on", "is_overlay", "applies_to"))
    codes = {row[4] for row in rows if row[3]}
    ids: dict[str, int] = dict(Unit.objects.filter(code__in=codes).values_list("code", "id")) if codes else {}
    return tuple(_Entry(version, name, starts, ids.get(code), over) for version, name, starts, over, code in rows)
