"""How many customers each unit served in a month: what figures of reliability are measured against."""

from __future__ import annotations

from django.db import models


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
