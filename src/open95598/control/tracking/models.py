"""The track of an order: what is told and counted of it without reading its story again."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from open95598.foundation.people.rights import ScopedQuerySet
from open95598.service.workorders.models import WorkOrder

TrackManager = models.Manager.from_queryset(ScopedQuerySet)


def _named(model: str) -> Any:
    """Return a column that names a unit or a person; nobody looks for tracks by it alone."""
    return models.ForeignKey(model, db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


def _codes() -> Any:
    return ArrayField(models.CharField(max_length=64), default=list)


class Ending(models.TextChoices):
    """How an order ended: answered in time or late, terminated with its inquiry, or withdrawn by the customer."""

    IN_TIME = "in_time"
    LATE = "late"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


class Track(models.Model):
    """What became of an order, worked out from its case, clocks, parts and journal (``projecting``), never written
    otherwise: it can be made again from them at any time.

    Months are the first days of local months. ``month``: in which the order was received. ``unit`` is responsible,
    ``handler`` accepted it last, ``keeper`` keeps the promise. ``kept``, ``broken``, ``pending``: codes of the promises
    that the order tells of. ``finding``: what was found of a complaint itself (a merged one is counted with the other),
    ``fault_unit``: who answers for it when it is substantiated. ``stands_at``: from when on it stands still if nothing
    is done; ``told_for``: the progress after which that was told. ``look_at``: when something becomes true without
    anybody doing anything.
    """

    policy_prefix = "case__"

    case = models.OneToOneField("casework.Case", primary_key=True, on_delete=models.CASCADE, related_name="track")
    kind = models.CharField(max_length=40)
    category = models.CharField(max_length=60)
    unit = _named("units.Unit")
    keeper = _named("people.Person")
    handler = _named("people.Person")
    month = models.DateField()
    ended_month = models.DateField(null=True)
    is_open = models.BooleanField(default=True)
    answered = models.BooleanField(default=False)
    ending = models.CharField(max_length=12, blank=True, default="", choices=Ending)
    #: counted in no figure that others see
    confidential = models.BooleanField(default=False)
    inquired = models.BooleanField(default=False)
    returns = models.SmallIntegerField(default=0)
    urges = models.SmallIntegerField(default=0)
    supervisions = models.SmallIntegerField(default=0)
    reopenings = models.SmallIntegerField(default=0)
    repeated = models.BooleanField(default=False)
    #: None: no rating
    content = models.BooleanField(null=True)
    finding = models.CharField(max_length=8, blank=True, default="")
    fault_unit = _named("units.Unit")
    kept = _codes()
    broken = _codes()
    pending = _codes()
    progress_at = models.DateTimeField()
    stands_at = models.DateTimeField(null=True)
    told_for = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    objects = TrackManager()

    class Meta:
        indexes = (
            models.Index(fields=("month", "unit"), name="track_month"),
            models.Index(fields=("month", "-at"), name="track_changed"),
            models.Index(fields=("ended_month",), name="track_ended", condition=Q(ended_month__isnull=False)),
            models.Index(fields=("month",), name="track_open", condition=Q(is_open=True)),
            models.Index(fields=("stands_at", "case"), name="track_stands", condition=Q(is_open=True)),
            models.Index(fields=("look_at",), name="track_look", condition=Q(look_at__isnull=False)),
        )

    def order(self) -> WorkOrder:
        """Return its order."""
        found: WorkOrder = WorkOrder.objects.system("the order of a track").get(pk=self.pk)
        return found
