"""Visits to customers of a tier, and proposals of tiers, each beside its case."""

from __future__ import annotations

from typing import Any

from django.db import models

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.registry.customers.kinds import Tier
from open95598.registry.customers.models import Customer

Manager = models.Manager.from_queryset(ScopedQuerySet)


def _person() -> Any:
    """Return a column that names one of our people; nobody looks for rows by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Visit(models.Model):
    """A visit to a customer (走访): by their tier, to take a complaint at their door, or while they are connected.

    ``key`` says what it is for, once for ever. ``order``: the case of the complaint or the application.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="visit")
    key = models.CharField(max_length=80, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="visits")
    order = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="door_visits")
    tier = models.CharField(max_length=10, choices=Tier, blank=True, default="")
    visited_at = models.DateTimeField(null=True)
    met = models.CharField(max_length=80, blank=True, default="")
    heard = models.TextField(blank=True, default="")
    wishes = models.TextField(blank=True, default="")
    by = _person()
    why_not = models.CharField(max_length=500, blank=True, default="")

    objects = Manager()

    @property
    def number(self) -> str:
        """What people call it."""
        return f"ZF-{self.pk}"


class TierProposal(models.Model):
    """That a customer should have another tier: what the formula said then, who proposed it, who decided.

    ``lines``: the parts of the formula as they came out (code, value, points, most).
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="tier_proposal")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tier_proposals")
    before = models.CharField(max_length=10, choices=Tier, blank=True, default="")
    tier = models.CharField(max_length=10, choices=Tier, blank=True, default="")
    points = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    lines = models.JSONField(default=list)
    by = _person()
    decided_by = _person()
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True, default="")

    objects = Manager()

    @property
    def number(self) -> str:
        """What people call it."""
        return f"DJ-{self.pk}"
