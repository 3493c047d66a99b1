"""All that happens in an appeal: asked for in time, told, and, when it is granted, the entry reversed. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment import queries, services
from open95598.control.assessment.flows import APPEAL, KIND
from open95598.control.assessment.models import Appeal, LedgerEntry
from open95598.foundation.calendars import store as calendars
from open95598.foundation.calendars.arithmetic import DAY
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.events.registry import Heard
from open95598.foundation.notices.services import notify
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label

Data = Mapping[str, Any]
HOUSE = Actor.house("assessment")
MOST = 4000
#: who may appeal for a unit, beside the person who was charged
_FOR_UNIT = Permission.CASE_APPROVE


def ask(entry_id: int, grounds: str, actor: Actor, now: datetime) -> Appeal:
    """Appeal against an entry (first round); return the appeal with its case.

    Raises ``NotFound`` for an entry that is not for these eyes, ``Forbidden`` for somebody else's, ``Impossible`` when
    it is too late, was appealed against before, or is reversed, ``Invalid`` without grounds.
    """
    assert actor.rights is not None
    entry = queries.get(actor.rights, entry_id)
    grounds = grounds.strip().replace("\r\n", "\n")
    with transaction.atomic():
        LedgerEntry.objects.select_for_update().get(pk=entry.pk)  # two appeals at once: one waits, and is refused
        if not may(entry, actor):
            raise Forbidden(_("Only whoever was charged, or their unit's head, may appeal."))
        if (reason := against(entry, now)) is not None:
            raise Impossible(reason)
        if not 0 < len(grounds) <= MOST or "\x00" in grounds:
            why = _("Give the grounds, in up to %(n)d characters.") % {"n": MOST}
            raise Invalid(_("Some fields need your attention."), fields={"grounds": why})
        opening = casework.Opening(
            KIND,
            entry.unit_id,
            {"entry_id": entry.pk, "by_id": actor.person_id, "grounds": grounds},
            data={"entry": entry.pk, "charge": entry.charge, "points": str(entry.points)},
            personal={"grounds": grounds},
        )
        appeal: Appeal = casework.open_many([opening], actor, now)[0].typed
    return appeal


def may(entry: LedgerEntry, actor: Actor) -> bool:
    """Say whether an actor is the one who may appeal against an entry: the person charged, or the unit's head."""
    if actor.rights is None or actor.person_id is None:
        return False
    return entry.person_id == actor.person_id or actor.rights.at(_FOR_UNIT, entry.scope)


def deadline(entry: LedgerEntry) -> datetime:
    """Return until when one may appeal against an entry (aware UTC), in working days of its unit."""
    calendar = calendars.get(entry.unit.calendar)
    days = store.get(entry.rulebook_version).complaints.appeals.within_days
    return calendar.add(entry.at, days * (calendar.nominal_day or DAY))


def against(entry: LedgerEntry, now: datetime) -> str | None:
    """Return why an entry cannot be appealed against at ``now``; None when it can."""
    if entry.reverses_id is not None or LedgerEntry.objects.filter(reverses=entry).exists():
        return _("This entry is reversed.")
    if Appeal.objects.system("one appeal an entry").filter(entry=entry).exists():
        return _("This entry was appealed against already.")
    if now > deadline(entry):
        return _("The time to appeal is over.")
    return None


# what its actions do -------------------------------------------------------------------------------------------------


def granted(case: Case, appeal: Appeal, data: Data, actor: Actor, now: datetime) -> None:
    """Reverse the entry: the only thing that an appeal changes. Raises ``Impossible`` when it is reversed already."""
    services.reverse(appeal.entry_id, data["decision"], actor, now, key=f"appeal/{case.pk}")
    _tell(appeal, Label("{n} 申诉成立，考核已冲销", "{n}: granted, the charge is reversed"), data, case, now)


def refused(case: Case, appeal: Appeal, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the appellant that it was refused."""
    _tell(appeal, Label("{n} 申诉被驳回", "{n}: the appeal was refused"), data, case, now)


def _tell(appeal: Appeal, words: Label, data: Data, case: Case, now: datetime) -> None:
    title = Label(words.zh.format(n=appeal.number), words.en.format(n=appeal.number))
    said = str(data["decision"])[:200]
    notify([appeal.by_id], "assessment.appeal", title, Label(said, said), case.pk, now=now,
           key=f"appeal/{case.pk}/{case.version}")  # fmt: skip


def too_late(event: Heard, now: datetime) -> None:
    """End an appeal whose second round nobody asked for in time (in the worker, once)."""
    if event.payload["clock"] == "appeal_again" and event.case_id:
        casework.perform_many([casework.Request(event.case_id, "lapse")], HOUSE, now, partial=True)


def register() -> None:
    """Make the flow known to casework (once, when Django starts)."""
    effects = {"granted": granted, "refused": refused}
    registry.add(APPEAL, registry.Typed(Appeal, lambda _row: {}, lambda row: {"number": row.number}, effects))
