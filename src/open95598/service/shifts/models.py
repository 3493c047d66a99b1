"""The handover of a shift (交接班) beside its case, and the list that is signed for."""

from __future__ import annotations

from typing import Any

from django.db import models

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet

Manager = models.Manager.from_queryset(ScopedQuerySet)


def _person() -> Any:
    """Return a column that names a person; nobody looks for handovers by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Handover(models.Model):
    """One shift that hands its open promises over to the next. Its unit, state and clock are the case's."""

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="handover")
    prepared_by = models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    handed_by = models.ForeignKey(
        "people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        "people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    remarks = models.TextField(blank=True, default="")

    objects = Manager()


class Kind(models.TextChoices):
    """What is handed over."""

    PROMISE = "promise"
    CALL = "call"
    URGE = "urge"
    SUPERVISION = "supervision"


class Item(models.Model):
    """One open promise on the list, as it was when it was handed over.

    ``ref`` is the case that it is about, ``person`` who had it. ``passed``: whoever signed has it now (None: nobody
    need have it, or it was settled meanwhile).
    """

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind)
    ref = models.ForeignKey(Case, db_index=False, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=60)
    person = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")
    passed = models.BooleanField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("handover", "kind", "ref"), name="handed_over_once"),)
