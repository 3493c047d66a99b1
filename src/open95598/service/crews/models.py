"""Crews: who goes out together, when they are on duty, where they were last. What they do are orders and outages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.people.models import Person
from open95598.registry.customers.scoping import RegistryQuerySet

Manager = models.Manager.from_queryset(RegistryQuerySet)


def _person() -> Any:
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Crew(models.Model):
    """Some people of a unit who go out together (抢修小组). Orders are sent to its ``lead``; a crew knows what one of
    its members knows (``Person.skills``). ``x``, ``y``: where it stands by when nothing newer is known, in the grid's
    coordinates."""

    unit_path = "unit"

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="crews")
    name = models.CharField(max_length=60)
    lead = models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField(Person, related_name="crews")
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "name"), name="crew_name_once", condition=Q(closed_at=None)),
        )

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """That a crew is on shift from a time to a time (UTC, end exclusive); those of one crew do not overlap."""

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    by = _person()

    class Meta:
        indexes = (models.Index(fields=("crew", "ends_at"), name="duty_now"),)
        constraints = (models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_times"),)


class PositionSource(models.TextChoices):
    """How it is known where a crew is."""

    PHONE = "phone", pgettext_lazy("crew position", "Told by phone")
    ARRIVED = "arrived", pgettext_lazy("crew position", "Arrived at an order")
    DESK = "desk", pgettext_lazy("crew position", "Entered at the desk")
    BASE = "base", _("Where it stands by")


class Position(models.Model):
    """Where a crew was last, and nothing of where it was before: one row a crew, gone when its duty ends.

    ``x``, ``y``: longitude and latitude in degrees, or the grid's plane coordinates. ``accuracy``: metres, as the phone
    says.
    """

    crew = models.OneToOneField(Crew, primary_key=True, on_delete=models.CASCADE, related_name="position")
    x = models.FloatField()
    y = models.FloatField()
    at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=PositionSource)
    accuracy = models.FloatField(null=True)
    by = _person()
