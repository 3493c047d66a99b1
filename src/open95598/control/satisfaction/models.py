"""What people enter for the indices, because no order tells it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Name(models.TextChoices):
    """What is entered of a unit and a month (DOMAIN 2.4)."""

    CALLS = "calls", _("Calls received")
    CUSTOMERS = "customers", _("Customers served")
    FALSE_ORDERS = "false_orders", _("False orders")
    MEDIA = "media", _("Adverse media events")
    FAKED = "faked", _("Faked or blocked complaints")


class Entered(models.Model):
    """A number that somebody entered for a unit with everything below it. Its history is in the journal.

    ``month``: its first day.
    """

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    name = models.CharField(max_length=16, choices=Name)
    value = models.BigIntegerField()
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "month", "name"), name="entered_once"),)
