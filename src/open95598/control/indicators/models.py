"""Figures of months: counted once from the tracks, kept until a track of the month changes."""

from __future__ import annotations

from django.db import models


class MonthFigure(models.Model):
    """What the orders that a unit itself is responsible for, received in a month, tell of a promise or a measure.

    ``good`` kept it, ``bad`` broke it, ``pending`` will still tell. Units above are summed up when read.
    """

    month = models.DateField()
    unit = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=64)
    good = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    pending = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("month", "unit", "code"), name="figure_once_a_month"),)


class MonthCounted(models.Model):
    """As of when a month was counted."""

    month = models.DateField(primary_key=True)
    at = models.DateTimeField()
