"""Roles held at units, and delegations, each from a time to a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.people import record
from open95598.foundation.people.actors import Actor
from open95598.foundation.people.models import Delegation, Person, RoleAssignment
from open95598.foundation.people.policy import ONLY_AT, Permission, Role
from open95598.foundation.units.models import Unit

_LONGEST_DELEGATION = timedelta(days=366)


def assign_role(
    person: Person,
    role: str,
    unit: Unit,
    *,
    actor: Actor,
    now: datetime,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> RoleAssignment:
    """Let a person hold a role at a unit, from ``valid_from`` (default now) until ``valid_to`` (default: open).

    Raises ``Invalid`` (unknown role, closed unit or account, times, the same role there at the same time),
    ``Forbidden``: roles are given by who manages people at that unit.
    """
    actor.must(Permission.PEOPLE_MANAGE, unit)
    valid_from = valid_from or now
    bad: dict[str, str] = {}
    if role not in list(Role):
        bad["role"] = _("Choose from: %(known)s.") % {"known": ", ".join(Role)}
    elif unit.level not in ONLY_AT.get(Role(role), (unit.level,)):
        bad["unit"] = _("This role is held at the province or the headquarters only.")
    if not person.is_active:
        bad["person"] = _("This account is closed.")
    if unit.closed_on:
        bad["unit"] = _("%(unit)s is closed.") % {"unit": unit.name}
    if valid_to is not None and valid_to <= valid_from:
        bad["valid_to"] = _("The end lies after the beginning.")
    if not bad and _held(person, role, unit, valid_from, valid_to):
        bad["role"] = _("%(person)s holds this role there at that time already.") % {"person": person.name}
    if bad:
        raise Invalid(_("The role was not given."), fields=bad)
    with transaction.atomic():
        person = record.locked(person.pk)
        if _held(person, role, unit, valid_from, valid_to):  # again, under the lock
            raise Invalid(_("The role was not given."), fields={"role": _("It is held there already.")})
        row = RoleAssignment.objects.create(
            person=person, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to
        )
        data = {"role": role, "unit": unit.code, "from": valid_from.isoformat()}
        if valid_to:
            data["to"] = valid_to.isoformat()
        record.write(person, "person.role_given", actor, now, data)
    return row


def end_role(assignment: RoleAssignment, *, actor: Actor, now: datetime) -> None:
    """End a role now (one that has not begun is taken back). Raises ``Impossible``, ``Forbidden``."""
    actor.must(Permission.PEOPLE_MANAGE, assignment.unit)
    with transaction.atomic():
        person = record.locked(assignment.person_id)
        row = RoleAssignment.objects.select_for_update().filter(pk=assignment.pk).first()
        if row is None or (row.valid_to and row.valid_to <= now):
            raise Impossible(_("This role has ended already."))
        _end(row, now)
        record.write(person, "person.role_ended", actor, now, {"role": row.role, "unit": row.unit.code})


def pass_roles_on(from_unit_id: int, to_unit_id: int, now: datetime, actor_name: str) -> None:
    """When a unit is merged or closed, its people and the roles held there go to its successor (``units.hooks``)."""
    target = Unit.objects.get(pk=to_unit_id)
    source = Unit.objects.get(pk=from_unit_id)
    actor = Actor(None, actor_name, None)
    running = RoleAssignment.objects.filter(unit=source).filter(Q(valid_to=None) | Q(valid_to__gt=now))
    people = Person.objects.select_for_update().order_by("pk")
    concerned = people.filter(Q(unit=source, is_active=True) | Q(pk__in=running.values("person_id")))
    for person in concerned:
        passed: list[str] = []
        for row in running.filter(person=person):
            end, starts = row.valid_to, max(row.valid_from, now)
            _end(row, now)
            if not _held(person, row.role, target, starts, end):
                RoleAssignment.objects.create(
                    person=person, role=row.role, unit=target, valid_from=starts, valid_to=end
                )
                passed.append(row.role)
        data: dict[str, Any] = {"from": source.code, "to": target.code, "roles": sorted(passed)}
        if person.unit_id == source.pk:
            person.unit = target
            person.save(update_fields=["unit"])
            data["home"] = True
        record.write(person, "person.passed_on", actor, now, data)


def delegate(
    absent: Person,
    to: Person,
    *,
    valid_from: datetime,
    valid_to: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """Let ``to`` handle the cases of ``absent`` from a time to a time (委托, DOMAIN 2.2).

    One delegates for oneself; for another, who manages people at that person's unit does. It does not chain: a
    delegate does not pass on what was delegated to them. Raises ``Invalid``, ``Forbidden``.
    """
    if not actor.is_(absent):
        actor.must(Permission.PEOPLE_MANAGE, absent.unit)
    bad: dict[str, str] = {}
    if to.pk == absent.pk:
        bad["delegate"] = _("Choose somebody else.")
    elif not to.is_active or not absent.is_active:
        bad["delegate"] = _("This account is closed.")
    if valid_to <= valid_from:
        bad["valid_to"] = _("The end lies after the beginning.")
    elif valid_to <= now:
        bad["valid_to"] = _("The end lies in the past.")
    elif valid_to - valid_from > _LONGEST_DELEGATION:
        bad["valid_to"] = _("At most a year.")
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        bad["reason"] = _("Give the reason, in up to 200 characters.")
    if bad:
        raise Invalid(_("Nothing was delegated."), fields=bad)
    with transaction.atomic():
        absent = record.locked(absent.pk)
        row = Delegation.objects.create(
            absent=absent, delegate=to, valid_from=valid_from, valid_to=valid_to, reason=reason
        )
        record.write(absent, "person.delegated", actor, now,
                     {"to": to.pk, "to_name": to.name, "from": valid_from.isoformat(), "until": valid_to.isoformat(),
                      "reason": reason})  # fmt: skip
    return row


def end_delegation(delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """End a delegation now. The absent person, the delegate or who manages people there may. Raises ``Impossible``."""
    if actor.person_id not in (delegation.absent_id, delegation.delegate_id) and not actor.may(
        Permission.PEOPLE_MANAGE, delegation.absent.unit
    ):
        raise Forbidden(_("This is not your delegation."))
    with transaction.atomic():
        absent = record.locked(delegation.absent_id)
        changed = Delegation.objects.filter(pk=delegation.pk, valid_to__gt=now).update(valid_to=now)
        if not changed:
            raise Impossible(_("This delegation has ended already."))
        Delegation.objects.filter(pk=delegation.pk, valid_from__gt=now).update(valid_from=F("valid_to"))
        record.write(absent, "person.delegation_ended", actor, now, {"to": delegation.delegate_id})


def _end(row: RoleAssignment, now: datetime) -> None:
    """End an assignment now; one that would never have begun goes (the journal keeps that it was)."""
    if row.valid_from >= now:
        row.delete()
    else:
        row.valid_to = now
        row.save(update_fields=["valid_to"])


def _held(person: Person, role: str, unit: Unit, start: datetime, end: datetime | None) -> bool:
    """Say whether the person holds the role there at some time in [start, end)."""
    rows = RoleAssignment.objects.filter(person=person, role=role, unit=unit)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=start))
    return (rows if end is None else rows.filter(valid_from__lt=end)).exists()
