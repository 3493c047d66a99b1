"""Sheets that were printed, and the repairs on them."""

from __future__ import annotations

from typing import Any

from django.db import models

from open95598.casework.models import Case


def _person() -> Any:
    """Return a column that names one of our people; nobody looks for rows by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class FieldSheet(models.Model):
    """One sheet for a unit, or for one of its people (``crew``), as it was made. Times are aware UTC."""

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    crew, made_by = _person(), _person()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it, and what stands on the paper."""
        return f"XC-{self.pk:06d}"

    @property
    def stream(self) -> str:
        """The sheet's stream of the journal."""
        return f"sheet/{self.pk}"


class SheetLine(models.Model):
    """A repair on a sheet, in its place; ``entered_at``: when something of it was entered last, and by whom.

    What was done stands in the case: a line that is entered once more is compared with that.
    """

    sheet = models.ForeignKey(FieldSheet, db_index=False, on_delete=models.CASCADE, related_name="lines")
    place = models.SmallIntegerField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    entered_at = models.DateTimeField(null=True)
    entered_by = _person()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sheet", "place"), name="sheet_place_once"),
            models.UniqueConstraint(fields=("sheet", "case"), name="sheet_case_once"),
        )
