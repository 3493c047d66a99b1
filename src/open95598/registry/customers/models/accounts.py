"""Accounts, agreements, points of supply and meters."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from open95598.registry.customers.kinds import (
    LoadGrade,
    PartyRole,
    PriceClass,
    SupplyNature,
    SupplyRelation,
    SupplySource,
)
from open95598.registry.customers.models.parties import Customer, RegistryManager
from open95598.registry.customers.models.places import ServiceLocation

LONG_NUMBER = 32


class CustomerAccount(models.Model):
    """A billing and payment account (户号), served by a unit: that unit's people and those above may see it."""

    unit_path = "unit"

    number = models.CharField(max_length=LONG_NUMBER, unique=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    objects = RegistryManager()

    def __str__(self) -> str:
        return self.number


class AccountParty(models.Model):
    """What a customer is to an account, from a day on and perhaps to a day (the last one included)."""

    unit_path = "account__unit"

    account = models.ForeignKey(CustomerAccount, on_delete=models.CASCADE, related_name="parties")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=8, choices=PartyRole, default=PartyRole.OWNER)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = RegistryManager()

    class Meta:
        indexes = (
            models.Index(fields=("customer", "account"), name="party_of_customer", condition=Q(valid_to__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("account", "customer", "role"), name="party_once", condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")), name="party_dates"
            ),
        )


class CustomerAgreement(models.Model):
    """A supply contract (供用电合同) with the five classifications of DOMAIN 1.5.

    Temporary and seasonal supply has an end (``expires_on``); ``ended_on`` is when it really ended.
    """

    unit_path = "account__unit"

    account = models.ForeignKey(CustomerAccount, on_delete=models.CASCADE, related_name="agreements")
    relation = models.CharField(max_length=12, choices=SupplyRelation, default=SupplyRelation.DIRECT)
    price_class = models.CharField(max_length=20, choices=PriceClass, default=PriceClass.RESIDENTIAL)
    source = models.CharField(max_length=10, choices=SupplySource, default=SupplySource.LOW_VOLTAGE)
    nature = models.CharField(max_length=10, choices=SupplyNature, default=SupplyNature.ORDINARY)
    load_grade = models.CharField(max_length=1, choices=LoadGrade, default=LoadGrade.THIRD)
    capacity_kva = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    valid_from = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = RegistryManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("expires_on",), name="agreement_expires",
                condition=Q(expires_on__isnull=False, ended_on__isnull=True),
            ),
        )  # fmt: skip
        constraints = (
            models.CheckConstraint(
                condition=~Q(nature__in=["temporary", "seasonal"]) | Q(expires_on__isnull=False),
                name="agreement_of_a_time_ends",
            ),
        )


class UsagePoint(models.Model):
    """A metered point of supply (用电点) of an agreement, at a location; ``area`` = code of its transformer area.

    ``account`` is the agreement's, kept here by the database (trigger), so that an address leads to it in one step.
    """

    unit_path = "agreement__account__unit"

    agreement = models.ForeignKey(CustomerAgreement, on_delete=models.CASCADE, related_name="points")
    location = models.ForeignKey(ServiceLocation, on_delete=models.PROTECT, related_name="points", db_index=False)
    area = models.CharField(max_length=LONG_NUMBER, blank=True, default="")
    account = models.ForeignKey(
        CustomerAccount, null=True, editable=False, db_index=False, on_delete=models.CASCADE, related_name="+"
    )

    objects = RegistryManager()

    class Meta:
        indexes = (
            models.Index(fields=("area",), name="point_area", condition=~Q(area="")),
            models.Index(fields=("location", "account"), name="point_location"),
            models.Index(fields=("account", "location"), name="point_account"),
        )


class Meter(models.Model):
    """A meter (电能表) at a point, from a day on and perhaps to a day; ``multiplier`` = CT × PT.

    Readings in kWh as the meter shows them: when it was put up, when it came down.
    """

    unit_path = "point__agreement__account__unit"

    number = models.CharField(max_length=LONG_NUMBER)
    point = models.ForeignKey(UsagePoint, on_delete=models.CASCADE, related_name="meters")
    multiplier = models.DecimalField(max_digits=10, decimal_places=2, default=1)
    installed_on = models.DateField(null=True, blank=True)
    removed_on = models.DateField(null=True, blank=True)
    first_reading = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    final_reading = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    objects = RegistryManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("number",), name="meter_number", opclasses=("varchar_pattern_ops",),
                condition=Q(removed_on__isnull=True),
            ),
        )  # fmt: skip
        constraints = (
            models.UniqueConstraint(fields=("number",), name="meter_once", condition=Q(removed_on__isnull=True)),
        )
