"""How many customers each unit served in a month, and improvements of lines that are out again and again."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import CODE, GridDevice


class Served(models.Model):
    """Usage points on the grid of a unit itself, in a month (its first day), as they were counted last in it.

    A month that is over is not counted again: its figures stay what they were when the grid grows.
    """

    month = models.DateField()
    unit = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="+")
    customers = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("month", "unit"), name="served_once_a_month"),)


class Ground(models.TextChoices):
    """Why a line is improved."""

    OUTAGES = "outages", pgettext_lazy("improvement", "Outages again and again")
    LOAD = "load", pgettext_lazy("improvement", "Heavy load or overload")


class LineTold(models.Model):
    """That somebody was told of a line: once for what it is (heavy, overloaded, frequent) and a month (first day)."""

    device = models.ForeignKey(GridDevice, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=12)
    month = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("device", "what", "month"), name="line_told_once"),)


ImprovementManager = models.Manager.from_queryset(ScopedQuerySet)


def _person() -> Any:
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Improvement(models.Model):
    """An improvement (整改) of a line or device, beside its case: one open at a time for each, and each ``ground``.

    ``device``: the grid's code; ``times``, ``months``: how often it was out when it began; ``outages``: ids of those.
    Of one that began because of its load: ``grade``, ``rate`` (the most that it held, percent of its rating), ``days``.
    ``investment``: estimated, in 10,000 yuan. ``done_at``: from when on outages are compared.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="improvement")
    is_open = models.BooleanField(default=True)
    device = models.CharField(max_length=CODE)
    device_kind = models.SmallIntegerField(choices=DeviceKind)
    device_name = models.CharField(max_length=120, blank=True, default="")
    ground = models.CharField(max_length=8, choices=Ground, default=Ground.OUTAGES)
    grade = models.CharField(max_length=12, blank=True, default="")
    rate = models.FloatField(null=True)
    days = models.IntegerField(default=0)
    times = models.IntegerField(default=0)
    months = models.IntegerField(default=0)
    outages = models.JSONField(default=list)
    reason = models.CharField(max_length=20, blank=True, default="")
    measures = models.TextField(blank=True, default="")
    investment = models.IntegerField(null=True)
    finish_by = models.DateTimeField(null=True)
    result = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)
    effect = models.CharField(max_length=12, blank=True, default="")
    conclusion = models.TextField(blank=True, default="")
    planned_by = _person()
    approved_by = _person()

    objects = ImprovementManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("device", "ground"), name="improvement_one_open", condition=Q(is_open=True)
            ),
        )
        indexes = (models.Index(fields=("device",), name="improvement_device"),)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it."""
        return f"ZG-{self.pk}"
