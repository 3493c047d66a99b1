"""The ledger of the assessment (考核): entries are written and reversed, never changed or taken out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet

AppealManager = models.Manager.from_queryset(ScopedQuerySet)


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


class Appeal(models.Model):
    """An appeal (申诉) against an entry, a case of its own at the charged unit; it changes the ledger only.

    It hangs below its entry and not below the order's case: whoever is charged may well be recused from that, and must
    see their own appeal all the same.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="appeal")
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="appeal")
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    grounds = models.TextField()
    decision = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    grounds_again = models.TextField(blank=True, default="")
    asked_again_at = models.DateTimeField(null=True)
    decision_again = models.TextField(blank=True, default="")
    decided_by_again = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at_again = models.DateTimeField(null=True)

    objects = AppealManager()

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call it: by its entry."""
        return f"SS{self.entry_id:06d}"

    def charged_by(self) -> int | None:
        """Return the id of the person who wrote the entry; None when a rule did."""
        return self.entry.by_id
