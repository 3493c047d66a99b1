"""The month-end process report (流程报表) beside its case."""

from __future__ import annotations

from typing import Any

from django.db import models

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet

ReportManager = models.Manager.from_queryset(ScopedQuerySet)


def _person() -> Any:
    """Return a column that names a person; nobody looks for reports by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class ProcessReport(models.Model):
    """What a unit (or one of its clerks, ``person``) did in a month: counted live until the clerk signs, frozen then.

    ``figures`` is what was signed, as canonical JSON of ``figures.as_data``; ``digest`` its SHA-256, which the journal
    has as well. A correction after the filing is a report of its own that ``supplements`` the first one.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="process_report")
    number = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    person = _person()
    month = models.DateField()
    supplements = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="supplemented")
    figures = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    signed_by = _person()
    signed_at = models.DateTimeField(null=True)
    countersigned_by = _person()
    countersigned_at = models.DateTimeField(null=True)

    objects = ReportManager()

    class Meta:
        indexes = (models.Index(fields=("unit", "-month"), name="report_unit_month"),)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "month", "person"),
                condition=models.Q(supplements=None),
                nulls_distinct=False,
                name="report_once_a_month",
            ),
        )

    def __str__(self) -> str:
        return self.number
