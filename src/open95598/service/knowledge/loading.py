"""Brings the items that are kept as files into the house, as published ones (``open95598 knowledge load``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.search.services import all_changed
from open95598.foundation.units.models import Unit
from open95598.service.knowledge import content
from open95598.service.knowledge.effects import SOURCE, dress
from open95598.service.knowledge.flows import KIND
from open95598.service.knowledge.models import KnowledgeItem, Version

HOUSE = Actor.house("knowledge")
DRESSED = ("title", "category", "audience", "valid_from", "valid_until", "version", "served")


@dataclass(frozen=True)
class Loaded:
    """What a load did: new items, new versions of known ones, those that stayed, those that people keep themselves."""

    new: int
    changed: int
    same: int
    kept: int


def load(found: content.Content, unit: Unit, now: datetime) -> Loaded:
    """Publish the items of files at a unit; a changed text becomes a new version of its item.

    An item of which people published a version themselves, or which they write, withdrew or retired, is left alone
    (``kept``). One transaction, few statements; nobody's bell rings.
    """
    with transaction.atomic():
        rows = KnowledgeItem.objects.system("what the files bring").select_related("case", "version")
        known = {row.code: row for row in rows.filter(code__in=[item.code for item in found.items])}
        ours = {code: row for code, row in known.items() if _ours(row)}
        changed = [(ours[i.code], i) for i in found.items if i.code in ours and ours[i.code].content != as_content(i)]
        new = [item for item in found.items if item.code not in known]
        _open(new, unit, now)
        _change(changed, now)
        if new or changed:
            all_changed(SOURCE, now)
    return Loaded(len(new), len(changed), len(ours) - len(changed), len(known) - len(ours))


def as_content(item: content.Item) -> dict[str, Any]:
    """Return what a version of an item keeps, as people's drafts have it."""
    kept = item.model_dump(mode="json", exclude={"code", "drop"})
    return kept | {"review_on": None}


def _ours(row: KnowledgeItem) -> bool:
    by_people = row.version is None or row.version.written_by_id is not None
    return row.case.state in ("published", "due") and not by_people


def _open(items: Sequence[content.Item], unit: Unit, now: datetime) -> None:
    openings = []
    for item in items:
        told = as_content(item)
        row = KnowledgeItem(code=item.code)
        dress(row, told)
        fields = {name: getattr(row, name) for name in ("code", *DRESSED[:5])}
        openings.append(casework.Opening(KIND, unit.pk, fields, acts=(casework.Act(HOUSE, "bring"),)))
    opened = [outcome.typed for outcome in casework.open_many(openings, HOUSE, now)]
    _serve([(row, item, 1) for row, item in zip(opened, items, strict=True)], now)


def _change(changed: Sequence[tuple[KnowledgeItem, content.Item]], now: datetime) -> None:
    casework.perform_many([casework.Request(row.pk, "bring") for row, _item in changed], HOUSE, now)
    _serve([(row, item, row.version.number + 1) for row, item in changed if row.version is not None], now)


def _serve(brought: Sequence[tuple[KnowledgeItem, content.Item, int]], now: datetime) -> None:
    versions = [Version(item=row, number=n, content=as_content(item), at=now) for row, item, n in brought]
    made = Version.objects.bulk_create(versions)
    for (row, item, _n), version in zip(brought, made, strict=True):
        dress(row, as_content(item))
        row.version, row.served = version, True
    KnowledgeItem.objects.system("the items just brought").bulk_update(
        [row for row, _item, _n in brought], DRESSED, batch_size=200
    )
