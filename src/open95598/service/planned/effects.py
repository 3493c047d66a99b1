"""What else happens in the transaction of an act on an announced outage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Invalid
from open95598.foundation.events.services import Said, say
from open95598.registry.grid.models import GridDevice
from open95598.service.planned import affected, conflicts, intervals
from open95598.service.planned.kinds import Care, When
from open95598.service.planned.models import CareTask, PlannedDevice, PlannedOutage, PlannedWork

Data = Mapping[str, Any]
#: which count belongs to which time before the start: the notice's and the day's
_MOMENTS = (When.WEEK, When.DAY)
_WHY = "an act on an announced outage"


def clashes(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Note how many other plans clash with it, and who is concerned, so that whoever approves knows."""
    row.clashes = len(conflicts.overlapping(row))
    row.save(update_fields=["clashes"])
    affected.count(case, row, When.SUBMITTED, now)


def approve(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Compute who is concerned, and see to it that they are computed again before the start."""
    affected.count(case, row, When.APPROVAL, now)
    _again(case, row, now)


def moved(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Compute who is concerned after a move, and again before the new start."""
    row.clashes = len(conflicts.overlapping(row))
    row.save(update_fields=["clashes"])
    affected.count(case, row, When.MOVED, now)
    _again(case, row, now)


def begin(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Compute who is in the dark when the supply goes off."""
    affected.count(case, row, When.START, now)


def recount(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Compute who is concerned at a moment before the start."""
    affected.count(case, row, When(data["moment"]), now)


def work(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Join somebody's work to the plan."""
    PlannedWork.objects.create(plan=row, kind=data["work_kind"], text=data["work"], by_id=actor.person_id, at=now)


def switch(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Note what stays supplied from elsewhere, or no longer does; who is concerned is computed again.

    Raises ``Invalid`` for a device that does not stand below one that is switched off.
    """
    code = data["kept"]
    if data.get("off_again"):
        gone, _rows = PlannedDevice.objects.filter(plan=row, device=code, kept=True).delete()
        if not gone:
            raise Invalid(
                _("Some fields need your attention."), fields={"kept": _("It is not supplied from elsewhere.")}
            )
    else:
        device = GridDevice.objects.system(_WHY).filter(code=code).first()
        off = affected.spans_of(PlannedDevice.objects.filter(plan=row, kept=False).values_list("device", flat=True))
        inside = device is not None and intervals.meet([(device.lft, device.rgt)], off)
        whole = device is not None and not intervals.without(off, [(device.lft, device.rgt)])
        if not inside or whole:
            fields = {"kept": _("This device is not below what is switched off.")}
            raise Invalid(_("Some fields need your attention."), fields=fields)
        PlannedDevice.objects.get_or_create(plan=row, device=code, defaults={"kept": True})
    if row.counted_at is not None:
        affected.count(case, row, When.SWITCHING, now)


def care(case: Case, row: PlannedOutage, data: Data, actor: Actor, now: datetime) -> None:
    """Note that somebody was told in person. Raises ``Invalid`` when there is nobody of that id to be told."""
    tasks = CareTask.objects.system(_WHY).filter(plan=row, customer=data["customer"], state=Care.OPEN)
    if not tasks.update(state=data["how"], by=actor.person_id, at=now):
        raise Invalid(
            _("Some fields need your attention."), fields={"customer": _("Nobody to be told of that number.")}
        )
    affected.care_left(row)


def _again(case: Case, row: PlannedOutage, now: datetime) -> None:
    """Let the house hear when it must count again: said with the time ahead; after a move the old ones are void."""
    from open95598.service.planned import flows

    later = zip(_MOMENTS, flows.rules_of(row).recount, strict=False)
    say(
        Said(
            "planned.recount", f"planned/{case.pk}/{moment}", at, case.pk,
            {"moment": moment.value, "starts_at": row.starts_at.isoformat()},
        )
        for moment, minutes in later
        if (at := row.starts_at - timedelta(minutes=minutes)) > now
    )  # fmt: skip


EFFECTS = {
    "clashes": clashes, "approve": approve, "moved": moved, "begin": begin, "recount": recount, "work": work,
    "switch": switch, "care": care,
}  # fmt: skip
