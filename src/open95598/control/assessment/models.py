"""The ledger of the assessment (考核): entries are written and reversed, never changed or taken out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from open95598.casework.models import Case


class LedgerEntry(models.Model):
    """Points charged to a unit, perhaps to one of its people, with why; or the reversal of such an entry.

    The database refuses to change or delete a row. ``scope`` = ids of the unit and its ancestors when it was written:
    who may see it. ``facts`` = codes that explain an entry written by rule; ``reason`` = the words of whoever wrote it.
    ``key`` = what happened, once for ever. A reversal names what it ``reverses`` and carries its points negated.
    """

    at = models.DateTimeField()
    period = models.CharField(max_length=7, help_text="local month, as 2026-03")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    scope = ArrayField(models.BigIntegerField())
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, blank=True, default="")
    charge = models.CharField(max_length=40)
    rule = models.CharField(max_length=64)
    rulebook_version = models.CharField(max_length=128)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    reason = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict)
    by = models.ForeignKey("people.Person", null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    key = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")

    class Meta:
        indexes = (
            models.Index(fields=("period", "unit"), name="ledger_period"),
            GinIndex(fields=("scope",), name="ledger_scope"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, points__gte=0) | Q(reverses__isnull=False, points__lte=0),
                name="ledger_sign",
            ),
        )

    def __str__(self) -> str:
        return f"{self.period} {self.charge} {self.points}"
