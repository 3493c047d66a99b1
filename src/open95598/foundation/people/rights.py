"""Reads a person's rights from the tables, and the policy as a queryset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from open95598.foundation.people.models import Delegation, Person, RoleAssignment
from open95598.foundation.people.policy import NOT_DELEGATED, Grant, Permission, Rights, Role, rights_of


def load(person: Person, now: datetime, *, scopes: list[str] | None = None) -> Rights:
    """Return the rights of ``person`` at ``now``, with the delegations that run then. Two queries; three
    for somebody who holds no role at or below their own unit."""
    if not person.is_active:
        return Rights(person_id=person.pk)
    absent: dict[int, list[int]] = dict(
        Delegation.objects.filter(delegate=person, valid_from__lte=now, valid_to__gt=now, absent__is_active=True)
        .values_list("absent_id", "absent__unit__lineage")
        .distinct()
    )
    grants: dict[int, list[Grant]] = defaultdict(list)
    homes: dict[int, set[int]] = defaultdict(set, {pid: set(lineage) for pid, lineage in absent.items()})
    rows = RoleAssignment.objects.filter(person_id__in=[person.pk, *absent], valid_from__lte=now).filter(
        Q(valid_to=None) | Q(valid_to__gt=now)
    )
    for person_id, role, unit_id, lineage in rows.values_list("person_id", "role", "unit_id", "unit__lineage"):
        grants[person_id].append(Grant(Role(role), unit_id))
        homes[person_id].update(lineage)
    if person.unit_id not in homes[person.pk]:
        homes[person.pk].update(person.unit.lineage)
    return rights_of(
        person.pk,
        grants[person.pk],
        home_units=homes[person.pk],
        scopes=None if not scopes else [Permission(s) for s in scopes],
        deputises={pid: rights_of(pid, grants[pid], home_units=homes[pid]) for pid in absent},
    )


def belonging_to(person_ids: Collection[int], unit_ids: Collection[int], now: datetime) -> set[int]:
    """Return who of these people belongs to one of the units (or below it): by their account, or by a role held now."""
    if not person_ids or not unit_ids:
        return set()
    units = sorted(unit_ids)
    own = Person.objects.filter(pk__in=person_ids, unit__lineage__overlap=units).values_list("pk", flat=True)
    held = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), person_id__in=person_ids, unit__lineage__overlap=units,
        valid_from__lte=now,
    )  # fmt: skip
    return {*own, *held.values_list("person_id", flat=True)}


#: that anybody is recused from a case at all, as the partial index of cases says it
SOMEBODY_RECUSED = ~Q(recused_people=[]) | ~Q(recused_units=[])


class UnscopedRead(RuntimeError):
    """A scoped model was read without saying for whom."""


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that refuses to run before ``restrict`` or ``system`` was called.

    A model that uses it names the paths of the policy's columns in ``policy_prefix`` (``""`` on the case itself,
    ``"case__"`` on a table beside it).
    """

    _said = False

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._said = self._said  # noqa: SLF001 (a clone of itself)
        return clone

    def _combinator_query(self, combinator: str, *others: Any, all: bool = False) -> Self:  # noqa: A002 (Django's name)
        clone = super()._combinator_query(combinator, *others, all=all)  # type: ignore[misc]
        clone._said = self._said and all_said(others)  # noqa: SLF001
        return clone

    def restrict(self, rights: Rights, permission: Permission = Permission.CASE_VIEW) -> Self:
        """Keep the rows on which ``rights`` allow ``permission``: ``policy.allows`` in SQL."""
        prefix = getattr(self.model, "policy_prefix", "")
        units = f"{prefix}{'sight' if permission == Permission.CASE_VIEW else 'scope'}__overlap"
        rule = _itself(rights, permission, units, prefix)
        if permission not in NOT_DELEGATED and (rights.scopes is None or permission in rights.scopes):
            for absent_id, absent in rights.deputises.items():
                theirs = Q(**{f"{prefix}owner_id": absent_id}) & _itself(absent, permission, units, prefix)
                rule |= theirs & ~_recused(absent, prefix)
        kept = self.filter(rule & ~_recused(rights, prefix))
        kept._said = True  # noqa: SLF001
        return kept

    def system(self, why: str) -> Self:
        """Read without a person, for the reason given (a sweeper, an import, a migration)."""
        clone = self._chain()  # type: ignore[attr-defined]
        clone._said = True  # noqa: SLF001
        return clone

    def _must_have_said(self) -> None:
        if not self._said:
            raise UnscopedRead(f"{self.model.__name__} was read without restrict(rights) or system(why)")

    def _fetch_all(self) -> None:
        self._must_have_said()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._must_have_said()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._must_have_said()
        return super().count()

    def exists(self) -> bool:
        self._must_have_said()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_have_said()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._must_have_said()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_have_said()
        return super().delete()


def _recused(rights: Rights, prefix: str) -> Q:
    recused = Q(**{f"{prefix}recused_people__contains": [rights.person_id]})
    if rights.home_units:
        recused |= Q(**{f"{prefix}recused_units__overlap": sorted(rights.home_units)})
    return recused


def recused_from(rights: Rights) -> Q:
    """Return the condition that the person is recused from a case, for reading cases: an index serves it."""
    return SOMEBODY_RECUSED & _recused(rights, "")


def all_said(querysets: Any) -> bool:
    """Say whether every queryset of a union was scoped."""
    return all(getattr(q, "_said", True) for q in querysets)


def _itself(rights: Rights, permission: Permission, units: str, prefix: str) -> Q:
    held = sorted(rights.units(permission))
    if not held:
        return Q(pk__in=[])
    confidential = sorted(rights.units(Permission.CASE_VIEW_CONFIDENTIAL))
    open_to = Q(**{f"{prefix}confidential": False}) | Q(**{f"{prefix}owner_id": rights.person_id})
    if confidential:
        open_to |= Q(**{f"{prefix}sight__overlap": confidential})
    return Q(**{units: held}) & open_to
