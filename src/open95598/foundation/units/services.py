"""Changes of the organisation: dated, journalled in the unit's stream, with succession of what was open.

A change takes effect at the start of its day in the utility's zone. One that is due already is carried out at once;
the others wait as ``UnitChange`` rows for ``apply_due``. The caller has checked that the person may manage the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.units import changes
from open95598.foundation.units.changes import By
from open95598.foundation.units.models import AreaType, ChangeKind, Unit, UnitChange, UnitLevel

LEVELS = [level.value for level in UnitLevel]
_MAX_TERRITORY = 500


def today(now: datetime) -> date:
    """Return the day that ``now`` lies in, in the utility's zone."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def create(
    *,
    code: str,
    name: str,
    level: str,
    parent: Unit | None,
    now: datetime,
    by: By,
    area_type: str = AreaType.CITY,
    territory: Sequence[str] = (),
    calendar: str = "cn",
    opens_on: date | None = None,
) -> Unit:
    """Create a unit. It gets people and roles from now on, and addresses from ``opens_on`` (default today).

    Raises ``Invalid`` naming the bad fields.
    """
    code, name = code.strip(), name.strip()
    bad: dict[str, str] = {}
    if not code or len(code) > 16 or not code.isascii() or not code.replace("-", "").isalnum():
        bad["code"] = _("Up to 16 Latin letters, digits and hyphens.")
    elif Unit.objects.filter(code__iexact=code).exists():
        bad["code"] = _("This code is taken.")
    bad |= _bad_name(name)
    if level not in LEVELS:
        bad["level"] = _("Choose from: %(known)s.") % {"known": ", ".join(LEVELS)}
    if area_type not in AreaType.values:
        bad["area_type"] = _("Choose from: %(known)s.") % {"known": ", ".join(AreaType.values)}
    if not bad:
        bad |= _bad_place(level, parent)
    kept = _checked_territory(territory, bad)
    if bad:
        raise Invalid(_("The unit was not created."), fields=bad)
    opens_on = opens_on or today(now)
    with transaction.atomic():
        changes.lock_tree()
        unit = Unit.objects.create(
            code=code,
            name=name,
            level=level,
            parent=parent,
            area_type=area_type,
            territory=kept,
            calendar=calendar,
            opened_on=opens_on,
        )
        unit.lineage = [*(Unit.objects.get(pk=parent.pk).lineage if parent else []), unit.pk]
        unit.save(update_fields=["lineage"])
        UnitChange.objects.create(
            unit=unit,
            kind=ChangeKind.CREATE,
            effective_on=opens_on,
            new_name=name,
            new_parent=parent,
            by_id=by.id,
            by_name=by.name,
            asked_at=now,
            applied_at=now,
        )
        changes.record(unit, "unit.created", by, now, {"code": code, "name": name, "level": level,
                                                       "parent": parent.code if parent else None,
                                                       "opens_on": opens_on.isoformat()})  # fmt: skip
    return unit


def amend(
    unit: Unit,
    *,
    now: datetime,
    by: By,
    area_type: str | None = None,
    territory: Sequence[str] | None = None,
    calendar: str | None = None,
) -> Unit:
    """Change what needs no date: area type, territory, calendar. Raises ``Invalid``."""
    bad: dict[str, str] = {}
    fresh: dict[str, Any] = {}
    if area_type is not None:
        if area_type not in AreaType.values:
            bad["area_type"] = _("Choose from: %(known)s.") % {"known": ", ".join(AreaType.values)}
        fresh["area_type"] = area_type
    if territory is not None:
        fresh["territory"] = _checked_territory(territory, bad)
    if calendar is not None:
        fresh["calendar"] = calendar.strip()
        if not 0 < len(fresh["calendar"]) <= 32:
            bad["calendar"] = _("Name a calendar.")
    if bad:
        raise Invalid(_("The unit was not changed."), fields=bad)
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
        before = {name: getattr(unit, name) for name in fresh}
        changed = {name: [before[name], value] for name, value in fresh.items() if before[name] != value}
        if changed:
            for name, (_old, value) in changed.items():
                setattr(unit, name, value)
            unit.save(update_fields=list(changed))
            changes.record(unit, "unit.amended", by, now, {"changed": changed})
    return unit


def rename(unit: Unit, name: str, effective_on: date, *, now: datetime, by: By, reason: str = "") -> UnitChange:
    """Rename a unit from a day on. Raises ``Invalid``."""
    bad = _bad_name(name.strip())
    if bad:
        raise Invalid(_("The unit was not renamed."), fields={"new_name": bad["name"]})
    return _ask(unit, ChangeKind.RENAME, effective_on, now, by, reason, new_name=name.strip(), old_name=unit.name)


def move(unit: Unit, parent: Unit, effective_on: date, *, now: datetime, by: By, reason: str = "") -> UnitChange:
    """Put a unit, with all below it, under another parent from a day on. Raises ``Invalid``."""
    return _ask(unit, ChangeKind.MOVE, effective_on, now, by, reason, new_parent=parent, old_parent=unit.parent)


def merge(unit: Unit, into: Unit, effective_on: date, *, now: datetime, by: By, reason: str = "") -> UnitChange:
    """Merge a unit into another from a day on.

    Units below it, its territory, its people with their roles, and its open cases pass to the other; then it is closed.
    Raises ``Invalid``.
    """
    return _ask(unit, ChangeKind.MERGE, effective_on, now, by, reason, successor=into)


def close(unit: Unit, successor: Unit, effective_on: date, *, now: datetime, by: By, reason: str = "") -> UnitChange:
    """Close a unit from a day on; ``successor`` takes over what is still open. Raises ``Invalid``."""
    return _ask(unit, ChangeKind.CLOSE, effective_on, now, by, reason, successor=successor)


def cancel(change: UnitChange, *, now: datetime, by: By) -> None:
    """Take back a change that has not taken effect. Raises ``Impossible``."""
    with transaction.atomic():
        change = UnitChange.objects.select_for_update().get(pk=change.pk)
        if change.applied_at or change.cancelled_at:
            raise Impossible(_("This change has taken effect or was taken back already."))
        change.cancelled_at = now
        change.save(update_fields=["cancelled_at"])
        changes.record(change.unit, "unit.change_cancelled", by, now, changes.told(change))


def apply_due(now: datetime, *, limit: int = 100) -> int:
    """Carry out the changes that are due, oldest first, each in its own transaction; return how many took effect.

    A change that has become impossible (its parent was closed meanwhile) keeps the reason in ``problem`` and is shown
    on the unit's page; it is tried again each time until somebody takes it back. Safe to run in several processes.
    """
    day = today(now)
    waiting = UnitChange.objects.filter(applied_at=None, cancelled_at=None, effective_on__lte=day)
    done = 0
    for pk in list(waiting.order_by("effective_on", "pk").values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                change = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
                if change is None:
                    continue
                changes.apply(change, now)
                done += 1
        except Invalid as refused:
            UnitChange.objects.filter(pk=pk).update(problem=str(refused)[:300])
    return done


def _ask(
    unit: Unit, kind: ChangeKind, effective_on: date, now: datetime, by: By, reason: str, **what: Any
) -> UnitChange:
    """Write the change down; carry it out when its day has come."""
    with transaction.atomic():
        changes.lock_tree()
        change = UnitChange(
            unit=Unit.objects.get(pk=unit.pk),
            kind=kind,
            effective_on=effective_on,
            reason=reason.strip()[:200],
            by_id=by.id,
            by_name=by.name,
            asked_at=now,
            **what,
        )
        changes.check(change)
        change.save()
        if effective_on <= today(now):
            changes.apply(change, now)
        else:
            changes.record(change.unit, "unit.change_planned", by, now, changes.told(change))
    return change


def _bad_name(name: str) -> dict[str, str]:
    return {} if 0 < len(name) <= 80 else {"name": _("A name of up to 80 characters.")}


def _bad_place(level: str, parent: Unit | None) -> dict[str, str]:
    if parent is None:
        if level != UnitLevel.HEADQUARTERS:
            return {"parent": _("Only the headquarters stands at the top; name the unit above.")}
        if Unit.objects.filter(parent=None, closed_on=None).exists():
            return {"parent": _("There is a headquarters already; name the unit above.")}
        return {}
    if parent.closed_on:
        return {"parent": _("%(unit)s is closed.") % {"unit": parent.name}}
    if LEVELS.index(level) <= LEVELS.index(parent.level):
        return {"level": _("A unit stands below its parent's level.")}
    return {}


def _checked_territory(territory: Sequence[str], bad: dict[str, str]) -> list[str]:
    entries = list(dict.fromkeys(entry.strip() for entry in territory if entry.strip()))
    if len(entries) > _MAX_TERRITORY or any(len(entry) > 80 for entry in entries):
        bad["territory"] = _("Up to %(count)d entries of up to 80 characters.") % {"count": _MAX_TERRITORY}
    return entries
