"""An announced outage beside its case: devices, works, who is in the dark, whom to tell in person, counts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.registry.customers.models import Customer, CustomerAccount
from open95598.registry.customers.scoping import RegistryQuerySet
from open95598.registry.grid.models import CODE
from open95598.service.planned.kinds import Care, Information, When, WorkKind

PlanManager = models.Manager.from_queryset(ScopedQuerySet)
RegistryManager = models.Manager.from_queryset(RegistryQuerySet)


def _person() -> Any:
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class PlannedOutage(models.Model):
    """An announced interruption (停电计划, 停电信息): from when to when, why, where in words; devices stand beside it.

    Named after CIM's Outage: ``starts_at``, ``ends_at`` (aware UTC) are the planned period, ``actual_start`` and
    ``actual_end`` the actual one. ``line`` = the feeder's name, ``scope`` = the area as customers know it.
    ``account``: of information about one customer alone (arrears, theft). ``published_at``: first announced;
    ``revision`` counts what the public was told, from 1. ``late_change``: extended, moved or cancelled too late.
    ``clashes``: other plans for the same customers at the same time, when it was submitted. ``points`` … ``dark``: the
    last count (``Count``); ``care_open``, ``protected_open``: customers who are still to be told in person.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="planned_outage")
    is_open = models.BooleanField(default=True)
    information = models.CharField(max_length=16, choices=Information, default=Information.PLANNED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    first_starts_at = models.DateTimeField(help_text="as it was when it was first announced, or as planned")
    actual_start = models.DateTimeField(null=True)
    actual_end = models.DateTimeField(null=True)
    cause = models.CharField(max_length=40)
    line = models.CharField(max_length=120, blank=True, default="")
    scope = models.CharField(max_length=500)
    account = models.ForeignKey(CustomerAccount, null=True, on_delete=models.PROTECT, related_name="outage_information")
    published_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=0)
    change_reason = models.CharField(max_length=500, blank=True, default="")
    late_change = models.BooleanField(default=False)
    clashes = models.IntegerField(default=0)
    points = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    customers = models.IntegerField(default=0)
    important = models.IntegerField(default=0)
    protected = models.IntegerField(default=0)
    dark = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    care_open = models.IntegerField(default=0)
    protected_open = models.IntegerField(default=0)
    planned_by = _person()
    submitted_by = _person()
    approved_by = _person()

    objects = PlanManager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="planned_period"),)
        indexes = (
            models.Index(fields=("starts_at", "case"), name="planned_open", condition=Q(is_open=True)),
            models.Index(fields=("first_starts_at",), name="planned_first"),
            models.Index(fields=("-starts_at", "-case"), name="planned_starts"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it."""
        return f"TJ-{self.pk}"

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it: it was announced, and is not one customer's own business."""
        return self.published_at is not None and self.account_id is None


class PlannedDevice(models.Model):
    """A device that is switched off, or (``kept``) one below it that stays supplied from elsewhere (转供).

    Kept by the grid's code, so that a grid loaded afresh finds it again.
    """

    plan = models.ForeignKey(PlannedOutage, on_delete=models.CASCADE, related_name="devices")
    device = models.CharField(max_length=CODE)
    kept = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "device"), name="planned_device_once"),)
        indexes = (models.Index(fields=("device",), name="planned_device"),)


class PlannedWork(models.Model):
    """Somebody's work that is done in the outage: works of several are planned jointly, in one outage."""

    plan = models.ForeignKey(PlannedOutage, on_delete=models.CASCADE, related_name="works")
    kind = models.CharField(max_length=16, choices=WorkKind)
    text = models.CharField(max_length=500)
    by = _person()
    at = models.DateTimeField()


class Affected(models.Model):
    """A customer of an account in the dark; ``seen``, ``added``: numbers of the counts (`Count.number`)."""

    unit_path = "account__unit"

    plan = models.ForeignKey(PlannedOutage, on_delete=models.CASCADE, related_name="affected")
    account = models.ForeignKey(CustomerAccount, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, db_index=False, on_delete=models.CASCADE, related_name="+")
    seen = models.IntegerField()
    added = models.IntegerField()
    gone_at = models.DateTimeField(null=True)

    objects = RegistryManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "account", "customer"), name="planned_affected_once"),)


class CareTask(models.Model):
    """Somebody on life support, or an important user, who must be told in person before the supply goes off.

    ``why``: ``protected`` or the grade of importance. Open until they acknowledge or were visited.
    """

    customer_path = "customer__"

    plan = models.ForeignKey(PlannedOutage, on_delete=models.CASCADE, related_name="care")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=Care, default=Care.OPEN)
    by = _person()
    at = models.DateTimeField(null=True)

    objects = RegistryManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "customer"), name="planned_care_once"),)


class Count(models.Model):
    """One count of who is in the dark, and what changed since the one before. ``dark``: usage points dark already."""

    plan = models.ForeignKey(PlannedOutage, on_delete=models.CASCADE, related_name="counts")
    number = models.IntegerField()
    when = models.CharField(max_length=12, choices=When)
    at = models.DateTimeField()
    points = models.IntegerField()
    known = models.IntegerField()
    customers = models.IntegerField()
    important = models.IntegerField()
    protected = models.IntegerField()
    dark = models.IntegerField()
    added = models.IntegerField()
    removed = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="planned_count_once"),)
