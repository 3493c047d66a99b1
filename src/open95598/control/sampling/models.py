"""Draws of closed orders, and the inspection of each drawn order beside its case."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.service.workorders.models import WorkOrder

InspectionManager = models.Manager.from_queryset(ScopedQuerySet)


def _person() -> Any:
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Draw(models.Model):
    """One draw: of a unit's orders of a week by a plan, with everything needed to draw it again.

    ``population`` and ``seed`` give ``drawn`` (``drawing.draw``); ``rulebook_version`` says what the plan was.
    """

    plan = models.CharField(max_length=64)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    week = models.DateField(help_text="its Monday, in the utility's zone")
    at = models.DateTimeField()
    by = _person()
    rulebook_version = models.CharField(max_length=128)
    seed = models.CharField(max_length=64)
    population = ArrayField(models.BigIntegerField())
    drawn = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "unit", "week"), name="draw_once"),)


class Inspection(models.Model):
    """The inspection (质检) of one drawn order: a case of its own below it, at the unit that is judged.

    ``score`` is out of 100, None while it is not judged or when an objection set the result aside.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="inspection")
    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="inspection")
    number = models.CharField(max_length=40)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="inspections")
    form = models.CharField(max_length=64)
    #: kind of the order: which lines of the form count
    order_kind = models.CharField(max_length=40)
    #: whose work is judged: who answered the order
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    sheet = models.JSONField(null=True)
    score = models.SmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    fatal = models.BooleanField(default=False)
    judged_by = _person()
    judged_at = models.DateTimeField(null=True)
    objection = models.TextField(blank=True, default="")
    objected_by = _person()
    objected_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    decision = models.TextField(blank=True, default="")
    decided_by = _person()
    decided_at = models.DateTimeField(null=True)

    objects = InspectionManager()

    class Meta:
        indexes = (models.Index(fields=("judged_at",), name="inspection_judged"),)

    def __str__(self) -> str:
        return f"{self.number}/{self.case_id}"
