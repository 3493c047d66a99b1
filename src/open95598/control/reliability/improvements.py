"""Beginning improvements, and what became of a line afterwards: the writes and reads of improvement cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.reliability import bad, improving, reading
from open95598.control.reliability.models import Improvement
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.registry.grid.models import GridDevice
from open95598.service.workorders import directory

_WHY = "whether an improvement of a line is open already"
#: days before it began and after it was done that are compared
COMPARED = 90


def improvements(rights: Rights) -> QuerySet[Improvement]:
    """Return the improvements that one may see."""
    rows: QuerySet[Improvement] = Improvement.objects.restrict(rights)
    return rows.select_related("case", "case__unit", "case__owner", "planned_by", "approved_by")


def get(rights: Rights, pk: int) -> Improvement:
    """Return one by its case. Raises ``NotFound`` also when it is not for these eyes."""
    found = improvements(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such case."))
    return found


def open_of(codes: Collection[str]) -> dict[str, int]:
    """Return the open improvements of devices: code → id of the case. One query."""
    rows = Improvement.objects.system(_WHY).filter(device__in=list(codes), is_open=True)
    return dict(rows.values_list("device", "pk"))


def begin(code: str, actor: Actor, now: datetime) -> Improvement:
    """Begin the improvement of a line or device that is on the list (C8). Raises ``Invalid`` when it is not on it,
    ``Impossible`` when one is open already, ``Forbidden`` without the right at the device's unit."""
    device = GridDevice.objects.system("what an improvement is of").filter(code=code).first()
    if device is None:
        raise NotFound(_("There is no such device."))
    unit = next(one for one in directory.units() if one.id == device.unit_id)
    if actor.rights is None or not any(actor.rights.at(one, unit.lineage) for one in improving.DOES):
        raise Forbidden(_("You may not begin improvements at this unit."))
    rules = store.current(now, unit.lineage).reliability.frequent
    found = next((one for one in bad.frequent(None, unit.lineage[0], rules, now) if one.device == code), None)
    if found is None:
        reason = _("It was not out often enough.")
        raise Invalid(_("Some fields need your attention."), fields={"device": reason})
    fields = {
        "device": code, "device_kind": device.kind, "device_name": device.name, "times": found.times,
        "months": rules.months, "outages": [one.pk for one in found.outages],
    }  # fmt: skip
    opening = casework.Opening(improving.KIND, device.unit_id, fields, data={"device": code, "times": found.times})
    try:
        with transaction.atomic():
            row: Improvement = casework.open_many([opening], actor, now)[0].typed
    except IntegrityError as clash:
        if "improvement_one_open" not in str(clash):
            raise
        raise Impossible(_("An improvement of this line is open already.")) from clash
    return row


@dataclass(frozen=True)
class Effect:
    """How often a line was out in as many days before the improvement began and after it was done."""

    days: int
    before: int
    after: int


def effect(row: Improvement, now: datetime) -> Effect | None:
    """Return whether outages went down; None until it was done a day ago."""
    if row.done_at is None or now - row.done_at < timedelta(days=1):
        return None
    days = min((now - row.done_at).days, COMPARED)
    span = timedelta(days=days)
    begun = row.case.opened_at
    return Effect(days, _outages(row, begun - span, begun), _outages(row, row.done_at, row.done_at + span))


def _outages(row: Improvement, start: datetime, end: datetime) -> int:
    found = bad.on(reading.load(None, row.case.scope[0], start, end, end), start)
    mine = found.get(row.device)
    return bad.number(mine.outages, end) if mine else 0


def register() -> None:
    """Make the flow known to casework (once, when Django starts)."""
    typed = registry.Typed(
        Improvement, lambda _row: {}, lambda row: {"number": row.number, "device": row.device}, {},
        list_name="reliability:improvements", open_field="is_open",
    )  # fmt: skip
    registry.add(improving.FLOW, typed)
