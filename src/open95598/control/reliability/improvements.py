"""Beginning improvements, and what became of a line afterwards: the writes and reads of improvement cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.reliability import bad, improving, loaded, reading
from open95598.control.reliability.models import Ground, Improvement
from open95598.foundation import months
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.reliability_rows import LoadRules, ReliabilityRules
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.grid import loadkeeping
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


def open_of(codes: Collection[str], ground: str = Ground.OUTAGES) -> dict[str, int]:
    """Return the open improvements of devices on a ground: code → id of the case. One query."""
    rows = Improvement.objects.system(_WHY).filter(device__in=list(codes), ground=ground, is_open=True)
    return dict(rows.values_list("device", "pk"))


def begin(code: str, actor: Actor, now: datetime, ground: str = Ground.OUTAGES, month: str = "") -> Improvement:
    """Begin the improvement of a line or device that is on the list of its ground (C8), for loads that of a ``month``
    (2026-03) or of the last days. Raises ``Invalid`` when it is not on it, ``Impossible`` when one is open already,
    ``Forbidden`` without the right at the device's unit."""
    device = GridDevice.objects.system("what an improvement is of").filter(code=code).first()
    if device is None:
        raise NotFound(_("There is no such device."))
    unit = next(one for one in directory.units() if one.id == device.unit_id)
    if actor.rights is None or not any(actor.rights.at(one, unit.lineage) for one in improving.DOES):
        raise Forbidden(_("You may not begin improvements at this unit."))
    rules = store.current(now, unit.lineage).reliability
    why = _by_load(code, unit, rules.load, month, now) if ground == Ground.LOAD else _by_outages(code, unit, rules, now)
    fields = {"device": code, "device_kind": device.kind, "device_name": device.name, **why}
    told = {"device": code} | {name: why[name] for name in ("times", "rate") if name in why}
    opening = casework.Opening(improving.KIND, device.unit_id, fields, data=told)
    try:
        with transaction.atomic():
            row: Improvement = casework.open_many([opening], actor, now)[0].typed
    except IntegrityError as clash:
        if "improvement_one_open" not in str(clash):
            raise
        raise Impossible(_("An improvement of this line is open already.")) from clash
    return row


def _by_outages(code: str, unit: UnitFacts, rules: ReliabilityRules, now: datetime) -> dict[str, Any]:
    listed = bad.frequent(None, unit.lineage[0], rules.frequent, now)
    found = next((one for one in listed if one.device == code), None)
    if found is None:
        _refuse(_("It was not out often enough."))
    return {"times": found.times, "months": rules.frequent.months, "outages": [one.pk for one in found.outages]}


def _by_load(code: str, unit: UnitFacts, rules: LoadRules, month: str, now: datetime) -> dict[str, Any]:
    when = loaded.period(month, rules, now)
    found = loaded.loaded(None, unit.id, rules, when, only=code)
    if not found:
        _refuse(_("It was neither heavily loaded nor overloaded."))
    one = found[0]
    return {"ground": Ground.LOAD, "grade": one.grade, "rate": round(one.rate, 1), "days": one.days}


def _refuse(reason: str) -> NoReturn:
    raise Invalid(_("Some fields need your attention."), fields={"device": reason})


@dataclass(frozen=True)
class LoadEffect:
    """How a line was loaded in as many days before the improvement began and after it was done."""

    days: int
    before: loaded.Share
    after: loaded.Share


def load_effect(row: Improvement, now: datetime) -> LoadEffect | None:
    """Return whether the load went down, in percent of the rating of then; None until it was done a day ago, and where
    the improvement did not begin because of the load."""
    device = GridDevice.objects.system(_WHY).filter(code=row.device).first()
    if row.ground != Ground.LOAD or row.done_at is None or now - row.done_at < timedelta(days=1) or device is None:
        return None
    days = min((now - row.done_at).days, COMPARED)
    rules = loadkeeping.rules_of(row.case.unit.lineage, now)
    before, after = months.local_day(row.case.opened_at), months.local_day(row.done_at) + timedelta(days=1)
    first, since = (loaded.midnight(day) for day in (before - timedelta(days=days), after))
    return LoadEffect(
        days, loaded.share(device, rules, first, loaded.midnight(before)),
        loaded.share(device, rules, since, since + timedelta(days=days)),
    )  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """How often a line was out in as many days before the improvement began and after it was done."""

    days: int
    before: int
    after: int


def effect(row: Improvement, now: datetime) -> Effect | None:
    """Return whether outages went down; None until it was done a day ago."""
    if row.ground != Ground.OUTAGES or row.done_at is None or now - row.done_at < timedelta(days=1):
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
