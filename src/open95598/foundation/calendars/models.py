"""The business calendars, as tables that people edit: a weekly pattern each, and the days that differ from it.

A unit works by the calendar that ``Unit.calendar`` names. Intervals are kept as text (``08:30-12:00, 13:30-18:00``,
empty = no work): that is how people read and write them.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Calendar(models.Model):
    """A calendar; ``weekly`` holds Monday to Sunday. ``revision`` rises with every change of it or its days."""

    name = models.CharField(max_length=32, primary_key=True)
    weekly = ArrayField(models.CharField(max_length=120, blank=True), size=7)
    #: years whose holidays have been published; dates in other years may still move
    known_years = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    revision = models.BigIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DayKind(models.TextChoices):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday", _("Holiday")
    SWAPPED = "swapped", _("Swapped workday")
    OTHER = "other", _("Special hours")


class CalendarDay(models.Model):
    """A date with hours of its own. ``provisional``: put there by rule for a year nobody has published yet."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    intervals = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=8, choices=DayKind, default=DayKind.OTHER)
    note = models.CharField(max_length=80, blank=True, default="")
    provisional = models.BooleanField(default=False)
    #: set by a person: seeding a year again leaves it alone
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ("date",)
        constraints = (models.UniqueConstraint(fields=("calendar", "date"), name="calendar_day_once"),)

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.date:%Y-%m-%d}"
