"""Customers and the ways to reach them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from open95598.foundation.journal.models import Chained
from open95598.registry.customers.kinds import ContactKind, Importance, PartyKind, Purpose, Tier
from open95598.registry.customers.scoping import RegistryQuerySet

RegistryManager = models.Manager.from_queryset(RegistryQuerySet)


def person() -> Any:
    """Return a column that names one of our people; nobody looks for rows by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Customer(Chained):
    """A party that receives supply (用电客户): a person or an organisation; its changes stand in ``customer/<id>``.

    ``sounds`` = the name in pinyin without tones, ``initials`` = its first letters; ``keys`` = hashed pairs of its
    sounds, of organisations only (``sounds``). ``spread``: has accounts of more units than ``unit``, its own.
    A merged customer stays, closed, and names the one that goes on.
    """

    kind = models.CharField(max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    name = models.CharField(max_length=120)
    sounds = models.CharField(max_length=240, blank=True, default="")
    initials = models.CharField(max_length=60, blank=True, default="")
    keys = ArrayField(models.IntegerField(), default=list, blank=True)
    unit = models.ForeignKey("units.Unit", db_index=False, on_delete=models.PROTECT, related_name="+")
    spread = models.BooleanField(default=False)
    importance = models.CharField(max_length=12, choices=Importance, blank=True, default="")
    #: somebody's life hangs on the supply
    protected = models.BooleanField(default=False)
    tier = models.CharField(max_length=10, choices=Tier, blank=True, default="")
    manager = person()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    #: raised by every change of the customer or of what belongs to them
    version = models.IntegerField(default=1)

    objects = RegistryManager()

    class Meta:
        indexes = (
            models.Index(fields=("name", "unit"), name="customer_name", opclasses=("varchar_pattern_ops", "int8_ops")),
            models.Index(
                fields=("sounds", "unit"), name="customer_sounds", opclasses=("varchar_pattern_ops", "int8_ops")
            ),
            models.Index(
                fields=("initials", "unit"), name="customer_initials", opclasses=("varchar_pattern_ops", "int8_ops")
            ),
            *(
                models.Index(
                    fields=(column,),
                    name=f"customer_spread_{column}",
                    opclasses=("varchar_pattern_ops",),
                    condition=Q(spread=True),
                )
                for column in ("name", "sounds", "initials")
            ),
            models.Index(fields=("unit",), name="customer_unit"),
            models.Index(fields=("merged_into",), name="customer_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=("tier", "unit"), name="customer_tier", condition=~Q(tier="")),
            models.Index(fields=("importance", "unit"), name="customer_importance", condition=~Q(importance="")),
            models.Index(fields=("unit",), name="customer_protected", condition=Q(protected=True)),
            models.Index(fields=("manager",), name="customer_manager", condition=Q(manager__isnull=False)),
            GinIndex(fields=("keys",), name="customer_keys", fastupdate=False),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The customer's stream of the journal."""
        return f"customer/{self.pk}"


class ContactPoint(models.Model):
    """A way to reach a customer, from a day on and perhaps to a day; ``value`` in its plain form (``phones``)."""

    customer_path = "customer__"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=8, choices=ContactKind, default=ContactKind.PHONE)
    value = models.CharField(max_length=200)
    #: whose it is, as people say it: 本人, 儿子, 值班室
    label = models.CharField(max_length=40, blank=True, default="")
    preferred = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = RegistryManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("value",), name="contact_value", opclasses=("varchar_pattern_ops",),
                condition=Q(valid_to__isnull=True),
            ),
        )  # fmt: skip
        constraints = (
            models.UniqueConstraint(
                fields=("customer", "kind", "value"), name="contact_once", condition=Q(valid_to__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Consent(models.Model):
    """That a customer agreed to be reached at a contact point for a purpose, when and how; or withdrew it."""

    customer_path = "contact__customer__"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: how it was said: call, counter, online, letter
    how = models.CharField(max_length=40, blank=True, default="")
    by = person()

    objects = RegistryManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("contact", "purpose"), name="consent_once", condition=Q(withdrawn_at__isnull=True)
            ),
        )


class CustomerMerge(models.Model):
    """Two rows of one customer became one: which rows moved, so that it can be taken back."""

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = person()
    reason = models.CharField(max_length=200)
    #: table → ids of the rows that moved or were ended; ``was``: what the kept customer had before
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
