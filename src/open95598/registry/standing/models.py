"""Tiers and managers through time, the integrity file, and the last computed ratings."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from open95598.registry.customers.kinds import Tier
from open95598.registry.customers.models import Customer
from open95598.registry.customers.scoping import RegistryQuerySet

Manager = models.Manager.from_queryset(RegistryQuerySet)


def _person(**more: Any) -> Any:
    """Return a column that names one of our people; nobody looks for rows by it."""
    return models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+", **more)


class TierPeriod(models.Model):
    """A customer's tier from a moment on, perhaps to one."""

    customer_path = "customer__"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tier_periods")
    tier = models.CharField(max_length=10, choices=Tier, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    by = _person(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer",), name="tier_one_now", condition=Q(valid_to__isnull=True)),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="tier_dates"
            ),
        )


class ManagerPeriod(models.Model):
    """Who was a customer's account manager from a moment on, and who stood in for them then."""

    customer_path = "customer__"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="manager_periods")
    manager = _person()
    delegate = _person(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    by = _person(null=True)

    objects = Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer",), name="manager_one_now", condition=Q(valid_to__isnull=True)),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="manager_dates"
            ),
        )


class EntrySource(models.TextChoices):
    """Where an entry of the integrity file comes from."""

    BILLING = "billing"
    INSPECTION = "inspection"
    ORDER = "order"
    OTHER = "other"


class IntegrityEntry(models.Model):
    """An entry of a customer's integrity file (诚信档案), to the good or the bad.

    ``points`` and ``expires_on`` are those of the rulebook of the day it was entered. It counts from ``on`` until the
    day before ``expires_on``, unless it was removed: by somebody other than who entered it, after an objection.
    """

    customer_path = "customer__"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="integrity")
    kind = models.CharField(max_length=40)
    points = models.IntegerField()
    on = models.DateField()
    expires_on = models.DateField()
    source = models.CharField(max_length=12, choices=EntrySource)
    #: the paper or number that proves it: an order's, an inspection's, a bill's month
    evidence = models.CharField(max_length=200)
    words = models.CharField(max_length=1000, blank=True, default="")
    entered_by = _person(null=True)
    entered_at = models.DateTimeField()
    objection = models.CharField(max_length=1000, blank=True, default="")
    objected_by = _person(null=True)
    objected_at = models.DateTimeField(null=True)
    #: the objection was looked at by somebody else: the entry stays (False) or is removed (True)
    removed = models.BooleanField(null=True)
    decided_by = _person(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, blank=True, default="")

    objects = Manager()

    class Meta:
        indexes = (models.Index(fields=("customer", "on"), name="integrity_customer"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(entered_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="integrity_second_person",
            ),
        )


class Score(models.Model):
    """A customer's rating as it was last computed, for lists; ``points`` None: too little is known."""

    customer_path = "customer__"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="scores")
    rating = models.CharField(max_length=20)
    points = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    band = models.CharField(max_length=20, blank=True, default="")
    known = models.IntegerField(default=0)
    rulebook = models.CharField(max_length=120)
    computed_at = models.DateTimeField()

    objects = Manager()

    class Meta:
        indexes = (models.Index(fields=("rating", "-points"), name="score_rating"),)
        constraints = (models.UniqueConstraint(fields=("customer", "rating"), name="score_once"),)
