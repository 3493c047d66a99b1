"""Reads of people, as far as the reader's rights reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from open95598.foundation.errors import NotFound
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.models import ApiToken, Delegation, Person, RoleAssignment
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.people.record import stream


def running(rows: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Keep the assignments or delegations that run at ``now`` or begin later."""
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=now))


def visible(rights: Rights) -> QuerySet[Person]:
    """Return the people of the units where ``people.view`` is held (and below)."""
    units = sorted(rights.units(Permission.PEOPLE_VIEW))
    return Person.objects.filter(unit__lineage__overlap=units) if units else Person.objects.none()


def find(rights: Rights, pk: int) -> Person:
    """Return one visible person. Raises ``NotFound`` for others and for none alike."""
    person = visible(rights).select_related("unit").filter(pk=pk).first()
    if person is None:
        raise NotFound(f"person {pk}")
    return person


def listed(rights: Rights, filters: Mapping[str, str], now: datetime) -> QuerySet[Person]:
    """Return visible people by ``q`` (account, name, employee number), ``unit`` (code), ``role``, ``state``."""
    rows = visible(rights).select_related("unit").order_by("username")
    if text := filters.get("q", "").strip():
        rows = rows.filter(Q(username__icontains=text) | Q(name__icontains=text) | Q(employee_number__istartswith=text))
    if unit := filters.get("unit"):
        rows = rows.filter(unit__lineage__overlap=_unit_ids(unit))
    if role := filters.get("role"):
        held = running(RoleAssignment.objects.filter(role=role), now)
        rows = rows.filter(pk__in=held.values("person_id"))
    state = filters.get("state") or "active"
    return rows if state == "all" else rows.filter(is_active=state == "active")


def _unit_ids(code: str) -> list[int]:
    from open95598.foundation.units.models import Unit

    return list(Unit.objects.filter(code__iexact=code).values_list("pk", flat=True)) or [0]


def roles_of(person_ids: list[int], now: datetime) -> dict[int, list[RoleAssignment]]:
    """Return what each of these people holds at ``now`` or will hold, for a list (one query)."""
    found: dict[int, list[RoleAssignment]] = {}
    rows = running(RoleAssignment.objects.filter(person_id__in=person_ids), now).select_related("unit")
    for row in rows.order_by("valid_from", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def delegations_of(person: Person) -> QuerySet[Delegation]:
    """Return what the person delegated and what was delegated to them, newest first."""
    rows = Delegation.objects.filter(Q(absent=person) | Q(delegate=person))
    return rows.select_related("absent", "delegate").order_by("-valid_from")[:50]


@dataclass(frozen=True)
class Absence:
    """Somebody is away: until when, and who stands in."""

    delegate: str
    until: datetime


def absences(person_ids: Iterable[int], now: datetime) -> dict[int, Absence]:
    """Return who of these people is absent at ``now`` and has delegated (委托). One query."""
    rows = Delegation.objects.filter(absent_id__in=list(person_ids), valid_from__lte=now, valid_to__gt=now)
    named = rows.filter(delegate__is_active=True).order_by("valid_to")
    found = named.values_list("absent_id", "delegate__name", "valid_to")
    return {absent: Absence(name, until) for absent, name, until in found}


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """Return the person's tokens, living ones first."""
    return ApiToken.objects.filter(person=person).order_by("revoked_at", "-created_at")[:50]


def audit_of(person: Person, limit: int = 100) -> QuerySet[Entry]:
    """Return the newest entries of the person's stream."""
    return Entry.objects.filter(stream=stream(person.pk)).order_by("-seq")[:limit]
