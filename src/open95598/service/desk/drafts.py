"""What is typed at the desk is on the server within seconds: kept, brought back, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid, Stale
from open95598.service.desk.models import Draft
from open95598.service.workorders.views_register import NAMES

#: a draft that nobody came back to is thrown away after so long
KEPT = timedelta(hours=72)
#: fields of the form that are kept
FIELDS = (*NAMES, "triage", "answer", "at_once", "satisfaction")
#: of these what a form is opened with: by themselves they are nothing that was typed
CHOSEN = frozenset({"kind", "channel", "priority", "unit"})
#: characters of all fields together
MOST = 30_000


@dataclass(frozen=True)
class Kept:
    """Where the form's words are kept, as ``workorders/_seat.html`` asks; ``saved_at`` None: nothing was typed yet."""

    url: str
    version: int
    saved_at: datetime | None


def of(person_id: int, key: str, now: datetime) -> Draft | None:
    """Return somebody's draft, unless it is too old. One query."""
    return Draft.objects.filter(person_id=person_id, key=key, saved_at__gt=now - KEPT).first()


def keep(person_id: int, key: str, told: Mapping[str, str], version: int, now: datetime) -> int:
    """Write down what the form says; return the draft's version. A form that says nothing yet leaves an empty one.

    ``version``: of the draft that the window began with (0: none). What comes late of a form whose order is registered
    (``told["form_key"]``) is passed over. Raises ``Stale`` when another window of the same person has written since,
    ``Invalid`` when it is too long.
    """
    content = {name: told[name].replace("\x00", "") for name in FIELDS if told.get(name)}
    if not content.keys() - CHOSEN:
        content = {}
    if sum(map(len, content.values())) > MOST:
        raise Invalid(_("This is too long."))
    with transaction.atomic():
        row = _locked(person_id, key, version, now)
        if row.done_key and row.done_key == told.get("form_key"):
            return row.version
        if row.version != version and row.content:
            raise Stale(_("This draft is being written in another window."))
        row.content, row.version, row.saved_at = content, row.version + 1, now
        row.save()
    return row.version


def _locked(person_id: int, key: str, version: int, now: datetime) -> Draft:
    """Return the row of a draft, locked; an empty one where there is none, or only one that is too old."""
    begun = {"content": {}, "version": version, "saved_at": now}
    Draft.objects.get_or_create(person_id=person_id, key=key, defaults=begun)
    row = Draft.objects.select_for_update().get(person_id=person_id, key=key)
    if row.saved_at <= now - KEPT:
        row.content, row.version = {}, version
    return row


def drop(person_id: int, key: str, now: datetime, form_key: str = "") -> None:
    """Throw somebody's draft away; ``form_key``: of the form whose order was registered."""
    with transaction.atomic():
        row = _locked(person_id, key, 0, now)
        row.content, row.version, row.saved_at, row.done_key = {}, row.version + 1, now, form_key[:64]
        row.save()


def tidy(now: datetime) -> int:
    """Delete what nobody came back to; return how many."""
    return int(Draft.objects.filter(saved_at__lte=now - KEPT).delete()[0])


def values(row: Draft | None) -> dict[str, Any]:
    """Return what a draft fills into the form."""
    return dict(row.content) if row is not None else {}
