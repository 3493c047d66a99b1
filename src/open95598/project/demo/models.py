"""How far the building got, what the simulator is told to do, and what it did lately."""

from __future__ import annotations

from django.db import models


class Build(models.Model):
    """The one building of this demonstration; the history goes from ``begun_at`` to ``until``.

    A build that was interrupted goes on from ``done_until``: a window of history and this mark are one transaction.
    """

    seed = models.BigIntegerField()
    orders = models.IntegerField()
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    done_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class Planned(models.Model):
    """Which case a planned order of the history became."""

    index = models.IntegerField(primary_key=True)
    case = models.OneToOneField("casework.Case", on_delete=models.CASCADE, related_name="+")


class Play(models.Model):
    """What the simulator is told: one row. ``until``: when it stops by itself (the house's time)."""

    running = models.BooleanField(default=False)
    speed = models.FloatField(default=60.0)
    until = models.DateTimeField(null=True)
    #: the house's time up to which customers have called
    arrived_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")


class Storm(models.Model):
    """A storm over a city: while it lasts, customers there call far more often."""

    city = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    #: calls to be expected in all
    calls = models.IntegerField()


class Deed(models.Model):
    """Something that the simulator did, for the page; the newest few hundred are kept."""

    at = models.DateTimeField()
    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=40)

    class Meta:
        indexes = (models.Index(fields=("-id",), name="demo_deed_newest"),)
