"""Telling the indexer what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from open95598.foundation.search.models import Change


def changed(source: str, ids: Iterable[int], now: datetime) -> None:
    """Say, in the transaction of the change, that these documents of a source are new, changed or gone.

    The index has them within about a second of the commit; saying it twice does no harm.
    """
    Change.objects.bulk_create(Change(source=source, object_id=id_, at=now) for id_ in dict.fromkeys(ids))


def all_changed(source: str, now: datetime) -> None:
    """Say that a whole source must be indexed again (an import wrote it); "" for everything."""
    Change.objects.create(source=source, object_id=None, at=now)
