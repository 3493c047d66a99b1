"""Tiers and managers through time: whatever changes them, the period before is ended and a new one begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from open95598.casework.actors import Actor
from open95598.registry.customers.models import Customer
from open95598.registry.standing.models import ManagerPeriod, TierPeriod

_WHY = "the history of a customer whose right was asked"


def keep(
    customer: Customer, changed: Mapping[str, Any], before: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Write down that a customer's tier or manager changed (in the transaction of the change, the customer locked)."""
    if "tier" in changed:
        _end_tier(customer, before["tier"], now)
        TierPeriod.objects.create(customer=customer, tier=changed["tier"], valid_from=now, by_id=actor.person_id)
    if "manager_id" in changed:
        end_manager(customer, before["manager_id"], now)
        if changed["manager_id"] is not None:
            ManagerPeriod.objects.create(
                customer=customer, manager_id=changed["manager_id"], valid_from=now, by_id=actor.person_id
            )


def end_manager(customer: Customer, manager_id: int | None, now: datetime) -> None:
    """End the present manager's period; a manager from before there was a history gets theirs now."""
    ended = ManagerPeriod.objects.system(_WHY).filter(customer=customer, valid_to=None).update(valid_to=now)
    if not ended and manager_id is not None:
        ManagerPeriod.objects.create(
            customer=customer, manager_id=manager_id, valid_from=min(customer.created_at, now), valid_to=now
        )


def _end_tier(customer: Customer, tier: str, now: datetime) -> None:
    ended = TierPeriod.objects.system(_WHY).filter(customer=customer, valid_to=None).update(valid_to=now)
    if not ended and tier:
        TierPeriod.objects.create(customer=customer, tier=tier, valid_from=min(customer.created_at, now), valid_to=now)
