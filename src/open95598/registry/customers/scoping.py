"""Whose rows a person may read here: by the unit of the account, as it stands in the tree today.

A scoped model says where its unit is (``unit_path``, a path to a unit) or its customer (``customer_path``). A customer
is seen by whoever may see their own unit or that of an account they are a party of.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.foundation.units.models import Unit


def reach(rights: Rights, permission: Permission = Permission.CUSTOMER_VIEW) -> list[int] | None:
    """Return the ids of the units where the permission holds, those below included; None: everywhere. One query."""
    held = sorted(rights.units(permission))
    if not held:
        return []
    rows: Any = Unit.objects.order_by().filter(lineage__overlap=held).values_list("pk", "parent_id")
    found = []
    for pk, parent_id in rows:
        if parent_id is None:
            return None
        found.append(pk)
    return found


class RegistryQuerySet(ScopedQuerySet):
    """Refuses to run before ``restrict`` or ``system`` was called, and restricts by the units of accounts."""

    def restrict(self, rights: Rights, permission: Permission = Permission.CUSTOMER_VIEW) -> Self:
        """Keep the rows of units where ``rights`` hold ``permission``. One small query for the tree."""
        return self.within(reach(rights, permission))

    def within(self, units: list[int] | None) -> Self:
        """Keep the rows of these units (``reach``)."""
        if units is None:
            return self.system("the permission holds at the top of the tree")
        kept = self.filter(rule_of(self.model, units))
        kept._said = True  # noqa: SLF001 (of this class)
        return kept


def rule_of(model: type[models.Model], units: list[int]) -> Q:
    """Return the condition that a row of ``model`` belongs to one of the units."""
    if not units:
        return Q(pk__in=[])
    path = getattr(model, "unit_path", None)
    if path is not None:
        return Q(**{f"{path}__in": units})
    prefix = getattr(model, "customer_path", "")
    return _of_customer(prefix, units)


def _of_customer(prefix: str, units: list[int]) -> Q:
    """A customer of one of the units; those with accounts in several units are looked for there."""
    from open95598.registry.customers.models import AccountParty

    parties: Any = AccountParty._base_manager.filter(
        customer=OuterRef(f"{prefix}pk" if prefix else "pk"), account__unit__in=units
    )
    return Q(**{f"{prefix}unit__in": units}) | (Q(**{f"{prefix}spread": True}) & Q(Exists(parties)))
